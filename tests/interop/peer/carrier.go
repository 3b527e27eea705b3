package main

import (
	"crypto/tls"
	"fmt"
	"net"
	"time"

	kcp "github.com/xtaci/kcp-go"
	"github.com/xtaci/smux"
)

// listen gives a TLS listener over TCP or over KCP with kcp-go's defaults: no cipher, no FEC.
func listen(carrier, address, certFile, keyFile string) (net.Listener, error) {
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{Certificates: []tls.Certificate{pair}}
	if *alpn != "" {
		config.NextProtos = []string{*alpn}
	}
	var inner net.Listener
	switch carrier {
	case "tcp":
		inner, err = net.Listen("tcp", address)
	case "kcp":
		inner, err = kcp.Listen(address)
	default:
		err = fmt.Errorf("no carrier %q", carrier)
	}
	if err != nil {
		return nil, err
	}
	return tls.NewListener(inner, config), nil
}

// dial gives a TLS connection; certificates are checked by the tests of the other side.
func dial(carrier, address string) (net.Conn, error) {
	config := &tls.Config{InsecureSkipVerify: true}
	if carrier == "tcp" {
		return tls.Dial("tcp", address, config)
	}
	conn, err := kcp.Dial(address)
	if err != nil {
		return nil, err
	}
	return tls.Client(conn, config), nil
}

// serverConfig is what tun2's server uses: a ping each second, fifteen seconds of patience.
func serverConfig(version int) *smux.Config {
	config := smux.DefaultConfig()
	config.Version = version
	config.KeepAliveInterval = time.Second
	config.KeepAliveTimeout = 15 * time.Second
	return config
}

func clientConfig(version int) *smux.Config {
	config := smux.DefaultConfig()
	config.Version = version
	return config
}
