package call_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// rounds of the tests with many streams; memory must be flat after the tenth.
const rounds = 14

// guestMemory asks the plugin for bytes from the system, bytes in use and
// goroutines.
func guestMemory(t testing.TB, e engine) (sys, used, goroutines int) {
	t.Helper()
	_, _, body := ask(t, e, "memory", "")
	if _, err := fmt.Sscanf(body, "%d %d %d", &sys, &used, &goroutines); err != nil {
		t.Fatalf("memory: %q: %v", body, err)
	}
	return sys, used, goroutines
}

// envCount reads how many streams a test shall open.
func envCount(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// waitFor waits until ok, and fails the test where that takes too long.
func waitFor(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("not within a minute: %s", what)
}

// Streams wait in straight-line calls while their clients leave at random; the
// others get their answer. STRAIGHT_STREAMS says how many there are: 10,000 work on
// Envoy where 20,000 files may be open; the embedded gateway, which shares a process
// with clients and services here, has TestManyParkedInMemory for as many.
func TestManyParkedOnGateways(t *testing.T) {
	engines(t, "straight", func(t *testing.T, e engine) {
		n := envCount("STRAIGHT_STREAMS", 200)
		ended := 0
		var tenth, last [3]int
		for round := range rounds {
			ended += parkRound(t, e, n)
			last[0], last[1], last[2] = guestMemory(t, e)
			if round == 9 {
				tenth = last
			}
			t.Logf("round %d: VM has %d KiB, uses %d KiB, %d goroutines; process %d KiB",
				round+1, last[0]>>10, last[1]>>10, last[2], e.memory()>>10)
		}
		if got := e.metric("ended"); got != ended {
			t.Errorf("%d handlers saw their client leave, want %d", got, ended)
		}
		balanced(t, e)
		if last[1] > tenth[1]+tenth[1]/10 || last[0] > tenth[0]+tenth[0]/10 {
			t.Errorf("memory grows: %v after round 10, %v after round %d", tenth, last, rounds)
		}
		if strings.Contains(e.logs(), "panicked") {
			t.Errorf("logged %q", e.logs())
		}
	})
}

// parkRound parks n streams, breaks most of them off and lets the others be
// answered. It returns how many were broken off.
func parkRound(t *testing.T, e engine, n int) (broken int) {
	t.Helper()
	before, ended := e.metric("begun"), e.metric("ended")
	conns := make([]net.Conn, n)
	for i := range conns {
		conn, err := net.Dial("tcp", strings.TrimPrefix(e.url(), "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(conn, "GET /op/park HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n\r\n")
		conns[i] = conn
	}
	hold := e.back().hold
	waitFor(t, "every stream waits", func() bool { return hold.held() == n })
	if got := e.metric("begun") - before; got != n {
		t.Errorf("begun %d, want %d; the service has had %d requests, the plugin %d", got, n, hold.requests(), e.metric("begun"))
	}
	rand.Shuffle(n, func(i, j int) { conns[i], conns[j] = conns[j], conns[i] })
	stay := n / 10
	for _, conn := range conns[stay:] {
		conn.Close()
	}
	// Hosts don't break off the calls of a stream that is gone: their answers
	// come later, to nobody.
	waitFor(t, "the broken streams are gone", func() bool { return e.metric("ended")-ended == n-stay })
	hold.release()
	for _, conn := range conns[:stay] {
		conn.SetDeadline(time.Now().Add(20 * time.Second))
		answer, err := io.ReadAll(conn)
		if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 200") || !strings.Contains(string(answer), "parked|") {
			t.Fatalf("one that stayed got %q, %v", answer, err)
		}
		conn.Close()
	}
	waitFor(t, "every call is over", func() bool { return hold.held() == 0 })
	return n - stay
}
