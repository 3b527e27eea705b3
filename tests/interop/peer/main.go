// A tunnel peer written with the Go libraries that tun2 is made of. It behaves as tun2 does on the wire, in either role, over either carrier,
// and measures what the C# library is compared with.
package main

import (
	"flag"
	"fmt"
	"os"
)

var (
	carrier  = flag.String("carrier", "tcp", "tcp or kcp")
	address  = flag.String("address", "127.0.0.1:0", "where to listen, or whom to dial")
	certFile = flag.String("cert", "", "certificate to show")
	keyFile  = flag.String("key", "", "its key")
	alpn     = flag.String("alpn", "", "protocol name that a listener insists on")
	token    = flag.String("token", "lab-token", "token to show or to want")
	domain   = flag.String("domain", "lab.test", "domain to serve")
	public   = flag.String("public", "127.0.0.1:0", "where visitors' requests come in")
	version  = flag.Int("smux", 1, "version of smux")
	streams  = flag.Int("streams", 1, "streams or workers at once")
	seconds  = flag.Float64("seconds", 3, "how long to measure")
	size     = flag.Int("size", 13, "bytes of an answer")
	patience = flag.Duration("patience", 0, "wait before the credentials: a Go server loses instant ones now and then")
	noPing   = flag.Bool("no-ping", false, "leave out the pings")
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "peer <role> [flags]")
		os.Exit(2)
	}
	role := os.Args[1]
	flag.CommandLine.Parse(os.Args[2:])
	roles := map[string]func() error{
		"server":       runServer,
		"client":       runClient,
		"smux-server":  runSmuxServer,
		"smux-client":  runSmuxClient,
		"bench-tunnel": runBenchTunnel,
	}
	run, known := roles[role]
	if !known {
		fmt.Fprintln(os.Stderr, "no role", role)
		os.Exit(2)
	}
	if err := run(); err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
}
