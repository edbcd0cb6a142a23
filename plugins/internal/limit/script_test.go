package limit

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// redis starts a server and returns its address.
func redis(t *testing.T) string {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		harness.Missing(t, "redis-server", "install Redis")
	}
	port := harness.FreePort(t)
	p := harness.Start(t, exec.Command(binary, "--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir()))
	p.WaitOutput("Ready to accept connections", 10*time.Second)
	return harness.Addr(port)
}

// client is a connection to Redis.
type client struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

func dial(t *testing.T, addr string) *client {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &client{t, conn, bufio.NewReader(conn)}
}

// do sends a command and returns the numbers or text of its answer.
func (c *client) do(words ...any) []string {
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(words))
	for _, w := range words {
		s := fmt.Sprint(w)
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(s), s)
	}
	if _, err := io.WriteString(c.conn, b.String()); err != nil {
		c.t.Fatal(err)
	}
	return c.read()
}

func (c *client) read() []string {
	line, err := c.in.ReadString('\n')
	if err != nil {
		c.t.Fatal(err)
	}
	n, _ := strconv.Atoi(strings.TrimSpace(line[1:]))
	switch line[0] {
	case '-':
		c.t.Fatalf("Redis says %s", line)
	case '$':
		if n < 0 {
			return nil
		}
		text := make([]byte, n+2)
		if _, err := io.ReadFull(c.in, text); err != nil {
			c.t.Fatal(err)
		}
		return []string{string(text[:n])}
	case '*':
		var out []string
		for range n {
			out = append(out, c.read()...)
		}
		return out
	}
	return []string{strings.TrimSpace(line[1:])}
}

// run runs the script and returns its numbers.
func (c *client) run(script string, more []any, limits ...Limit) (out []int64) {
	words := []any{"EVAL", script, len(limits)}
	for _, l := range limits {
		words = append(words, redisKey(l))
	}
	for _, l := range limits {
		words = append(words, l.Algorithm, l.Count, l.Window.Milliseconds(), l.burst())
	}
	for _, s := range c.do(append(words, more...)...) {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			c.t.Fatal(err)
		}
		out = append(out, n)
	}
	return out
}

// The script decides and says what the Go code for shared data does, which other
// tests hold to the definitions. Time is that of the test.
func TestScriptIsTheModel(t *testing.T) {
	c := dial(t, redis(t))
	timed := strings.Replace(script, "redis.call('TIME')", "{0, ARGV[#ARGV] * 1000}", 1)
	if timed == script {
		t.Fatal("the clock is not where the test looks for it")
	}
	r := rand.New(rand.NewPCG(5, 6))
	for i := range 60 {
		l := Limit{Key: fmt.Sprint("k", i), Count: 1 + r.Int64N(20), Window: time.Duration(60_000+r.IntN(3_000_000)) * time.Millisecond, Burst: r.Int64N(5), Algorithm: SlidingWindow + Algorithm(i%2)}
		window := l.Window.Milliseconds()
		var s state
		now := int64(epoch)
		for range 200 {
			if now += r.Int64N(2*window/l.Count + 2); r.IntN(20) == 0 {
				now -= r.Int64N(window * 2)
			}
			next, v := l.take(append(state(nil), s...), now)
			if v.Allowed {
				s = next
			}
			got := c.run(timed, []any{now}, l)
			want := []int64{1, v.Remaining, v.Reset.Milliseconds()}
			if !v.Allowed {
				want[0], want[1] = 0, -1
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("%+v at %d: the script says %v, want %v; state %v", l, now, got, want, s)
			}
		}
	}
}

// A fixed window in Redis begins with its first request and ends exactly.
func TestScriptFixedWindow(t *testing.T) {
	c := dial(t, redis(t))
	l := Limit{Key: "higress-cluster-key-rate-limit:r:global_threshold:1", Count: 3, Window: 300 * time.Millisecond}
	begin := time.Now()
	for i, want := range []int64{1, 1, 1, 0, 0} {
		if got := c.run(script, nil, l); got[0] != want || got[2] < 1 || got[2] > 300 {
			t.Fatalf("request %d: %v, want %d", i, got, want)
		}
	}
	if got := c.do("GET", l.Key)[0]; got != "3" {
		t.Errorf("the key holds %s, want 3: what is refused is not counted", got)
	}
	for c.run(script, nil, l)[0] == 0 {
		time.Sleep(time.Millisecond)
	}
	if took := time.Since(begin); took < 300*time.Millisecond || took > 2*time.Second {
		t.Errorf("the window ended after %v", took)
	}
}

// What Higress has counted counts, and a number without an end is not kept.
func TestScriptOfOthers(t *testing.T) {
	c := dial(t, redis(t))
	l := Limit{Key: "k", Count: 3, Window: time.Minute}
	c.do("SET", "k", 4, "EX", 50)
	if got := c.run(script, nil, l); got[0] != 0 || got[2] < 40_000 || got[2] > 50_000 {
		t.Errorf("%v", got)
	}
	c.do("SET", "k", 2, "EX", 50)
	if got := c.run(script, nil, l); got[0] != 1 || got[1] != 0 {
		t.Errorf("%v", got)
	}
	if ttl := c.do("TTL", "k")[0]; ttl != "50" && ttl != "49" {
		t.Errorf("the window ends in %s s", ttl)
	}
	c.do("SET", "k", 100)
	if got := c.run(script, nil, l); got[0] != 1 || got[1] != 2 {
		t.Errorf("a number that never ends: %v", got)
	}
	if ttl := c.do("TTL", "k")[0]; ttl != "60" && ttl != "59" {
		t.Errorf("the window ends in %s s", ttl)
	}
}

// All limits have room, or none is counted.
func TestScriptIsAtomic(t *testing.T) {
	addr := redis(t)
	var limits []Limit
	for _, a := range []Algorithm{FixedWindow, SlidingWindow, GCRA} {
		limits = append(limits, Limit{Key: "many", Count: 1000, Window: 24 * time.Hour, Algorithm: a})
	}
	limits = append(limits, Limit{Key: "few", Count: 70, Window: 24 * time.Hour})
	passed := make([]int, 8)
	var wg sync.WaitGroup
	for i := range passed {
		c := dial(t, addr)
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 50 {
				passed[i] += int(c.run(script, nil, limits...)[0])
			}
		}()
	}
	wg.Wait()
	sum := 0
	for _, n := range passed {
		sum += n
	}
	c := dial(t, addr)
	for _, l := range limits[:3] {
		if got := c.run(script, nil, l); got[1] != 1000-71 {
			t.Errorf("%v: %v, want %d left", l.Algorithm, got, 1000-71)
		}
	}
	if sum != 70 {
		t.Errorf("%d passed, want 70", sum)
	}
	for _, l := range limits {
		if ttl := c.do("PTTL", redisKey(l))[0]; ttl == "-1" {
			t.Errorf("%s never ends", redisKey(l))
		}
	}
}
