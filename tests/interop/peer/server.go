package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/xtaci/smux"
)

// tunnelServer does what tun2's server does: one stream for each request, FIN when the request's context ends.
type tunnelServer struct {
	sync.Mutex
	sessions []*smux.Session
}

func (s *tunnelServer) handle(conn net.Conn) {
	session, err := smux.Server(conn, serverConfig(*version))
	if err != nil {
		conn.Close()
		return
	}
	defer session.Close()
	control, err := session.OpenStream()
	if err != nil {
		return
	}
	var auth struct{ Token, Domain string }
	if err := json.NewDecoder(control).Decode(&auth); err != nil || auth.Token != *token || auth.Domain != *domain {
		fmt.Println("refused")
		control.Close()
		return
	}
	s.Lock()
	s.sessions = append(s.sessions, session)
	s.Unlock()
	fmt.Println("joined")
	defer s.remove(session)
	for !session.IsClosed() {
		if !*noPing {
			if err := ping(session); err != nil {
				fmt.Println("ping failed", err)
				return
			}
		}
		time.Sleep(2 * time.Second)
	}
}

func (s *tunnelServer) remove(session *smux.Session) {
	s.Lock()
	defer s.Unlock()
	for i, other := range s.sessions {
		if other == session {
			s.sessions = append(s.sessions[:i], s.sessions[i+1:]...)
			fmt.Println("left")
			return
		}
	}
}

func ping(session *smux.Session) error {
	stream, err := session.OpenStream()
	if err != nil {
		return err
	}
	defer stream.Close()
	stream.SetDeadline(time.Now().Add(5 * time.Second))
	request, _ := http.NewRequest("GET", "http://backend/health", nil)
	if err := request.Write(stream); err != nil {
		return err
	}
	_, err = http.ReadResponse(bufio.NewReader(stream), request)
	return err
}

func (s *tunnelServer) RoundTrip(request *http.Request) (*http.Response, error) {
	return s.roundTripUntil(request, request.Context().Done())
}

func (s *tunnelServer) roundTripUntil(request *http.Request, done <-chan struct{}) (*http.Response, error) {
	s.Lock()
	if len(s.sessions) == 0 {
		s.Unlock()
		return nil, errors.New("no backends connected")
	}
	session := s.sessions[rand.Intn(len(s.sessions))]
	s.Unlock()
	stream, err := session.OpenStream()
	if err != nil {
		return nil, err
	}
	go func() {
		<-done
		stream.Close()
	}()
	if err := request.Write(stream); err != nil {
		return nil, err
	}
	return http.ReadResponse(bufio.NewReader(stream), request)
}

func (s *tunnelServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, err := s.RoundTrip(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.StatusCode)
	io.Copy(w, answer.Body)
}

func runServer() error {
	listener, err := listen(*carrier, *address, *certFile, *keyFile)
	if err != nil {
		return err
	}
	visitors, err := net.Listen("tcp", *public)
	if err != nil {
		return err
	}
	server := &tunnelServer{}
	go http.Serve(visitors, server)
	fmt.Println("ready", listener.Addr(), visitors.Addr())
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go server.handle(conn)
	}
}
