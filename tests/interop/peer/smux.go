package main

import (
	"fmt"
	"io"
	"net"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"github.com/xtaci/smux"
)

// The first byte of a stream says what it is for: 'e' echoes, 's' swallows, 'g' gives until the client is done with it.
func serveSmux(conn net.Conn) {
	session, err := smux.Server(conn, clientConfig(*version))
	if err != nil {
		return
	}
	defer session.Close()
	for {
		stream, err := session.AcceptStream()
		if err != nil {
			return
		}
		go func() {
			defer stream.Close()
			var what [1]byte
			if _, err := io.ReadFull(stream, what[:]); err != nil {
				return
			}
			switch what[0] {
			case 'e':
				io.Copy(stream, stream)
			case 's':
				io.Copy(io.Discard, stream)
			case 'g':
				go func() {
					io.Copy(io.Discard, stream) // until the client is done with it
					stream.Close()
				}()
				block := make([]byte, 64*1024)
				for {
					if _, err := stream.Write(block); err != nil {
						return
					}
				}
			}
		}()
	}
}

func runSmuxServer() error {
	listener, err := listen(*carrier, *address, *certFile, *keyFile)
	if err != nil {
		return err
	}
	fmt.Println("ready", listener.Addr())
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go serveSmux(conn)
	}
}

// runSmuxClient measures against a server above: bytes a second taken, then streams opened, used for one byte and closed, then how long a small message takes beside a download.
func runSmuxClient() error {
	conn, err := dial(*carrier, *address)
	if err != nil {
		return err
	}
	session, err := smux.Client(conn, clientConfig(*version))
	if err != nil {
		return err
	}
	defer session.Close()
	var taken int64
	var over int32
	var all sync.WaitGroup
	for i := 0; i < *streams; i++ {
		stream, err := session.OpenStream()
		if err != nil {
			return err
		}
		stream.Write([]byte{'g'})
		all.Add(1)
		go func() {
			defer all.Done()
			defer stream.Close()
			block := make([]byte, 64*1024)
			for atomic.LoadInt32(&over) == 0 {
				n, err := stream.Read(block)
				if err != nil {
					return
				}
				atomic.AddInt64(&taken, int64(n))
			}
		}()
	}
	time.Sleep(500 * time.Millisecond)
	atomic.StoreInt64(&taken, 0)
	start := time.Now()
	time.Sleep(time.Duration(*seconds * float64(time.Second)))
	bytes := float64(atomic.LoadInt64(&taken)) / time.Since(start).Seconds()
	atomic.StoreInt32(&over, 1)
	all.Wait()

	var opened int64
	over = 0
	for i := 0; i < *streams; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			one := []byte{'e', 1}
			for atomic.LoadInt32(&over) == 0 {
				stream, err := session.OpenStream()
				if err != nil {
					return
				}
				stream.Write(one)
				io.ReadFull(stream, one[1:])
				stream.Close()
				atomic.AddInt64(&opened, 1)
			}
		}()
	}
	start = time.Now()
	time.Sleep(time.Duration(*seconds * float64(time.Second)))
	rate := float64(atomic.LoadInt64(&opened)) / time.Since(start).Seconds()
	atomic.StoreInt32(&over, 1)
	all.Wait()
	p99, err := latency(session)
	if err != nil {
		return err
	}
	fmt.Printf("result %.0f %.0f %.0f\n", bytes, rate, p99)
	return nil
}

// latency is the 99th percentile in microseconds of 32 bytes there and back while another stream downloads as fast as it can.
func latency(session *smux.Session) (float64, error) {
	download, err := session.OpenStream()
	if err != nil {
		return 0, err
	}
	defer download.Close()
	download.Write([]byte{'g'})
	go func() {
		block := make([]byte, 64*1024)
		for {
			if _, err := download.Read(block); err != nil {
				return
			}
		}
	}()
	time.Sleep(300 * time.Millisecond)
	echo, err := session.OpenStream()
	if err != nil {
		return 0, err
	}
	defer echo.Close()
	echo.Write([]byte{'e'})
	message := make([]byte, 32)
	var times []float64
	for begun := time.Now(); time.Since(begun).Seconds() < *seconds; time.Sleep(time.Millisecond) {
		start := time.Now()
		echo.Write(message)
		if _, err := io.ReadFull(echo, message); err != nil {
			return 0, err
		}
		times = append(times, float64(time.Since(start).Microseconds()))
	}
	sort.Float64s(times)
	return times[int(0.99*float64(len(times)-1))], nil
}
