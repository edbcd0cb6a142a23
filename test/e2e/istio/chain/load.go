package chain

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// tag is the response header by which an answer names the plugin behind it.
const tag = "x-plugin"

// maxFailures bounds how many failed requests are described.
const maxFailures = 20

// Load sends requests over connections that stay open, and notes which plugin
// served each.
type Load struct {
	address string
	pause   time.Duration
	stop    chan struct{}
	wg      sync.WaitGroup

	mu     sync.Mutex
	result LoadResult
	since  time.Time // when only this label may answer
	only   string
}

// LoadResult is what became of the requests.
type LoadResult struct {
	// Requests is how many were answered, Failed how many were not, with another
	// status than 200 or not by the plugin; Failures describes the first of them.
	Requests, Failed int
	Failures         []string
	// Reconnects counts connections that had to be opened again.
	Reconnects int
	// Slowest is the longest time to an answer.
	Slowest time.Duration
	// First and Count say for what each plugin calls itself when the first answer
	// came, and how many there were.
	First map[string]time.Time
	Count map[string]int
}

// StartLoad sends requests for / over a number of connections, on each one after
// the other with a pause between, until Stop.
func StartLoad(t testing.TB, address string, connections int, pause time.Duration) *Load {
	t.Helper()
	l := &Load{address: address, pause: pause, stop: make(chan struct{})}
	l.result.First, l.result.Count = map[string]time.Time{}, map[string]int{}
	for range connections {
		l.wg.Add(1)
		go func() {
			defer l.wg.Done()
			l.connection()
		}()
	}
	t.Cleanup(func() { l.Stop() })
	return l
}

// Stop ends the load and returns what became of it. It may be called again.
func (l *Load) Stop() LoadResult {
	l.mu.Lock()
	select {
	case <-l.stop:
	default:
		close(l.stop)
	}
	l.mu.Unlock()
	l.wg.Wait()
	return l.result
}

// Wait returns when the first answer came from what calls itself label.
func (l *Load) Wait(label string, timeout time.Duration) (time.Time, error) {
	for deadline := time.Now().Add(timeout); ; time.Sleep(time.Millisecond) {
		l.mu.Lock()
		first, ok := l.result.First[label]
		l.mu.Unlock()
		switch {
		case ok:
			return first, nil
		case time.Now().After(deadline):
			return first, fmt.Errorf("no answer of %q within %s", label, timeout)
		}
	}
}

// mark makes it a failure if something else than label answers a request from
// now on, until the first answer of the next label that was not seen before.
func (l *Load) mark(label string) {
	l.note(func(*LoadResult) { l.only, l.since = label, time.Now() })
}

// connection sends requests over one connection, and over another when it ends.
func (l *Load) connection() {
	for again := false; ; again = true {
		if again {
			l.note(func(r *LoadResult) { r.Reconnects++ })
			time.Sleep(10 * time.Millisecond)
		}
		if l.one() {
			return
		}
	}
}

// one sends requests over a new connection; true means that the load is over.
func (l *Load) one() bool {
	conn, err := net.DialTimeout("tcp", l.address, 5*time.Second)
	if err != nil {
		return l.fail("connect: " + err.Error())
	}
	defer conn.Close()
	for r := bufio.NewReader(conn); ; {
		select {
		case <-l.stop:
			return true
		case <-time.After(l.pause):
		}
		if goOn, over := l.request(conn, r); !goOn {
			return over
		}
	}
}

// request sends one and says whether the connection is good for another.
func (l *Load) request(conn net.Conn, r *bufio.Reader) (goOn, over bool) {
	begin := time.Now()
	if err := conn.SetDeadline(begin.Add(20 * time.Second)); err != nil {
		return false, l.fail("set a deadline: " + err.Error())
	}
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n"); err != nil {
		return false, l.fail("send: " + err.Error())
	}
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		return false, l.fail("receive: " + err.Error())
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return false, l.fail("receive the body: " + err.Error())
	}
	label := resp.Header.Get(tag)
	if resp.StatusCode != http.StatusOK || label == "" {
		l.fail(fmt.Sprintf("answered %s by the plugin %q", resp.Status, label))
		return !resp.Close, false
	}
	l.answered(label, begin, time.Now())
	return !resp.Close, false
}

// answered notes a good answer.
func (l *Load) answered(label string, begin, end time.Time) {
	l.note(func(r *LoadResult) {
		r.Requests++
		r.Slowest = max(r.Slowest, end.Sub(begin))
		r.Count[label]++
		if _, ok := r.First[label]; !ok {
			r.First[label], l.only = end, ""
		}
		if l.only != "" && label != l.only && begin.After(l.since) {
			r.Failed++
			r.Failures = append(r.Failures, fmt.Sprintf("%q answers after %q", label, l.only))
		}
	})
}

// fail notes a failure; true means that the load is over.
func (l *Load) fail(why string) bool {
	l.note(func(r *LoadResult) {
		if r.Failed++; len(r.Failures) < maxFailures {
			r.Failures = append(r.Failures, time.Now().Format("15:04:05.000 ")+why)
		}
	})
	select {
	case <-l.stop:
		return true
	default:
		return false
	}
}

func (l *Load) note(do func(*LoadResult)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	do(&l.result)
}
