package remote

import (
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/mem"
	"github.com/sluiceproxy/sluice/sdk/internal/wire"
)

// gateway is the other side, played by the test.
type gateway struct {
	t      *testing.T
	conn   net.Conn
	served chan error
}

// begin connects this program with a gateway, and serves.
func begin(t *testing.T, g abi.Guest) *gateway {
	t.Helper()
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	guest, h := abi.SetGuest(g), abi.SetHost(nil)
	t.Cleanup(func() { abi.SetGuest(guest); abi.SetHost(h) })
	s, err := Connect(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	w := &gateway{t, conn, make(chan error, 1)}
	t.Cleanup(func() { conn.Close() })
	go func() { w.served <- s.Serve() }()
	w.want(wire.Message{Kind: wire.Hello, Name: wire.Version})
	w.want(wire.Message{Kind: wire.Ready})
	return w
}

func (w *gateway) want(m wire.Message) {
	w.t.Helper()
	if got, err := wire.Read(w.conn); err != nil || !reflect.DeepEqual(got, m) {
		w.t.Errorf("the plugin says %+v, %v, want %+v", got, err, m)
	}
}

func (w *gateway) send(m wire.Message) {
	w.t.Helper()
	if _, err := wire.Write(w.conn, nil, m); err != nil {
		w.t.Error(err)
	}
}

// call makes a callback, whose host calls are answered by f.
func (w *gateway) call(name string, f func(m wire.Message) []wire.Value, args ...uint32) uint32 {
	w.t.Helper()
	m := wire.Message{Kind: wire.Call, Name: "proxy_on_" + name}
	for _, a := range args {
		m.Values = append(m.Values, number(a))
	}
	for w.send(m); ; {
		got, err := wire.Read(w.conn)
		if err != nil {
			w.t.Fatal(err)
		}
		if got.Kind == wire.Return {
			return uint32(got.Values[0].Number)
		}
		w.send(wire.Message{Kind: wire.Reply, Values: f(got)})
	}
}

// end ends the conversation and returns what the plugin's side makes of it.
func (w *gateway) end() error {
	w.conn.Close()
	return <-w.served
}

// noted is a Guest that notes what it is called with.
type noted struct {
	abi.Guest
	calls []string
	do    func()
}

func (n *noted) note(format string, args ...any) {
	n.calls = append(n.calls, fmt.Sprintf(format, args...))
	if n.do != nil {
		n.do()
	}
}

func (n *noted) OnVMStart(id uint32, size int32) bool {
	n.note("vm %d %d", id, size)
	return true
}

func (n *noted) OnTick(id uint32) { n.note("tick %d", id) }

func (n *noted) OnHTTPCallResponse(id, token uint32, headers, body, trailers int32) {
	n.note("answer %d %d %d %d %d", id, token, headers, body, trailers)
}

func (n *noted) OnRequestHeaders(id uint32, headers int32, end bool) uint32 {
	n.note("headers %d %d %v", id, headers, end)
	return 4
}

func TestCallbacks(t *testing.T) {
	g := &noted{}
	w := begin(t, g)
	if got := w.call("vm_start", nil, 1, 1<<32-1); got != 1 {
		t.Error("OnVMStart said yes, not", got)
	}
	if got := w.call("request_headers", nil, 2, 3, 1); got != 4 {
		t.Errorf("action %d, want 4", got)
	}
	w.call("tick", nil, 1)
	w.call("http_call_response", nil, 1, 2, 3, 4, 5)
	if want := "[vm 1 -1 headers 2 3 true tick 1 answer 1 2 3 4 5]"; fmt.Sprint(g.calls) != want {
		t.Errorf("got %v, want %s", g.calls, want)
	}
	if err := w.end(); err != nil {
		t.Error(err)
	}
}

// TestCallbacksAreAll: each method of a Guest has its callback, with as many
// parameters.
func TestCallbacksAreAll(t *testing.T) {
	guest := reflect.TypeFor[abi.Guest]()
	if len(callbacks) != guest.NumMethod() {
		t.Errorf("%d callbacks for %d methods", len(callbacks), guest.NumMethod())
	}
	for i := range guest.NumMethod() {
		m := guest.Method(i)
		name := strings.ToLower(strings.TrimPrefix(m.Name, "On"))
		found := false
		for full, c := range callbacks {
			short := strings.NewReplacer("proxy_on_", "", "connection_close", "close", "_", "").Replace(full)
			if short == name {
				found = c.params == m.Type.NumIn()
			}
		}
		if !found {
			t.Errorf("no callback with %d parameters for %s", m.Type.NumIn(), m.Name)
		}
	}
}

func TestProtocolErrors(t *testing.T) {
	for name, m := range map[string]wire.Message{
		"a reply":             {Kind: wire.Reply},
		"an unknown callback": {Kind: wire.Call, Name: "proxy_on_nonsense"},
		"too few arguments":   {Kind: wire.Call, Name: "proxy_on_tick"},
		"too many":            {Kind: wire.Call, Name: "proxy_on_tick", Values: []wire.Value{number(uint32(1)), number(uint32(1))}},
	} {
		w := begin(t, &noted{})
		w.send(m)
		if err := <-w.served; !errors.Is(err, ErrProtocol) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w := begin(t, &noted{})
	if _, err := w.conn.Write([]byte{255, 255, 255, 255}); err != nil {
		t.Fatal(err)
	}
	if err := <-w.served; !errors.Is(err, wire.ErrFrame) {
		t.Error(err)
	}
}

// TestBrokenReplies: a host call that is not answered fails, and ends the
// conversation when its callback returns.
func TestBrokenReplies(t *testing.T) {
	for name, reply := range map[string]wire.Message{
		"no value":     {Kind: wire.Reply},
		"one too many": {Kind: wire.Reply, Values: []wire.Value{number(uint32(0)), data(nil), data(nil)}},
		"a call":       {Kind: wire.Call, Name: "proxy_on_tick", Values: []wire.Value{number(uint32(1)), data(nil)}},
		"nothing":      {},
	} {
		var b []byte
		var st, again abi.Status
		g := &noted{do: func() {
			b, st = abi.GetProperty([]string{"x"})
			again = abi.Done()
		}}
		w := begin(t, g)
		w.send(wire.Message{Kind: wire.Call, Name: "proxy_on_tick", Values: []wire.Value{number(uint32(1))}})
		if _, err := wire.Read(w.conn); err != nil {
			t.Fatal(err)
		}
		if reply.Kind == 0 {
			w.conn.Close()
		} else {
			w.send(reply)
		}
		err := <-w.served
		if b != nil || st != abi.StatusInternalFailure || again != abi.StatusInternalFailure {
			t.Errorf("%s: %q, %d, %d", name, b, st, again)
		}
		if !errors.Is(err, ErrProtocol) && !errors.Is(err, io.EOF) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestOutside: a goroutine that calls while no callback runs doesn't disturb.
func TestOutside(t *testing.T) {
	g := &noted{}
	w := begin(t, g)
	w.call("tick", nil, 1)
	if st := abi.Done(); st != abi.StatusInternalFailure {
		t.Errorf("status %d", st)
	}
	w.call("tick", nil, 1)
	if err := w.end(); err != nil || len(g.calls) != 2 {
		t.Errorf("%v, %v", err, g.calls)
	}
}

func TestConnectRefuses(t *testing.T) {
	for _, address := range []string{"", filepath.Join(t.TempDir(), "none")} {
		if s, err := Connect(address); err == nil || s != nil {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// TestDamagedPairs: lengths of the other side are not trusted.
func TestDamagedPairs(t *testing.T) {
	good := mem.AppendPairs(nil, [][2]string{{"a", "b"}})
	g := &noted{}
	w := begin(t, g)
	for _, b := range [][]byte{good, nil, good[:len(good)-1], {255, 255, 255, 255}} {
		g.do = func() {
			pairs, st := abi.GetHeaderMapPairs(abi.MapRequestHeaders)
			switch {
			case len(b) == len(good) && (st != abi.StatusOK || fmt.Sprint(pairs) != "[[a b]]"),
				len(b) == 0 && (st != abi.StatusOK || pairs != nil),
				len(b) > 0 && len(b) < len(good) && (st != abi.StatusMalformed || pairs != nil):
				t.Errorf("%q: %v, %d", b, pairs, st)
			}
		}
		w.call("tick", func(wire.Message) []wire.Value { return []wire.Value{number(uint32(0)), data(b)} }, 1)
	}
}
