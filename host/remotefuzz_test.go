package host

import (
	"testing"

	"github.com/sluiceproxy/sluice/host/internal/wire"
)

// FuzzRemoteHostCall: no message of a process makes the host fail in another way
// than by an error, and a reply has a value for each result that was asked for.
func FuzzRemoteHostCall(f *testing.F) {
	for _, m := range []wire.Message{
		{Name: "proxy_log", Values: []wire.Value{num(2), str("x")}},
		{Name: "proxy_get_header_map_value", Values: []wire.Value{num(0), str("k"), getBytes}},
		{Name: "proxy_get_header_map_value", Values: []wire.Value{num(0), num(1 << 40), num(9), num(1<<32 - 2), num(8)}},
		{Name: "proxy_get_shared_data", Values: []wire.Value{str("k"), getBytes, getUint32}},
		{Name: "proxy_get_metric", Values: []wire.Value{num(1), getUint64}},
		{Name: "proxy_http_call", Values: []wire.Value{str("c"), pairsOf(), str(""), pairsOf(), num(1), getUint32}},
		{Name: "proxy_call_foreign_function", Values: []wire.Value{str("uncompress"), str("no"), getBytes}},
		{Name: "proxy_set_header_map_pairs", Values: []wire.Value{num(0), str("\xff\xff\xff\xff")}},
	} {
		m.Kind = wire.HostCall
		f.Add(wire.Append(nil, m)[4:])
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		m, err := wire.Decode(frame)
		if err != nil {
			return
		}
		r := newRemoteRig(t, &puppet{}, VMOptions{})
		r.vm.o.Worker.Do(func() {
			c := r.p.NewHTTPStream(newFakeHTTP())
			if _, err := c.OnRequestHeaders(5, true); err != nil {
				t.Fatal(err)
			}
			r.vm.cur = &c.scope // as if the callback ran
			reply, err := r.vm.remote.answer(m)
			r.vm.cur = nil
			wanted := 1
			for _, v := range m.Values {
				if v.Type > wire.Bytes {
					wanted++
				}
			}
			if err == nil && len(reply.Values) != wanted {
				t.Errorf("%d values, want %d", len(reply.Values), wanted)
			}
			r.vm.runAfter()
		})
	})
}
