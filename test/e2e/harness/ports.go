package harness

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
)

// Ports below those from which systems choose by themselves, for connections and
// for listeners on port 0 (32768 and up on Linux, 49152 elsewhere): only another
// caller of FreePorts can come upon the same one.
const (
	lowest  = 12000
	highest = 32767
)

// FreePort returns a TCP port of 127.0.0.1 that nobody listens on. Another
// process may take it before the caller does, so a test that can hand over an
// open listener, or ask for port 0, does that instead.
func FreePort(t testing.TB) int {
	t.Helper()
	return FreePorts(t, 1)[0]
}

// FreePorts returns n different ports as FreePort does.
func FreePorts(t testing.TB, n int) []int {
	t.Helper()
	var ports []int
	for range 1000 {
		if len(ports) == n {
			return ports
		}
		port := lowest + rand.IntN(highest-lowest+1)
		l, err := net.Listen("tcp", Addr(port))
		if err != nil {
			continue
		}
		// Closed only when all are found: none is found twice till then.
		defer l.Close()
		ports = append(ports, port)
	}
	t.Fatalf("there are no %d free ports from %d to %d", n, lowest, highest)
	return nil
}

// Addr returns "127.0.0.1:port".
func Addr(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// URL returns "http://127.0.0.1:port" followed by path.
func URL(port int, path string) string { return "http://" + Addr(port) + path }
