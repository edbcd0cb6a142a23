package host

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const huge = 1<<32 - 1 // an address or length outside any memory

// inHTTP runs f with a stream whose request headers were seen, and are held.
func inHTTP(t *testing.T, o VMOptions, f func(r *rig, c *HTTPContext, s *fakeHTTP)) {
	t.Helper()
	inHTTPABI(t, "0_2_1", o, f)
}

func inHTTPABI(t *testing.T, abi string, o VMOptions, f func(r *rig, c *HTTPContext, s *fakeHTTP)) {
	t.Helper()
	r := newRigABI(t, abi, o)
	r.vm.o.Worker.Do(func() {
		s := newFakeHTTP()
		c := r.p.NewHTTPStream(s)
		r.answer("on_request_headers", uint32(HeadersStop))
		if _, err := c.OnRequestHeaders(5, false); err != nil {
			t.Fatal(err)
		}
		f(r, c, s)
	})
}

func wantStatus(t *testing.T, what string, got, want Status) {
	t.Helper()
	if got != want {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

// TestPhases holds what Envoy 1.40 answered to the same calls in the same phases.
func TestPhases(t *testing.T) {
	r := newRig(t, VMOptions{})
	r.vm.o.Worker.Do(func() {
		s := newFakeHTTP()
		s.noTrail = true
		c := r.p.NewHTTPStream(s)
		for _, a := range []string{"on_request_headers", "on_request_body", "on_request_trailers", "on_response_headers", "on_response_body", "on_response_trailers"} {
			r.answer(a, 1)
		}
		k, kn := r.str(0, "nope")
		check := func(phase, get, buffers string) {
			t.Helper()
			var g, b strings.Builder
			for m := uint64(0); m < 8; m++ {
				fmt.Fprint(&g, uint32(r.do(&c.scope, "proxy_get_header_map_value", m, k, kn, outAddr, outAddr+4)))
			}
			for i := uint64(0); i < 10; i++ {
				status := r.do(&c.scope, "proxy_get_buffer_bytes", i, 0, 100, outAddr, outAddr+4)
				if fmt.Fprint(&b, uint32(status)); status == StatusOK && r.out() != "" {
					fmt.Fprint(&b, "+")
				}
			}
			if g.String() != get || b.String() != buffers {
				t.Errorf("%s: maps %s, buffers %s; Envoy has %s, %s", phase, g.String(), b.String(), get, buffers)
			}
		}
		c.OnRequestHeaders(5, false)
		check("request headers", "12222222", "0000100102")
		c.OnRequestBody(12, false)
		check("request body", "12222222", "0+000100102")
		c.OnRequestTrailers(1)
		check("request trailers", "11222222", "0+000100102")
		r.do(&c.scope, "proxy_continue_stream", 0)
		check("continued", "22222222", "0000100102")
		c.OnResponseHeaders(2, false)
		check("response headers", "22122222", "0000100102")
		c.OnResponseBody(13, false)
		r.answer("on_response_trailers", 0)
		check("response body", "22122222", "00+00100102")
		c.OnResponseTrailers(1)
		check("after trailers went on", "22122222", "00+00100102")
		c.logging = true
		check("log", "11111111", "00+00100102")
		c.logging = false
	})
}

func TestTrailersComeIntoBeing(t *testing.T) {
	inHTTP(t, VMOptions{}, func(r *rig, c *HTTPContext, s *fakeHTTP) {
		r.answer("on_request_body", 1)
		k, kn := r.str(0, "t")
		c.OnRequestBody(3, false)
		wantStatus(t, "before the end", r.do(&c.scope, "proxy_add_header_map_value", 1, k, kn, k, kn), StatusBadArgument)
		c.OnRequestBody(3, true)
		wantStatus(t, "at the end", r.do(&c.scope, "proxy_add_header_map_value", 1, k, kn, k, kn), StatusOK)
		if show(s.maps[1]) != "t=t;" {
			t.Errorf("trailers %s", show(s.maps[1]))
		}
	})
}

func TestBuffers(t *testing.T) {
	inHTTP(t, VMOptions{Config: []byte("vm config")}, func(r *rig, c *HTTPContext, s *fakeHTTP) {
		r.answer("on_request_body", 1)
		c.OnRequestBody(12, true)
		get := func(i, start, length uint64) (string, Status) {
			status := r.do(&c.scope, "proxy_get_buffer_bytes", i, start, length, outAddr, outAddr+4)
			if status != StatusOK {
				return "", status
			}
			return r.out(), status
		}
		for _, g := range []struct {
			i, start, length uint64
			want             string
			status           Status
		}{
			{0, 0, 100, "request body", StatusOK}, {0, 8, 2, "bo", StatusOK}, {0, 12, 1, "", StatusOK}, {0, 13, 1, "", StatusOK},
			{0, 8, huge, "body", StatusOK}, {0, huge, huge, "", StatusOK}, {0, 3, 0, "", StatusOK},
			{6, 0, 100, "vm config", StatusOK}, {7, 0, 100, "", StatusNotFound}, {9, 0, 1, "", StatusBadArgument}, {10, 0, 1, "", StatusBadArgument}, {huge, 0, 1, "", StatusBadArgument},
		} {
			if got, status := get(g.i, g.start, g.length); got != g.want || status != g.status {
				t.Errorf("get %d [%d,%d] = %q, %v; want %q, %v", g.i, g.start, g.length, got, status, g.want, g.status)
			}
		}
		wantStatus(t, "bad result", r.do(&c.scope, "proxy_get_buffer_bytes", 0, 0, 5, huge, outAddr), StatusInvalidMemoryAccess)
		wantStatus(t, "status", r.do(&c.scope, "proxy_get_buffer_status", 0, outAddr, outAddr+4), StatusOK)
		if r.word(outAddr) != 12 {
			t.Errorf("length %d", r.word(outAddr))
		}
		wantStatus(t, "status of nothing", r.do(&c.scope, "proxy_get_buffer_status", 4, outAddr, outAddr+4), StatusNotFound)
		d, dn := r.str(0, "new")
		wantStatus(t, "set", r.do(&c.scope, "proxy_set_buffer_bytes", 0, 0, 100, d, dn), StatusOK)
		wantStatus(t, "prepend", r.do(&c.scope, "proxy_set_buffer_bytes", 0, 0, 0, d, dn), StatusOK)
		wantStatus(t, "append", r.do(&c.scope, "proxy_set_buffer_bytes", 0, huge, huge, d, dn), StatusOK)
		wantStatus(t, "middle", r.do(&c.scope, "proxy_set_buffer_bytes", 0, 1, 1, d, dn), StatusBadArgument)
		wantStatus(t, "bad data", r.do(&c.scope, "proxy_set_buffer_bytes", 0, 0, 0, d, huge), StatusInvalidMemoryAccess)
		wantStatus(t, "read-only", r.do(&c.scope, "proxy_set_buffer_bytes", 6, 0, 0, d, dn), StatusBadArgument)
		wantStatus(t, "no response body yet", r.do(&c.scope, "proxy_set_buffer_bytes", 1, 0, 0, d, dn), StatusBadArgument)
		wantStatus(t, "none", r.do(&c.scope, "proxy_set_buffer_bytes", 4, 0, 0, d, dn), StatusNotFound)
		if got := string(s.bodies[0].Bytes()); got != "newnewnew" {
			t.Errorf("body %q", got)
		}
	})
}

func TestStreamActions(t *testing.T) {
	inHTTP(t, VMOptions{}, func(r *rig, c *HTTPContext, s *fakeHTTP) {
		d, dn := r.str(0, "why not")
		b, bn := r.str(1, "body")
		p := AppendPairs(nil, [][2]string{{"A", "1"}})
		h, hn := r.put(2, p), uint64(len(p))
		for i, want := range map[uint64]Status{0: StatusOK, 1: StatusOK, 2: StatusOK, 3: StatusUnimplemented, 4: StatusBadArgument, huge: StatusBadArgument} {
			wantStatus(t, fmt.Sprint("continue ", i), r.do(&c.scope, "proxy_continue_stream", i), want)
		}
		for i, want := range map[uint64]Status{0: StatusOK, 3: StatusOK, 4: StatusBadArgument} {
			wantStatus(t, fmt.Sprint("close ", i), r.do(&c.scope, "proxy_close_stream", i), want)
		}
		s.calls = nil
		wantStatus(t, "reply", r.do(&c.scope, "proxy_send_local_response", 418, d, dn, b, bn, h, hn, huge), StatusOK)
		wantStatus(t, "reply at root", r.do(&r.p.scope, "proxy_send_local_response", 418, d, dn, b, bn, h, hn, 0), StatusOK)
		wantStatus(t, "bad details", r.do(&c.scope, "proxy_send_local_response", 418, d, huge, b, bn, h, hn, 0), StatusInvalidMemoryAccess)
		wantStatus(t, "bad body", r.do(&c.scope, "proxy_send_local_response", 418, d, dn, huge, bn, h, hn, 0), StatusInvalidMemoryAccess)
		wantStatus(t, "bad headers", r.do(&c.scope, "proxy_send_local_response", 418, d, dn, b, bn, h, huge, 0), StatusInvalidMemoryAccess)
		wantStatus(t, "inject", r.do(&c.scope, "proxy_inject_encoded_data_to_filter_chain", b, bn, 1), StatusOK)
		wantStatus(t, "inject bad", r.do(&c.scope, "proxy_inject_encoded_data_to_filter_chain", b, huge, 1), StatusInvalidMemoryAccess)
		wantStatus(t, "inject at root", r.do(&r.p.scope, "proxy_inject_encoded_data_to_filter_chain", b, bn, 1), StatusBadArgument)
		wantStatus(t, "hosts", r.do(&c.scope, "proxy_get_upstream_hosts", outAddr, outAddr+4), StatusNotFound)
		wantStatus(t, "override", r.do(&c.scope, "proxy_set_upstream_override_host", b, bn), StatusNotFound)
		want := `[reply 418 "why_not" "body" [[A 1]] -1 inject "body" true]`
		if got := fmt.Sprint(s.calls); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}

func TestProperties(t *testing.T) {
	inHTTP(t, VMOptions{Name: "vm1", Property: func(path []string) ([]byte, bool) { return []byte("root"), path[0] == "node" }}, func(r *rig, c *HTTPContext, s *fakeHTTP) {
		for _, p := range []struct {
			sc     *scope
			path   string
			want   string
			status Status
		}{
			{&c.scope, "request\x00path", "/x", StatusOK}, {&c.scope, "request\x00path\x00", "/x", StatusOK}, {&c.scope, "request", "", StatusSerializationFailure},
			{&c.scope, "plugin_name", "rig", StatusOK}, {&c.scope, "plugin_name\x00", "rig", StatusOK}, {&c.scope, "plugin_name\x00x", "", StatusNotFound},
			{&c.scope, "plugin_root_id", "", StatusOK}, {&c.scope, "plugin_vm_id", "vm1", StatusOK},
			{&c.scope, "", "", StatusSerializationFailure}, {&c.scope, "\x00", "", StatusNotFound},
			{&r.p.scope, "node", "root", StatusOK}, {&r.p.scope, "request\x00path", "", StatusNotFound}, {&r.p.scope, "request", "", StatusNotFound},
		} {
			k, kn := r.str(0, p.path)
			wantStatus(t, fmt.Sprintf("%q", p.path), r.do(p.sc, "proxy_get_property", k, kn, outAddr, outAddr+4), p.status)
			if p.status == StatusOK && r.out() != p.want {
				t.Errorf("%q = %q, want %q", p.path, r.out(), p.want)
			}
		}
		k, kn := r.str(0, "mine\x00sub")
		wantStatus(t, "set", r.do(&c.scope, "proxy_set_property", k, kn, k, 4), StatusOK)
		if s.props["mine\x00sub"] != "mine" {
			t.Errorf("set: %q", s.props)
		}
		wantStatus(t, "set at root", r.do(&r.p.scope, "proxy_set_property", k, kn, k, 4), StatusNotFound)
		wantStatus(t, "bad path", r.do(&c.scope, "proxy_get_property", huge, kn, outAddr, outAddr), StatusInvalidMemoryAccess)
		wantStatus(t, "bad value", r.do(&c.scope, "proxy_set_property", k, kn, k, huge), StatusInvalidMemoryAccess)
		k, kn = r.str(0, "readonly")
		wantStatus(t, "read-only", r.do(&c.scope, "proxy_set_property", k, kn, k, 4), StatusBadArgument)
	})
}

func TestMisc(t *testing.T) {
	now := time.Unix(1, 5)
	inHTTP(t, VMOptions{LogLevel: LogInfo, Now: func() time.Time { return now }}, func(r *rig, c *HTTPContext, s *fakeHTTP) {
		m, mn := r.str(0, "hello log")
		wantStatus(t, "log", r.do(&c.scope, "proxy_log", 3, m, mn), StatusOK)
		wantStatus(t, "log below", r.do(&c.scope, "proxy_log", 1, m, 5), StatusOK)
		wantStatus(t, "log level 6", r.do(&c.scope, "proxy_log", 6, m, mn), StatusBadArgument)
		wantStatus(t, "log bad", r.do(&c.scope, "proxy_log", 3, m, huge), StatusInvalidMemoryAccess)
		if len(r.logs) != 1 || r.logs[0] != "warn rig: hello log" {
			t.Errorf("logs %q", r.logs)
		}
		wantStatus(t, "level", r.do(&c.scope, "proxy_get_log_level", outAddr), StatusOK)
		if r.word(outAddr) != uint32(LogInfo) {
			t.Errorf("level %d", r.word(outAddr))
		}
		wantStatus(t, "level bad", r.do(&c.scope, "proxy_get_log_level", huge), StatusInvalidMemoryAccess)
		wantStatus(t, "time", r.do(&c.scope, "proxy_get_current_time_nanoseconds", outAddr), StatusOK)
		if v, _ := r.vm.mem.ReadUint64Le(outAddr); v != 1e9+5 {
			t.Errorf("time %d", v)
		}
		wantStatus(t, "time bad", r.do(&c.scope, "proxy_get_current_time_nanoseconds", huge-6), StatusInvalidMemoryAccess)
		wantStatus(t, "done when nobody asked", r.do(&c.scope, "proxy_done"), StatusNotFound)
		wantStatus(t, "effective context", r.do(&c.scope, "proxy_set_effective_context", 1), StatusOK)
		wantStatus(t, "effective context 99", r.do(&c.scope, "proxy_set_effective_context", 99), StatusBadArgument)
		wantStatus(t, "status", r.do(&c.scope, "proxy_get_status", outAddr+8, outAddr, outAddr+4), StatusOK)
		wantStatus(t, "grpc call", r.do(&c.scope, "proxy_grpc_call", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), StatusUnimplemented)
		wantStatus(t, "grpc cancel 0", r.do(&c.scope, "proxy_grpc_cancel", 0), StatusBadArgument)
		wantStatus(t, "grpc cancel", r.do(&c.scope, "proxy_grpc_cancel", 7), StatusBadArgument)
		wantStatus(t, "grpc cancel of a call", r.do(&c.scope, "proxy_grpc_cancel", 5), StatusNotFound)
		wantStatus(t, "grpc close of a stream", r.do(&c.scope, "proxy_grpc_close", 6), StatusNotFound)
		wantStatus(t, "grpc send to a stream", r.do(&c.scope, "proxy_grpc_send", 6, 0, 0, 0), StatusNotFound)
		wantStatus(t, "grpc send to a call", r.do(&c.scope, "proxy_grpc_send", 5, 0, 0, 0), StatusBadArgument)
		wantStatus(t, "grpc send from outside", r.do(&c.scope, "proxy_grpc_send", 6, 0xfffffff0, 9, 0), StatusInvalidMemoryAccess)
		wantStatus(t, "grpc stream from outside", r.do(&c.scope, "proxy_grpc_stream", 0, 0, 0, 0, 0, 0, 0xfffffff0, 9, 0), StatusInvalidMemoryAccess)
		wantStatus(t, "pthread_equal", r.do(&c.scope, "pthread_equal", 7, 7), 1)
	})
}

func TestForeign(t *testing.T) {
	foreign := map[string]ForeignFunc{"twice": func(b []byte) ([]byte, Status) { return append(b[:len(b):len(b)], b...), StatusOK }}
	inHTTP(t, VMOptions{Foreign: foreign}, func(r *rig, c *HTTPContext, s *fakeHTTP) {
		call := func(name, args string) (string, Status) {
			n, nn := r.str(0, name)
			a, an := r.str(1, args)
			status := r.do(&c.scope, "proxy_call_foreign_function", n, nn, a, an, outAddr, outAddr+4)
			return r.out(), status
		}
		if got, status := call("twice", "ab"); got != "abab" || status != StatusOK {
			t.Errorf("twice: %q, %v", got, status)
		}
		packed, status := call("compress", strings.Repeat("a", 1000))
		wantStatus(t, "compress", status, StatusOK)
		if got, status := call("uncompress", packed); len(got) != 1000 || status != StatusOK {
			t.Errorf("uncompress: %d bytes, %v", len(got), status)
		}
		_, status = call("uncompress", "abc")
		wantStatus(t, "uncompress damaged", status, StatusSerializationFailure)
		_, status = call("nope", "")
		wantStatus(t, "unknown", status, StatusNotFound)
		if _, status = call("clear_route_cache", ""); status != StatusOK || len(s.calls) != 1 {
			t.Errorf("clear_route_cache: %v, %v", status, s.calls)
		}
		n, nn := r.str(0, "twice")
		wantStatus(t, "nobody wants the result", r.do(&c.scope, "proxy_call_foreign_function", n, nn, n, nn, 0, 0), StatusOK)
		wantStatus(t, "bad name", r.do(&c.scope, "proxy_call_foreign_function", n, huge, n, nn, 0, 0), StatusInvalidMemoryAccess)
		wantStatus(t, "bad result", r.do(&c.scope, "proxy_call_foreign_function", n, nn, n, nn, huge, 0), StatusInvalidMemoryAccess)
	})
}

func TestABI010(t *testing.T) {
	inHTTPABI(t, "0_1_0", VMOptions{Config: []byte("vm")}, func(r *rig, c *HTTPContext, s *fakeHTTP) {
		k, kn := r.str(0, "nope")
		wantStatus(t, "a missing header is empty", r.do(&c.scope, "proxy_get_header_map_value", 0, k, kn, outAddr, outAddr+4), StatusOK)
		wantStatus(t, "configuration", r.do(&c.scope, "proxy_get_configuration", outAddr, outAddr+4), StatusOK)
		if r.out() != "vm" {
			t.Errorf("configuration %q", r.out())
		}
		wantStatus(t, "continue request", r.do(&c.scope, "proxy_continue_request"), StatusOK)
		wantStatus(t, "continue response", r.do(&c.scope, "proxy_continue_response"), StatusOK)
		wantStatus(t, "clear route cache", r.do(&c.scope, "proxy_clear_route_cache"), StatusOK)
		if got := fmt.Sprint(s.calls); got != "[continue 0 continue 1 clear route cache]" {
			t.Errorf("calls %s", got)
		}
	})
}
