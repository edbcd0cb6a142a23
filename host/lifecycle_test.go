package host

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/host/internal/wasmtest"
)

func TestCallbackOrder(t *testing.T) {
	r := newRig(t, VMOptions{Config: []byte("vm")})
	r.vm.o.Worker.Do(func() {
		p2, err := r.vm.StartPlugin(context.Background(), "second", []byte("abc"))
		if err != nil {
			t.Fatal(err)
		}
		r.wantEvents("context_create(2,0)", "vm_start(2,2)", "configure(2,3)")
		c := p2.NewHTTPStream(newFakeHTTP())
		r.wantEvents()
		steps := []func() (Action, error){
			func() (Action, error) { return c.OnRequestHeaders(5, false) },
			func() (Action, error) { return c.OnRequestBody(12, true) },
			func() (Action, error) { return c.OnRequestTrailers(1) },
			func() (Action, error) { return c.OnResponseHeaders(2, false) },
			func() (Action, error) { return c.OnResponseBody(13, true) },
			func() (Action, error) { return c.OnResponseTrailers(1) },
		}
		for i, step := range steps {
			if a, err := step(); a != ActionContinue || err != nil {
				t.Errorf("step %d: %v, %v", i, a, err)
			}
		}
		c.Done()
		c.Done()
		r.wantEvents("context_create(3,2)", "request_headers(3,5,0)", "request_body(3,12,1)", "request_trailers(3,1)",
			"response_headers(3,2,0)", "response_body(3,13,1)", "response_trailers(3,1)", "log(3)", "done(3)", "delete(3)")
		if a, err := c.OnRequestBody(1, true); a != ActionContinue || err != nil {
			t.Errorf("after Done: %v, %v", a, err)
		}
		r.wantEvents()
	})
}

func TestNoRequestHeaders(t *testing.T) {
	r := newRig(t, VMOptions{})
	r.vm.o.Worker.Do(func() {
		c := r.p.NewHTTPStream(newFakeHTTP())
		if a, err := c.OnResponseHeaders(2, true); a != ActionContinue || err != nil {
			t.Errorf("response without request: %v, %v", a, err)
		}
		c.Done() // the access log still wants its context
		r.wantEvents("context_create(2,1)", "log(2)", "done(2)", "delete(2)")
	})
}

func TestActions(t *testing.T) {
	for _, c := range []struct {
		callback string
		answer   uint32
		noStop   bool
		want     Action
	}{
		{"on_request_headers", 1, false, HeadersStop}, {"on_request_headers", 1, true, HeadersStopAllAndWatermark},
		{"on_request_headers", 2, false, HeadersContinueAndEnd}, {"on_request_headers", 3, false, HeadersStopAllAndBuffer},
		{"on_request_headers", 4, false, HeadersStopAllAndWatermark}, {"on_request_headers", 5, false, HeadersStopAllAndWatermark},
		{"on_request_headers", 0xffffffff, false, HeadersStopAllAndWatermark},
		{"on_response_headers", 1, true, HeadersStopAllAndWatermark}, {"on_response_headers", 1, false, HeadersStop},
		{"on_request_body", 1, true, DataStopAndBuffer}, {"on_request_body", 2, false, DataStopAndWatermark}, {"on_request_body", 3, false, DataStopNoBuffer},
		{"on_response_body", 4, false, DataStopNoBuffer}, {"on_request_trailers", 1, false, ActionStop}, {"on_response_trailers", 2, false, ActionStop},
	} {
		r := newRig(t, VMOptions{NoHeadersStop: c.noStop})
		r.vm.o.Worker.Do(func() {
			s := r.p.NewHTTPStream(newFakeHTTP())
			run := map[string]func() (Action, error){
				"on_request_headers":   func() (Action, error) { return s.OnRequestHeaders(1, false) },
				"on_request_body":      func() (Action, error) { return s.OnRequestBody(1, false) },
				"on_request_trailers":  func() (Action, error) { return s.OnRequestTrailers(1) },
				"on_response_headers":  func() (Action, error) { return s.OnResponseHeaders(1, false) },
				"on_response_body":     func() (Action, error) { return s.OnResponseBody(1, false) },
				"on_response_trailers": func() (Action, error) { return s.OnResponseTrailers(1) },
			}
			if c.callback != "on_request_headers" {
				s.OnRequestHeaders(1, false)
			}
			r.answer(c.callback, c.answer)
			if a, err := run[c.callback](); a != c.want || err != nil {
				t.Errorf("%s answers %d (NoHeadersStop %v): %v, %v; want %v", c.callback, c.answer, c.noStop, a, err, c.want)
			}
		})
	}
}

// callbacksWith are all callbacks; one runs code.
func callbacksWith(name string, code ...[]byte) []wasmtest.Callback {
	list := wasmtest.Callbacks()
	for i := range list {
		if list[i].Name == name {
			for _, c := range code {
				list[i].Code = append(list[i].Code, c...)
			}
		}
	}
	return list
}

// with builds a module that imports env.name first, so that code may call it.
func with(name, sig, callback string, code ...[]byte) []byte {
	m := wasmtest.New(8)
	m.Import("env", name, sig)
	wasmtest.AddPlugin(m, "0_2_1", callbacksWith(callback, code...))
	return m.Bytes()
}

func TestLocalReplyOverridesTheAction(t *testing.T) {
	var args [][]byte
	for _, v := range []int32{403, 0, 0, 0, 0, 0, 0, -1} {
		args = append(args, wasmtest.I32(v))
	}
	code := append(args, wasmtest.Call(0), wasmtest.Drop)
	r := rigOf(t, compile(t, with("proxy_send_local_response", "iiiiiiii:i", "on_request_headers", code...)), VMOptions{})
	r.vm.o.Worker.Do(func() {
		s := newFakeHTTP()
		c := r.p.NewHTTPStream(s)
		a, err := c.OnRequestHeaders(1, true)
		if a != HeadersStopAllAndWatermark || err != nil || len(s.calls) != 1 {
			t.Errorf("%v, %v, %q", a, err, s.calls)
		}
		if a, _ := c.OnResponseHeaders(1, true); a != HeadersContinue {
			t.Errorf("the override must end with the callback: %v", a)
		}
	})
}

func TestEffectiveContext(t *testing.T) {
	// At each tick the guest resumes the context whose number stands at 8.
	m := wasmtest.New(8)
	set, resume := m.Import("env", "proxy_set_effective_context", "i:i"), m.Import("env", "proxy_continue_stream", "i:i")
	wasmtest.AddPlugin(m, "0_2_1", callbacksWith("on_tick",
		wasmtest.I32(8), wasmtest.Load(0), wasmtest.Call(set), wasmtest.Drop,
		wasmtest.I32(0), wasmtest.Call(resume), wasmtest.Drop))
	r := rigOf(t, compile(t, m.Bytes()), VMOptions{})
	r.vm.o.Worker.Do(func() {
		s1, s2 := newFakeHTTP(), newFakeHTTP()
		c1, c2 := r.p.NewHTTPStream(s1), r.p.NewHTTPStream(s2)
		c1.OnRequestHeaders(1, true)
		c2.OnRequestHeaders(1, true)
		r.vm.mem.WriteUint32Le(8, c2.ID())
		r.p.run(cbTick)
		if len(s1.calls) != 0 || fmt.Sprint(s2.calls) != "[continue 0]" {
			t.Errorf("resumed the wrong stream: %q, %q", s1.calls, s2.calls)
		}
		c2.Done()
		r.p.run(cbTick) // the context is gone: the root context is meant then
		if len(s2.calls) != 1 {
			t.Errorf("a stream that is gone was resumed: %q", s2.calls)
		}
	})
}

func TestTrap(t *testing.T) {
	m := wasmtest.New(8)
	wasmtest.AddPlugin(m, "0_2_1", callbacksWith("on_request_body", wasmtest.Unreachable))
	r := rigOf(t, compile(t, m.Bytes()), VMOptions{})
	r.vm.o.Worker.Do(func() {
		s := newFakeHTTP()
		c, other := r.p.NewHTTPStream(s), r.p.NewHTTPStream(newFakeHTTP())
		c.OnRequestHeaders(1, false)
		a, err := c.OnRequestBody(1, false)
		var trap *TrapError
		if a != DataStopNoBuffer || !errors.As(err, &trap) || trap.Func != "proxy_on_request_body" || !errors.Is(r.vm.Err(), trap) {
			t.Errorf("%v, %v; VM: %v", a, err, r.vm.Err())
		}
		if strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "unreachable") {
			t.Errorf("the error must be one line with the cause: %q", err)
		}
		if a, err := other.OnRequestHeaders(1, true); a != HeadersStopAllAndWatermark || !errors.As(err, &trap) {
			t.Errorf("another stream after the trap: %v, %v", a, err)
		}
		c.Done()
		if _, err := r.vm.StartPlugin(context.Background(), "late", nil); !errors.As(err, &trap) {
			t.Errorf("StartPlugin after the trap: %v", err)
		}
		r.wantLog("error rig: Function: proxy_on_request_body failed: wasm error: unreachable")
		if err := r.vm.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	<-r.vm.Closed()
}

func TestRefusedConfiguration(t *testing.T) {
	for _, callback := range []string{"on_vm_start", "on_configure"} {
		r := newRig(t, VMOptions{})
		r.vm.o.Worker.Do(func() {
			r.answer(callback, 0)
			p, err := r.vm.StartPlugin(context.Background(), "bad", []byte("x"))
			if !errors.Is(err, ErrRefused) || p != nil || !strings.Contains(err.Error(), `"bad"`) || !strings.Contains(err.Error(), "proxy_"+callback) {
				t.Errorf("%s: %v", callback, err)
			}
			if r.vm.Err() != nil || len(r.vm.plugins) != 1 || len(r.vm.scopes) != 1 {
				t.Errorf("%s: a refusal must leave the VM as it was: %v, %d plugins", callback, r.vm.Err(), len(r.vm.plugins))
			}
			r.answer(callback, 1)
			if _, err := r.vm.StartPlugin(context.Background(), "good", nil); err != nil {
				t.Errorf("%s: %v", callback, err)
			}
		})
	}
}

func TestClose(t *testing.T) {
	r := newRig(t, VMOptions{})
	r.vm.o.Worker.Do(func() {
		c := r.p.NewHTTPStream(newFakeHTTP())
		c.OnRequestHeaders(1, true)
		r.events()
		mod := r.vm.mod
		if err := r.vm.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
		if !mod.IsClosed() {
			t.Error("the instance was not freed")
		}
		if a, err := c.OnRequestBody(1, true); a != DataStopNoBuffer || !errors.Is(err, ErrClosed) {
			t.Errorf("after Close: %v, %v", a, err)
		}
		c.Done()
	})
	<-r.vm.Closed()
	<-r.p.Closed()
}

func TestDeferredDone(t *testing.T) {
	r := newRig(t, VMOptions{DoneTimeout: time.Hour})
	r.vm.o.Worker.Do(func() {
		r.answer("on_done", 0)
		_ = r.vm.Close(context.Background())
		_ = r.vm.Close(context.Background())
		r.wantEvents("done(1)")
		select {
		case <-r.vm.Closed():
			t.Fatal("closed before proxy_done")
		default:
		}
		wantStatus(t, "proxy_done", r.do(&r.p.scope, "proxy_done"), StatusOK)
	})
	<-r.vm.Closed()
}

func TestDoneTimeout(t *testing.T) {
	r := newRig(t, VMOptions{DoneTimeout: time.Millisecond})
	r.vm.o.Worker.Do(func() {
		r.answer("on_done", 0)
		_ = r.vm.Close(context.Background())
	})
	<-r.vm.Closed()
}

func TestTicks(t *testing.T) {
	r := newRig(t, VMOptions{})
	ticks := func() (n int) {
		r.vm.o.Worker.Do(func() { n = len(r.events()) })
		return n
	}
	r.vm.o.Worker.Do(func() { wantStatus(t, "tick", r.do(&r.p.scope, "proxy_set_tick_period_milliseconds", 1), StatusOK) })
	for total := 0; total < 3; total += ticks() {
		time.Sleep(time.Millisecond)
	}
	r.vm.o.Worker.Do(func() { r.do(&r.p.scope, "proxy_set_tick_period_milliseconds", 0) })
	ticks()
	time.Sleep(10 * time.Millisecond)
	if n := ticks(); n != 0 {
		t.Errorf("%d ticks after the timer was stopped", n)
	}
}

func TestTickTrap(t *testing.T) {
	m := wasmtest.New(8)
	m.Import("env", "proxy_set_tick_period_milliseconds", "i:i")
	list := callbacksWith("on_configure", wasmtest.I32(1), wasmtest.Call(0), wasmtest.Drop)
	for i := range list {
		if list[i].Name == "on_tick" {
			list[i].Code = wasmtest.Unreachable
		}
	}
	wasmtest.AddPlugin(m, "0_2_1", list)
	r := rigOf(t, compile(t, m.Bytes()), VMOptions{})
	for r.vm.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	r.vm.o.Worker.Do(func() {
		if r.p.tick != nil {
			t.Error("the timer runs on after the trap")
		}
	})
}
