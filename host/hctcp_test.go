package host

import (
	"fmt"
	"testing"
)

func TestTCP(t *testing.T) {
	r := newRig(t, VMOptions{})
	r.vm.o.Worker.Do(func() {
		s := &fakeTCP{down: NewBuffer([]byte("down"))}
		c := r.p.NewTCPStream(s)
		if a, err := c.OnDownstreamData(4, false); a != ActionContinue || err != nil {
			t.Errorf("data before the connection: %v, %v", a, err)
		}
		c.OnNewConnection()
		r.answer("on_downstream_data", 1)
		if a, _ := c.OnDownstreamData(4, true); a != ActionStop {
			t.Errorf("action %v", a)
		}
		wantStatus(t, "buffer", r.do(&c.scope, "proxy_get_buffer_bytes", 2, 0, 9, outAddr, outAddr+4), StatusOK)
		if r.out() != "down" {
			t.Errorf("data %q", r.out())
		}
		for i, want := range map[uint64]Status{0: StatusOK, 2: StatusOK, 3: StatusUnimplemented} {
			wantStatus(t, fmt.Sprint("continue ", i), r.do(&c.scope, "proxy_continue_stream", i), want)
		}
		wantStatus(t, "close", r.do(&c.scope, "proxy_close_stream", 3), StatusOK)
		c.OnUpstreamData(0, true)
		c.OnDownstreamClose(PeerRemote)
		c.OnUpstreamClose(PeerLocal)
		c.Done()
		c.Done()
		r.wantEvents("context_create(2,1)", "new_connection(2)", "downstream_data(2,4,1)", "upstream_data(2,0,1)",
			"downstream_connection_close(2,2)", "upstream_connection_close(2,1)", "done(2)", "log(2)", "delete(2)")
		if got := fmt.Sprint(s.calls); got != "[continue 2 close 3]" {
			t.Errorf("calls %s", got)
		}
	})
}

type fakeTCP struct {
	down  *Buffer
	calls []string
}

func (f *fakeTCP) Buffer(t BufferType) *Buffer {
	if t == BufferDownstreamData {
		return f.down
	}
	return nil
}
func (f *fakeTCP) Continue(d Direction)              { f.calls = append(f.calls, fmt.Sprint("continue ", d)) }
func (f *fakeTCP) Close(d Direction)                 { f.calls = append(f.calls, fmt.Sprint("close ", d)) }
func (f *fakeTCP) Property([]string) ([]byte, bool)  { return nil, false }
func (f *fakeTCP) SetProperty([]string, []byte) bool { return true }
