package fault

import (
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
)

// panics are fault 1 and 2.
func panics() []fault {
	const failed, counted = "500 internal server error", "sluice_plugin_panics"
	line := func(phase string) []string { return []string{"panicked in " + phase + " (context ", "panic.go:"} }
	return []fault{
		{n: 1, name: "panic in request headers", sees: failed, log: line("request_headers"), metric: counted, run: ask("panic-request-headers")},
		{n: 1, name: "panic in request body", sees: failed, log: line("request_body"), metric: counted, run: send("panic-request-body")},
		{n: 1, name: "panic in response headers", sees: failed, log: line("response_headers"), metric: counted, run: ask("panic-response-headers")},
		{n: 1, name: "panic in response body, headers sent", sees: "200, then broken off", log: line("response_body"), metric: counted, run: ask("panic-response-body")},
		{n: 1, name: "panic when the stream is done", sees: "200 from upstream", log: line("stream_done"), metric: counted, run: ask("panic-done")},
		{n: 1, name: "many panics, eight at a time", sees: "all panicked ones 500, all others 200", run: manyPanics},
		{n: 1, name: "panic, the plugin asked for fail open", sees: "200 from upstream", log: []string{"panicked in request_headers"}, run: ask("panic"), chain: failOpen()},
		{n: 2, name: "panic in the callback of an HTTP call", sees: failed, log: line("http_call"), metric: counted, run: ask("panic-call")},
		{n: 2, name: "the same for a response", sees: failed, log: line("http_call"), metric: counted, run: ask("panic-call-response")},
		{n: 2, name: "panic after a straight-line call", sees: failed, log: []string{"panicked in", "main.go:"}, run: ask("panic"), chain: straight()},
	}
}

func failOpen() []plugin { return []plugin{{"failopen", "failopen", ""}} }
func straight() []plugin { return []plugin{{"straight", "straight", ""}} }

// manyPanics lets eight clients send panics and good requests in turn.
func manyPanics(b *bed) string {
	n := full(1000, 160)
	before := b.metric("sluice_plugin_panics")
	wrong := b.together(8, n, func(i int) string {
		op, want := "panic-request-headers", "500 internal server error"
		if i%2 == 1 {
			op, want = "", "200 from upstream"
		}
		return differs(b.op(op).String(), want)
	})
	eventually(b, "the panics to be counted", func() bool { return b.metric("sluice_plugin_panics") == before+uint64(n/2) })
	return or(wrong, "all panicked ones 500, all others 200")
}

// holds are fault 3: streams that nothing would resume.
func holds() []fault {
	const failed, counted = "500 internal server error", "sluice_streams_never_resumed"
	line := []string{"a stream would hang after"}
	lost := func(name string, run func(b *bed) string) fault {
		return fault{n: 3, name: name, sees: failed, log: line, metric: counted, run: run}
	}
	broken := func(name string, run func(b *bed) string) fault {
		f := lost(name, run)
		f.sees = "200, then broken off"
		return f
	}
	return []fault{
		lost("request headers held, nothing pending", ask("hold-4")),
		lost("request held and buffered, nothing pending", ask("hold-3")),
		lost("request held, body follows that nobody reads", send("hold-1")),
		{n: 3, name: "HeaderStopIteration, no body follows", sees: "200 from upstream", run: ask("hold-1")},
		{n: 3, name: "HeaderStopIteration, the body follows", sees: "200 from upstream", run: send("wait-for-body")},
		lost("request body held, nothing pending", send("hold-body")),
		lost("response headers held, nothing pending", ask("hold-response")),
		broken("response body held, nothing pending", ask("hold-response-body")),
		lost("a call's callback forgets the request", ask("forget")),
		lost("the same in the body phase", send("forget-request-body")),
		lost("the same for the response", ask("forget-response")),
		broken("the same in the response body", ask("forget-response-body")),
		{n: 3, name: "held, the plugin asked for fail open", sees: "200 from upstream", log: []string{"it goes on"}, run: ask("hold"), chain: failOpen()},
		{n: 3, name: "resumed although nothing is held", sees: "200 from upstream", run: ask("resume")},
		{n: 3, name: "replied twice, then resumed", sees: "403 first", run: ask("reply-twice")},
	}
}

// callouts are fault 4.
func callouts() []fault {
	once := func(status int) string { return fmt.Sprintf("200, status %d, callback ran 1x", status) }
	return []fault{
		{n: 4, name: "callback: the cluster answers", sees: once(200), run: ask("call=backend/")},
		{n: 4, name: "callback: timeout", sees: once(504), run: ask("call=mute/")},
		{n: 4, name: "callback: nobody listens", sees: once(503), run: ask("call=dead/")},
		{n: 4, name: "callback: closed without an answer", sees: once(503), run: ask("call=reset/")},
		{n: 4, name: "callback: closed within the body", sees: once(502), run: ask("call=half/")},
		{n: 4, name: "callback: unknown cluster", sees: "200, error: error status returned by host: bad argument", run: ask("call=none/")},
		{n: 4, name: "straight line: timeout", sees: "504", run: kind("call=mute/"), chain: straight()},
		{n: 4, name: "straight line: nobody listens", sees: "503", run: kind("call=dead/"), chain: straight()},
		{n: 4, name: "straight line: closed within the body", sees: "502", run: kind("call=half/"), chain: straight()},
		{n: 4, name: "straight line: unknown cluster", sees: "503", run: kind("call=none/"), chain: straight()},
	}
}

// kind is a run that shows the status, and the text in the log of the test.
func kind(op string) func(b *bed) string {
	return func(b *bed) string {
		got := b.op(op)
		b.Logf("%s", got)
		return strconv.Itoa(got.status)
	}
}

// aborts are fault 5.
func aborts() []fault {
	return []fault{
		{n: 5, name: "the client goes while a call is pending",
			sees: "every stream done once, no callback ran for one that is over", run: abortCallbacks},
		{n: 5, name: "the same in a straight-line handler",
			sees: "every handler saw the cancellation and unwound", run: abortStraight, chain: straight()},
	}
}

func abortCallbacks(b *bed) string {
	n, late := full(10000, 300), b.metric("fault_left_ran_late")
	b.abort(n/2, "fault_left_started", "fault_left_done")
	half := b.guestMemory()
	b.abort(n-n/2, "fault_left_started", "fault_left_done")
	if ran := b.metric("fault_left_ran_late") - late; ran != 0 {
		return fmt.Sprintf("%d callbacks ran for streams that were over", ran)
	}
	all := b.guestMemory()
	b.Logf("%d clients left; guest memory %d KiB after half of them, %d KiB after all", n, half>>10, all>>10)
	if grows(half, all) {
		return "the guest's memory grows"
	}
	return "every stream done once, no callback ran for one that is over"
}

func abortStraight(b *bed) string {
	n, cancelled := full(10000, 300), b.metric("straight_cancelled")
	b.abort(n, "straight_started", "straight_unwound")
	if got := b.metric("straight_cancelled") - cancelled; got != uint64(n) {
		return fmt.Sprintf("%d of %d handlers saw the cancellation", got, n)
	}
	return "every handler saw the cancellation and unwound"
}

// abort sends n requests, fifty at a time, and closes their connections as soon
// as the plugin has seen them and waits for its call. When the plugin has seen
// them end, their calls are answered. started and done are its metrics.
func (b *bed) abort(n int, started, done string) {
	b.Helper()
	begun, over := b.metric(started), b.metric(done)
	for sent := uint64(0); sent < uint64(n); {
		batch := min(50, uint64(n)-sent)
		conns := make([]net.Conn, 0, batch)
		for range batch {
			conn := b.dial()
			if _, err := io.WriteString(conn, "GET /echo HTTP/1.1\r\nhost: a.test\r\nx-op: leave\r\n\r\n"); err != nil {
				b.Fatal(err)
			}
			conns = append(conns, conn)
		}
		sent += batch
		eventually(b, "the requests to arrive", func() bool { return b.metric(started) == begun+sent })
		for _, conn := range conns {
			conn.Close()
		}
		eventually(b, "the streams to end", func() bool { return b.metric(done) == over+sent })
		eventually(b, "the calls to be answered", func() bool {
			b.backend.release()
			return b.backend.waiting.Load() == 0
		})
	}
}

// together runs f for 0 to n-1 with c at a time, and returns the first text that
// is not empty.
func (b *bed) together(c, n int, f func(i int) string) (first string) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	next := make(chan int)
	for range c {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range next {
				if text := f(i); text != "" {
					mu.Lock()
					first = or(first, text)
					mu.Unlock()
				}
			}
		}()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Minute)
	defer cancel()
	for i := 0; i < n && ctx.Err() == nil; i++ {
		next <- i
	}
	close(next)
	wg.Wait()
	return first
}

func or(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

func differs(got, want string) string {
	if got == want {
		return ""
	}
	return "got " + strings.TrimSpace(got) + ", want " + want
}
