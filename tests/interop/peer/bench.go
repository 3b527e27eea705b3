package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

// runBenchTunnel is a tunnel server that waits for one client and then sends it requests as fast as it can.
func runBenchTunnel() error {
	listener, err := listen(*carrier, *address, *certFile, *keyFile)
	if err != nil {
		return err
	}
	server := &tunnelServer{}
	fmt.Println("ready", listener.Addr())
	conn, err := listener.Accept()
	if err != nil {
		return err
	}
	go server.handle(conn)
	for {
		server.Lock()
		joined := len(server.sessions) > 0
		server.Unlock()
		if joined {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	var over int32
	var taken, failed int64
	var all sync.WaitGroup
	times := make([][]time.Duration, *streams)
	begin := time.Now().Add(500 * time.Millisecond)
	for i := 0; i < *streams; i++ {
		i := i
		all.Add(1)
		go func() {
			defer all.Done()
			for atomic.LoadInt32(&over) == 0 {
				start := time.Now()
				n, err := once(server)
				if time.Now().Before(begin) || atomic.LoadInt32(&over) != 0 {
					continue
				}
				if err != nil {
					atomic.AddInt64(&failed, 1)
					continue
				}
				atomic.AddInt64(&taken, n)
				times[i] = append(times[i], time.Since(start))
			}
		}()
	}
	time.Sleep(500*time.Millisecond + time.Duration(*seconds*float64(time.Second)))
	elapsed := time.Since(begin).Seconds()
	atomic.StoreInt32(&over, 1)
	all.Wait()
	var merged []time.Duration
	for _, some := range times {
		merged = append(merged, some...)
	}
	sort.Slice(merged, func(a, b int) bool { return merged[a] < merged[b] })
	if len(merged) == 0 {
		return errors.New("nothing was answered")
	}
	at := func(share float64) float64 { return float64(merged[int(share*float64(len(merged)-1))].Microseconds()) }
	fmt.Printf("result %.0f %.0f %.0f %.0f %d\n", float64(len(merged))/elapsed, float64(taken)/elapsed, at(0.5), at(0.99), failed)
	return nil
}

func once(server *tunnelServer) (int64, error) {
	request, err := http.NewRequest("GET", "http://"+*domain+"/", nil)
	if err != nil {
		return 0, err
	}
	done := make(chan struct{})
	defer close(done)
	answer, err := server.roundTripUntil(request, done)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	return io.Copy(io.Discard, answer.Body)
}
