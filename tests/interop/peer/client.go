package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/xtaci/smux"
)

// acceptor gives the streams of a session to Go's HTTP server, as tun2's client does.
type acceptor struct{ *smux.Session }

func (a acceptor) Accept() (net.Conn, error) { return a.AcceptStream() }
func (a acceptor) Addr() net.Addr            { return a.LocalAddr() }

func connect() (*smux.Session, error) {
	conn, err := dial(*carrier, *address)
	if err != nil {
		return nil, err
	}
	session, err := smux.Client(conn, clientConfig(*version))
	if err != nil {
		return nil, err
	}
	control, err := session.AcceptStream()
	if err != nil {
		return nil, err
	}
	time.Sleep(*patience)
	return session, json.NewEncoder(control).Encode(map[string]string{"token": *token, "domain": *domain})
}

func backend() http.Handler {
	mux := http.NewServeMux()
	answer := make([]byte, *size)
	for i := range answer {
		answer[i] = 'x'
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { w.Write(answer) })
	mux.HandleFunc("/hash", func(w http.ResponseWriter, r *http.Request) {
		hash := sha256.New()
		io.Copy(hash, r.Body)
		fmt.Fprintf(w, "%X", hash.Sum(nil))
	})
	mux.HandleFunc("/bytes", func(w http.ResponseWriter, r *http.Request) {
		count, _ := strconv.Atoi(r.URL.Query().Get("n"))
		if r.URL.Query().Get("counted") != "" {
			w.Header().Set("Content-Length", strconv.Itoa(count))
		}
		block := make([]byte, 32*1024)
		for i := range block {
			block[i] = byte(i)
		}
		for count > 0 {
			n := len(block)
			if n > count {
				n = count
			}
			if _, err := w.Write(block[:n]); err != nil {
				return
			}
			count -= n
		}
	})
	mux.HandleFunc("/seen", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s %s expect=%q connection=%q", r.Method, r.RequestURI, r.Host, r.Header.Get("Expect"), r.Header.Get("Connection"))
	})
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("slow")
		select {
		case <-r.Context().Done():
			fmt.Println("aborted")
		case <-time.After(20 * time.Second):
		}
	})
	return mux
}

func runClient() error {
	session, err := connect()
	if err != nil {
		return err
	}
	fmt.Println("connected")
	err = http.Serve(acceptor{session}, backend())
	fmt.Println("ended", err)
	return nil
}
