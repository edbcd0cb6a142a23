package host

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/host/internal/wire"
)

// puppet is a guest in a process of its own, played by a goroutine of the test.
type puppet struct {
	net.Conn
	hello string
	start func(p *puppet)                               // while init functions would run
	on    map[string]func(p *puppet, a []uint64) uint64 // by the callback's name
	wrong func(p *puppet) bool                          // instead of a Return
	over  chan struct{}                                 // closed at the end; seen and err are the test's then
	seen  []string
	err   error
}

func (p *puppet) say(m wire.Message) { _, p.err = wire.Write(p, nil, m) }

// ask makes a host call and renders the answer: the status, then the results.
func (p *puppet) ask(name string, values ...wire.Value) string {
	p.say(wire.Message{Kind: wire.HostCall, Name: "proxy_" + name, Values: values})
	m, err := wire.Read(p)
	if err != nil || m.Kind != wire.Reply {
		p.err = errors.Join(p.err, err)
		return fmt.Sprintf("kind %d", m.Kind)
	}
	text := Status(m.Values[0].Number).String()
	for _, v := range m.Values[1:] {
		if text += " "; v.Type == wire.Bytes {
			text += fmt.Sprintf("%q", v.Bytes)
		} else {
			text += fmt.Sprint(v.Number)
		}
	}
	return text
}

// play is the life of the process.
func (p *puppet) play() {
	defer close(p.over)
	defer p.Close()
	p.say(wire.Message{Kind: wire.Hello, Name: p.hello})
	if p.start != nil {
		p.start(p)
	}
	p.say(wire.Message{Kind: wire.Ready})
	for {
		m, err := wire.Read(p)
		if err != nil {
			return
		}
		name := strings.TrimPrefix(m.Name, "proxy_on_")
		var args []uint64
		for _, v := range m.Values {
			args = append(args, v.Number)
		}
		p.seen = append(p.seen, fmt.Sprint(name, args))
		result := uint64(0)
		if f := p.on[name]; f != nil {
			result = f(p, args)
		} else if name == "vm_start" || name == "configure" || name == "done" {
			result = 1
		}
		if name == "request_headers" && p.wrong != nil && p.wrong(p) {
			continue
		}
		p.say(wire.Message{Kind: wire.Return, Values: []wire.Value{{Type: wire.Number, Number: result}}})
	}
}

// module returns a module whose VMs are p.
func (p *puppet) module(t testing.TB) *Module {
	if p.hello == "" {
		p.hello = wire.Version
	}
	m, err := sharedRuntime().Remote(context.Background(), "puppet", func(context.Context) (io.ReadWriteCloser, error) {
		ours, theirs := net.Pipe()
		p.Conn, p.over = theirs, make(chan struct{})
		go p.play()
		return ours, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close(context.Background()) })
	return m
}

// remoteRig is a VM with a plugin whose guest is p.
type remoteRig struct {
	vm   *VM
	p    *Plugin
	mu   sync.Mutex
	logs []string
}

func newRemoteRig(t *testing.T, p *puppet, o VMOptions) *remoteRig {
	t.Helper()
	r := &remoteRig{}
	o.Worker, o.Log = NewWorker(), func(l LogLevel, plugin, msg string) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.logs = append(r.logs, fmt.Sprintf("%v %s: %s", l, plugin, msg))
	}
	m := p.module(t)
	o.Worker.Do(func() {
		var err error
		if r.vm, err = m.NewVM(t.Context(), o); err == nil {
			r.p, err = r.vm.StartPlugin(t.Context(), "puppet", []byte("configuration"))
		}
		if err != nil {
			t.Fatal(err)
		}
	})
	t.Cleanup(func() { o.Worker.Do(func() { _ = r.vm.Close(context.Background()) }) })
	return r
}

func (r *remoteRig) log() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.logs, "\n")
}

// Parameters.
func num(n uint64) wire.Value { return wire.Value{Type: wire.Number, Number: n} }
func str(s string) wire.Value { return wire.Value{Type: wire.Bytes, Bytes: []byte(s)} }

var (
	getBytes  = wire.Value{Type: wire.GetBytes}
	getUint32 = wire.Value{Type: wire.GetUint32}
	getUint64 = wire.Value{Type: wire.GetUint64}
)

func pairsOf(pairs ...[2]string) wire.Value { return str(string(AppendPairs(nil, pairs))) }

// TestRemoteHostCalls: what a process asks is answered as it is to a module.
func TestRemoteHostCalls(t *testing.T) {
	big := strings.Repeat("b", 200<<10) // more than the memory begins with
	calls := []struct {
		name   string
		values []wire.Value
		want   string
	}{
		{"log", []wire.Value{num(2), str("hello")}, "ok"},
		{"get_log_level", []wire.Value{getUint32}, "ok 0"},
		{"get_current_time_nanoseconds", []wire.Value{getUint64}, "ok 1000000005"},
		{"get_header_map_value", []wire.Value{num(0), str("K"), getBytes}, `ok "1"`},
		{"get_header_map_value", []wire.Value{num(0), str("none"), getBytes}, `not found ""`},
		{"get_header_map_value", []wire.Value{num(2), str("server"), getBytes}, `bad argument ""`},
		{"add_header_map_value", []wire.Value{num(0), str("new"), str(big)}, "ok"},
		{"get_header_map_value", []wire.Value{num(0), str("new"), getBytes}, fmt.Sprintf("ok %q", big)},
		{"set_header_map_pairs", []wire.Value{num(0), pairsOf([2]string{"A", "1"}, [2]string{":path", "/new"})}, "ok"},
		{"get_header_map_pairs", []wire.Value{num(0), getBytes}, fmt.Sprintf("ok %q", AppendPairs(nil, [][2]string{{":path", "/new"}, {"a", "1"}}))},
		{"get_buffer_bytes", []wire.Value{num(0), num(0), num(9), getBytes}, `ok ""`},
		{"get_buffer_bytes", []wire.Value{num(7), num(0), num(1 << 31), getBytes}, `not found ""`},
		{"get_property", []wire.Value{str("request\x00path"), getBytes}, `ok "/x"`},
		{"set_property", []wire.Value{str("mine"), str("v")}, "ok"},
		{"get_property", []wire.Value{str("mine"), getBytes}, `ok "v"`},
		{"set_shared_data", []wire.Value{str("key"), str("value"), num(0)}, "ok"},
		{"get_shared_data", []wire.Value{str("key"), getBytes, getUint32}, `ok "value" 1`},
		{"set_shared_data", []wire.Value{str("key"), str("other"), num(9)}, "cas mismatch"},
		{"get_shared_data", []wire.Value{str("none"), getBytes, getUint32}, `not found "" 0`},
		{"call_foreign_function", []wire.Value{str("twice"), str("ab"), getBytes}, `ok "abab"`},
		{"call_foreign_function", []wire.Value{str("none"), str(""), getBytes}, `not found ""`},
		{"http_call", []wire.Value{str("nowhere"), pairsOf(), str(""), pairsOf(), num(1), getUint32}, "bad argument 0"},
		{"set_effective_context", []wire.Value{num(77)}, "bad argument"},
		{"send_local_response", []wire.Value{num(403), str("not this"), str("no"), pairsOf([2]string{"x", "y"}), num(1<<64 - 1)}, "ok"},
	}
	var got []string
	p := &puppet{on: map[string]func(*puppet, []uint64) uint64{"request_headers": func(p *puppet, _ []uint64) uint64 {
		for _, c := range calls {
			got = append(got, p.ask(c.name, c.values...))
		}
		return 1
	}}}
	r := newRemoteRig(t, p, VMOptions{
		Now:     func() time.Time { return time.Unix(1, 5) },
		Foreign: map[string]ForeignFunc{"twice": func(a []byte) ([]byte, Status) { return append(bytes.Clone(a), a...), StatusOK }},
	})
	stream := newFakeHTTP()
	r.vm.o.Worker.Do(func() {
		c := r.p.NewHTTPStream(stream)
		if a, err := c.OnRequestHeaders(5, true); err != nil || a != HeadersStopAllAndWatermark {
			t.Errorf("%v, %v; a local reply stops everything", a, err)
		}
		c.Done()
		if err := r.vm.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	<-p.over
	for i, c := range calls {
		if i >= len(got) || got[i] != c.want {
			t.Errorf("%s: got %.200s, want %.200s", c.name, got[i], c.want)
		}
	}
	if want := `reply 403 "not_this" "no" [[x y]] -1`; stream.calls[len(stream.calls)-1] != want {
		t.Errorf("got %q, want at the end %s", stream.calls, want)
	}
	if !strings.Contains(r.log(), "info puppet: hello") {
		t.Errorf("log: %s", r.log())
	}
	want := "[context_create[1 0] vm_start[1 0] configure[1 13] context_create[2 1] request_headers[2 5 1] log[2] done[2] delete[2] done[1] delete[1]]"
	if got := fmt.Sprint(p.seen); got != want || p.err != nil {
		t.Errorf("callbacks:\n got %s\nwant %s (%v)", got, want, p.err)
	}
}

// TestRemoteMetric: numbers of 64 bits go both ways.
func TestRemoteMetric(t *testing.T) {
	var got []string
	p := &puppet{on: map[string]func(*puppet, []uint64) uint64{"tick": func(p *puppet, _ []uint64) uint64 {
		var id uint64
		if _, err := fmt.Sscanf(p.ask("define_metric", num(1), str("gauge"), getUint32), "ok %d", &id); err != nil {
			t.Error(err)
		}
		got = append(got, p.ask("record_metric", num(id), num(1<<40)), p.ask("increment_metric", num(id), num(1<<64-1)), p.ask("get_metric", num(id), getUint64))
		return 0
	}}}
	r := newRemoteRig(t, p, VMOptions{})
	r.vm.o.Worker.Do(func() { r.p.run(cbTick) })
	if want := fmt.Sprint([]string{"ok", "ok", fmt.Sprint("ok ", 1<<40-1)}); fmt.Sprint(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestRemoteEnds: a process that ends or says nonsense is a trap of its VM.
func TestRemoteEnds(t *testing.T) {
	raw := func(b ...byte) func(p *puppet) bool {
		return func(p *puppet) bool { _, p.err = p.Write(b); return true }
	}
	call := func(m wire.Message) func(p *puppet) bool {
		return func(p *puppet) bool { p.say(m); return true }
	}
	for name, c := range map[string]struct {
		wrong func(p *puppet) bool
		want  error
	}{
		"it ends":            {func(p *puppet) bool { p.Close(); return true }, ErrRemoteEnded},
		"half a frame":       {func(p *puppet) bool { raw(9, 0, 0, 0, byte(wire.Return))(p); p.Close(); return true }, ErrRemoteEnded},
		"a frame too long":   {raw(255, 255, 255, 255), ErrRemoteProtocol},
		"an empty frame":     {raw(0, 0, 0, 0), ErrRemoteProtocol},
		"a damaged value":    {raw(4, 0, 0, 0, byte(wire.HostCall), 0, byte(wire.Bytes), 9), ErrRemoteProtocol},
		"a call":             {call(wire.Message{Kind: wire.Call, Name: "proxy_on_tick"}), ErrRemoteProtocol},
		"two results":        {call(wire.Message{Kind: wire.Return, Values: []wire.Value{num(1), num(2)}}), ErrRemoteProtocol},
		"bytes as a result":  {call(wire.Message{Kind: wire.Return, Values: []wire.Value{str("x")}}), ErrRemoteProtocol},
		"an unknown call":    {call(wire.Message{Kind: wire.HostCall, Name: "proxy_nonsense"}), ErrRemoteProtocol},
		"another module's":   {call(wire.Message{Kind: wire.HostCall, Name: "fd_write", Values: []wire.Value{num(1), num(1), num(1), num(1)}}), ErrRemoteProtocol},
		"another ABI's":      {call(wire.Message{Kind: wire.HostCall, Name: "proxy_continue_request"}), ErrRemoteProtocol},
		"too few parameters": {call(wire.Message{Kind: wire.HostCall, Name: "proxy_log", Values: []wire.Value{num(1)}}), ErrRemoteProtocol},
		"too many":           {call(wire.Message{Kind: wire.HostCall, Name: "proxy_done", Values: []wire.Value{str("x")}}), ErrRemoteProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			p := &puppet{wrong: c.wrong}
			r := newRemoteRig(t, p, VMOptions{})
			r.vm.o.Worker.Do(func() {
				var trap *TrapError
				_, err := r.p.NewHTTPStream(newFakeHTTP()).OnRequestHeaders(5, true)
				if !errors.As(err, &trap) || !errors.Is(err, c.want) || trap.Func != "proxy_on_request_headers" {
					t.Errorf("got %v, want %v", err, c.want)
				}
				if _, err := p.Read(make([]byte, 1)); err == nil {
					t.Error("the connection is still there")
				}
				if err := r.vm.Err(); !errors.Is(err, c.want) {
					t.Errorf("the VM: %v", err)
				}
			})
			if !strings.Contains(r.log(), "proxy_on_request_headers failed: the process that the plugin runs in") {
				t.Errorf("log: %s", r.log())
			}
		})
	}
}

// TestRemoteEndsIdle: the end of a process shows before the next call.
func TestRemoteEndsIdle(t *testing.T) {
	p := &puppet{}
	r := newRemoteRig(t, p, VMOptions{})
	p.Close()
	for end := time.Now().Add(5 * time.Second); r.vm.Err() == nil && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	if err := r.vm.Err(); !errors.Is(err, ErrRemoteEnded) {
		t.Errorf("the VM: %v", err)
	}
}

// TestRemoteStart: what can go wrong before a VM is there.
// TestRemoteEndsBehindCalls: where the end of a process finds its VM's calls waiting
// for the worker, they fail, and none waits for an answer that can't come.
func TestRemoteEndsBehindCalls(t *testing.T) {
	mine, other := net.Pipe()
	defer mine.Close()
	w := &Worker{}
	r := &remote{vm: &VM{o: VMOptions{Worker: w}}, conn: mine, in: make(chan wire.Message, 1), done: make(chan struct{})}
	r.vm.dead.Store(&ErrClosed)
	called := make(chan error, 1)
	w.queue = append(w.queue, func() {
		_, err := r.next()
		called <- err
	})
	go r.read()
	if _, err := other.Write(bytes.Repeat([]byte{0xff}, 64)); err != nil && !errors.Is(err, io.ErrClosedPipe) {
		t.Fatal(err)
	}
	select {
	case err := <-called:
		if !errors.Is(err, ErrRemoteProtocol) {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("a call waits for ever")
	}
}

func TestRemoteStart(t *testing.T) {
	for name, c := range map[string]struct {
		p    *puppet
		want string
	}{
		"another version": {&puppet{hello: "sluice-guest/0"}, "another protocol"},
		"it ends":         {&puppet{start: func(p *puppet) { p.Close() }}, "has ended"},
		"a host call": {&puppet{start: func(p *puppet) { p.ask("get_property", str("x"), getBytes) }},
			"env.proxy_get_property may not be called inside the start functions"},
	} {
		t.Run(name, func(t *testing.T) {
			m := c.p.module(t)
			w := NewWorker()
			w.Do(func() {
				_, err := m.NewVM(t.Context(), VMOptions{Worker: w})
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("got %v, want %s", err, c.want)
				}
			})
			if _, err := c.p.Read(make([]byte, 1)); err == nil {
				t.Error("the connection is still there")
			}
		})
	}
	var said string
	p := &puppet{start: func(p *puppet) { said = p.ask("log", num(2), str("init")) }}
	if r := newRemoteRig(t, p, VMOptions{}); said != "ok" || !strings.Contains(r.log(), "info : init") {
		t.Errorf("a line during init: %s; log: %s", said, r.log())
	}
}

// TestRemoteConnect: a program that can't be reached, and one that never calls.
func TestRemoteConnect(t *testing.T) {
	no := errors.New("nobody there")
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	connect := func(context.Context) (io.ReadWriteCloser, error) { return nil, no }
	for _, want := range []error{no, ErrClosed} {
		m, err := sharedRuntime().Remote(ctx, "nobody", connect)
		if err != nil {
			t.Fatal(err)
		}
		w := NewWorker()
		w.Do(func() {
			if _, err := m.NewVM(ctx, VMOptions{Worker: w}); !errors.Is(err, want) {
				t.Errorf("got %v, want %v", err, want)
			}
		})
		cancel(ErrClosed)
		connect = func(ctx context.Context) (io.ReadWriteCloser, error) { <-ctx.Done(); return nil, ctx.Err() }
	}
}

// TestRemoteAfterCall: what a host call leaves for after the callback may call
// the process again.
func TestRemoteAfterCall(t *testing.T) {
	p := &puppet{on: map[string]func(*puppet, []uint64) uint64{"request_headers": func(p *puppet, _ []uint64) uint64 {
		p.ask("continue_stream", num(0))
		return 1
	}}}
	r := newRemoteRig(t, p, VMOptions{})
	s := &again{fakeHTTP: newFakeHTTP()}
	r.vm.o.Worker.Do(func() {
		s.c = r.p.NewHTTPStream(s)
		if a, err := s.c.OnRequestHeaders(5, false); a != HeadersStop || err != nil {
			t.Errorf("%v, %v", a, err)
		}
		_ = r.vm.Close(context.Background())
	})
	<-p.over
	if got := fmt.Sprint(p.seen); !strings.Contains(got, "request_headers[2 5 0] request_body[2 12 1] log[2]") {
		t.Errorf("callbacks %s", got)
	}
}

// again sends a body when the stream goes on.
type again struct {
	*fakeHTTP
	c *HTTPContext
}

func (a *again) Continue(Direction) { _, _ = a.c.OnRequestBody(12, true) }
