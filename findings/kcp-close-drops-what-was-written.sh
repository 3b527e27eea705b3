#!/usr/bin/env bash
# Closing a kcp-go session drops what Write has taken and not yet sent, without an error, also below TLS and smux.
#
# Version:  golang-github-xtaci-kcp-dev 5.6.1-2, golang-github-xtaci-smux-dev 1.5.16+ds-1, Go 1.19.8; default settings, loopback, nothing lost on the way.
# Expected: Write has returned the full length, and each Close returns nil: on a clean network the peer reads everything, and then an end, at
#           the latest where smux says FIN and TLS says close_notify.
# Seen:     of 20,000 bytes written to the bare session and closed at once the peer reads 1,376, one segment; with TLS and smux above it reads
#           nothing, since no TLS record comes whole. In neither case does it learn of an end: its read waits until its own time limit. Two
#           seconds of waiting before Close and all 20,000 arrive (and smux's end with them).
# Matters:  a tunnel that answers and then goes away (orderly shutdown, credentials refused, a last message, a log's end) loses just that, and the
#           other end keeps a dead session until its keep-alive gives up. A peer of such programs must have each last message answered before
#           it closes, and must not take a nil from Write or Close for delivery.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
begin
debian golang-1.19-go=1.19.8-2 golang-1.19-src=1.19.8-2 \
  golang-github-xtaci-kcp-dev=5.6.1-2 golang-github-xtaci-smux-dev=1.5.16+ds-1 golang-github-klauspost-reedsolomon-dev=1.9.13-1 \
  golang-github-klauspost-cpuid-dev=2.2.3-1 golang-github-pkg-errors-dev=0.9.1-2 golang-github-templexxx-xorsimd-dev=0.4.1-2 \
  golang-github-templexxx-cpu-dev=0.0.9-3 golang-github-tjfoc-gmsm-dev=1.3.0+ds-4 \
  golang-golang-x-crypto-dev=1:0.4.0-1 golang-golang-x-net-dev=1:0.7.0+dfsg-1 golang-golang-x-sys-dev=0.3.0-1 golang-golang-x-text-dev=0.7.0-1 golang-golang-x-term-dev=0.3.0-1

mkdir "$work/program"
cat >"$work/program/main.go" <<'GO'
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"time"

	kcp "github.com/xtaci/kcp-go"
	"github.com/xtaci/smux"
)

const size = 20000

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func certificate() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	content, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(err)
	return tls.Certificate{Certificate: [][]byte{content}, PrivateKey: key}
}

// What the accepting side reads until the end or until five seconds of silence have passed.
func read(listener net.Listener, layered bool, result chan<- string) {
	session, err := listener.Accept()
	must(err)
	var stream net.Conn = session
	if layered {
		secure := tls.Server(session, &tls.Config{Certificates: []tls.Certificate{certificate()}})
		streams, err := smux.Server(secure, smux.DefaultConfig())
		must(err)
		stream, err = streams.AcceptStream()
		must(err)
	}
	total, buffer := 0, make([]byte, 65536)
	for {
		must(stream.SetReadDeadline(time.Now().Add(5 * time.Second)))
		count, err := stream.Read(buffer)
		total += count
		if err != nil {
			result <- fmt.Sprintf("read %d, then %v", total, err)
			return
		}
	}
}

func run(layered bool, wait time.Duration) string {
	listener, err := kcp.Listen("127.0.0.1:0")
	must(err)
	defer listener.Close()
	result := make(chan string, 1)
	go read(listener, layered, result)

	session, err := kcp.Dial(listener.Addr().String())
	must(err)
	name := "kcp"
	if layered {
		name = "kcp+tls+smux"
		secure := tls.Client(session, &tls.Config{InsecureSkipVerify: true})
		must(secure.Handshake())
		streams, err := smux.Client(secure, smux.DefaultConfig())
		must(err)
		stream, err := streams.OpenStream()
		must(err)
		write(stream)
		must(stream.Close())
		time.Sleep(wait)
		must(streams.Close())
	} else {
		write(session)
		time.Sleep(wait)
		must(session.Close())
	}
	return fmt.Sprintf("%s, waited %v: wrote %d, %s", name, wait, size, <-result)
}

func write(stream io.Writer) {
	count, err := stream.Write(make([]byte, size))
	must(err)
	if count != size {
		panic("written in part")
	}
}

func main() {
	var results []chan string
	for _, layered := range []bool{false, true} {
		for _, wait := range []time.Duration{0, 2 * time.Second} {
			result := make(chan string, 1)
			results = append(results, result)
			go func(layered bool, wait time.Duration) { result <- run(layered, wait) }(layered, wait)
		}
	}
	for _, result := range results {
		fmt.Println(<-result)
	}
}
GO
cat >"$work/expected" <<'TEXT'
kcp, waited 0s: wrote 20000, read 1376, then timeout
kcp, waited 2s: wrote 20000, read 20000, then timeout
kcp+tls+smux, waited 0s: wrote 20000, read 0, then timeout
kcp+tls+smux, waited 2s: wrote 20000, read 20000, then EOF
TEXT
export GOROOT=$work/root/usr/lib/go-1.19 GOPATH=$work/root/usr/share/gocode GOCACHE=$work/cache GO111MODULE=off CGO_ENABLED=0
(cd "$work/program" && "$GOROOT/bin/go" build -p 2 -o program .) || cannot "the program does not build"
timeout 50 "$work/program/program" >"$work/seen" || cannot "the program failed"
cat "$work/seen"
cmp -s "$work/expected" "$work/seen" || changed "something else arrives"
echo "As described: closed at once, one segment arrives of it, or nothing."
