package host

import (
	"context"
	"encoding/binary"
	"fmt"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/tetratelabs/wazero/api"

	"github.com/sluiceproxy/sluice/host/internal/wasmtest"
)

// rig is a VM with a module that has every callback and a thunk for every host
// function, so that a test can do any host call in any context.
type rig struct {
	t    *testing.T
	vm   *VM
	p    *Plugin
	mu   sync.Mutex
	logs []string
}

var sharedRuntime = sync.OnceValue(func() *Runtime {
	r, err := NewRuntime(context.Background(), RuntimeOptions{CacheDir: "-"})
	if err != nil {
		panic(err)
	}
	return r
})

func letters(ts []api.ValueType) string {
	s := make([]byte, len(ts))
	for i, t := range ts {
		s[i] = 'i'
		if t == api.ValueTypeI64 {
			s[i] = 'I'
		}
	}
	return string(s)
}

// rigModule builds the module once for each ABI.
func rigModule(abi string, callbacks []wasmtest.Callback) []byte {
	m := wasmtest.New(8)
	want := map[string]ABI{"0_1_0": ABI010, "0_2_0": ABI020, "0_2_1": ABI021, "0_2_100": ABI02100}[abi]
	var names []string
	for full, f := range hostFunctions {
		if f.offered(want) && f.module != "wasi_unstable" {
			names = append(names, full)
		}
	}
	sort.Strings(names)
	sigs := make([]string, len(names))
	for i, full := range names {
		f := hostFunctions[full]
		sigs[i] = letters(f.params) + ":" + letters(f.results)
		m.Import(f.module, f.name, sigs[i])
	}
	wasmtest.AddPlugin(m, abi, callbacks)
	for i, full := range names {
		wasmtest.Thunk(m, uint32(i), hostFunctions[full].name, sigs[i])
	}
	return m.Bytes()
}

func compile(t testing.TB, code []byte) *Module {
	t.Helper()
	m, err := sharedRuntime().Compile(context.Background(), t.Name(), code)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close(context.Background()) })
	return m
}

func newRig(t *testing.T, o VMOptions) *rig {
	t.Helper()
	return newRigABI(t, "0_2_1", o)
}

func newRigABI(t *testing.T, abi string, o VMOptions) *rig {
	t.Helper()
	return rigOf(t, compile(t, rigModule(abi, wasmtest.Callbacks())), o)
}

func rigOf(t *testing.T, m *Module, o VMOptions) *rig {
	t.Helper()
	r := &rig{t: t}
	if o.Worker == nil {
		o.Worker = NewWorker()
	}
	if o.Log == nil {
		o.Log = func(l LogLevel, plugin, msg string) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.logs = append(r.logs, fmt.Sprintf("%v %s: %s", l, plugin, msg))
		}
	}
	o.Worker.Do(func() {
		var err error
		if r.vm, err = m.NewVM(context.Background(), o); err != nil {
			t.Fatal(err)
		}
		if r.p, err = r.vm.StartPlugin(context.Background(), "rig", []byte("plugin config")); err != nil {
			t.Fatal(err)
		}
	})
	r.events() // forget those of the start
	t.Cleanup(func() { o.Worker.Do(func() { _ = r.vm.Close(context.Background()) }) })
	return r
}

// do runs a host call in a context.
func (r *rig) do(sc *scope, name string, args ...uint64) Status {
	r.t.Helper()
	s, err := r.try(sc, name, args...)
	if err != nil {
		r.t.Fatalf("%s: %v", name, err)
	}
	return s
}

func (r *rig) try(sc *scope, name string, args ...uint64) (Status, error) {
	r.t.Helper()
	f := resolve(r.vm.mod, "call_"+name)
	if f == nil {
		r.t.Fatalf("the module has no import %s", name)
	}
	v, err := r.vm.invoke(sc, f, args...)
	if err == nil {
		r.vm.runAfter()
	}
	return Status(v), err
}

// put writes bytes at a scratch address of the guest and returns it.
func (r *rig) put(slot int, b []byte) uint64 {
	addr := uint32(64<<10 + slot*4096)
	if !r.vm.mem.Write(addr, b) {
		r.t.Fatal("scratch address out of range")
	}
	return uint64(addr)
}

func (r *rig) str(slot int, s string) (uint64, uint64) { return r.put(slot, []byte(s)), uint64(len(s)) }

func (r *rig) word(addr uint64) uint32 {
	v, ok := r.vm.mem.ReadUint32Le(uint32(addr))
	if !ok {
		r.t.Fatalf("no word at %d", addr)
	}
	return v
}

// outAddr is where results (pointer, size) are stored by the tests.
const outAddr = 60 << 10

// out returns what the guest was given at outAddr.
func (r *rig) out() string {
	ptr, size := r.word(outAddr), r.word(outAddr+4)
	b, ok := r.vm.mem.Read(ptr, size)
	if !ok {
		r.t.Fatalf("the host gave %d bytes at %d, outside the memory", size, ptr)
	}
	return string(b)
}

// events returns the callbacks since the last call, as "name(args)".
func (r *rig) events() []string {
	end := r.word(wasmtest.LogAddr)
	var list []string
	all := wasmtest.Callbacks()
	for at := uint32(wasmtest.EventBase); at < end; at += wasmtest.EventSize {
		b, _ := r.vm.mem.Read(at, wasmtest.EventSize)
		c := all[binary.LittleEndian.Uint32(b)]
		args := make([]string, c.Params)
		for i := range args {
			args[i] = fmt.Sprint(binary.LittleEndian.Uint32(b[4+4*i:]))
		}
		list = append(list, strings.TrimPrefix(c.Name, "on_")+"("+strings.Join(args, ",")+")")
	}
	r.vm.mem.WriteUint32Le(wasmtest.LogAddr, wasmtest.EventBase)
	return list
}

// answer sets what a callback returns from now on.
func (r *rig) answer(callback string, v uint32) {
	for i, c := range wasmtest.Callbacks() {
		if c.Name == callback {
			r.vm.mem.WriteUint32Le(uint32(wasmtest.ResultAddr+4*i), v)
			return
		}
	}
	r.t.Fatalf("no callback %s", callback)
}

func (r *rig) wantEvents(want ...string) {
	r.t.Helper()
	got := strings.Join(r.events(), " ")
	if got != strings.Join(want, " ") {
		r.t.Errorf("callbacks:\n got %s\nwant %s", got, strings.Join(want, " "))
	}
}

func (r *rig) wantLog(part string) {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.logs {
		if strings.Contains(l, part) {
			return
		}
	}
	r.t.Errorf("no log line with %q in %q", part, r.logs)
}

// fakeHTTP is a data plane with fixed maps and buffers.
type fakeHTTP struct {
	maps    [4]*HeaderMap
	bodies  [2]*Buffer
	props   map[string]string
	calls   []string
	noTrail bool
}

func newFakeHTTP() *fakeHTTP {
	return &fakeHTTP{
		maps: [4]*HeaderMap{
			HeaderMapOf(MapRequestHeaders, [2]string{":method", "GET"}, [2]string{":path", "/x"}, [2]string{":authority", "a.example"}, [2]string{"k", "1"}, [2]string{"k", "2"}),
			HeaderMapOf(MapRequestTrailers, [2]string{"rt", "1"}),
			HeaderMapOf(MapResponseHeaders, [2]string{":status", "200"}, [2]string{"server", "fake"}),
			HeaderMapOf(MapResponseTrailers, [2]string{"st", "1"}),
		},
		bodies: [2]*Buffer{NewBuffer([]byte("request body")), NewBuffer([]byte("response body"))},
		props:  map[string]string{"request\x00path": "/x"},
	}
}

func (f *fakeHTTP) note(format string, args ...any) {
	f.calls = append(f.calls, fmt.Sprintf(format, args...))
}

func (f *fakeHTTP) Headers(t MapType) *HeaderMap { return f.maps[t] }
func (f *fakeHTTP) Buffer(t BufferType) *Buffer  { return f.bodies[t] }
func (f *fakeHTTP) Continue(d Direction)         { f.note("continue %d", d) }
func (f *fakeHTTP) Close(d Direction)            { f.note("close %d", d) }
func (f *fakeHTTP) SendLocalReply(r LocalReply) {
	f.note("reply %d %q %q %v %d", r.Status, r.Details, r.Body, r.Headers, r.GRPCStatus)
}
func (f *fakeHTTP) Property(path []string) ([]byte, bool) {
	v, ok := f.props[strings.Join(path, "\x00")]
	return []byte(v), ok
}
func (f *fakeHTTP) SetProperty(path []string, value []byte) bool {
	f.props[strings.Join(path, "\x00")] = string(value)
	return path[0] != "readonly"
}
func (f *fakeHTTP) InjectEncodedData(body []byte, end bool) Status {
	f.note("inject %q %v", body, end)
	return StatusOK
}
func (f *fakeHTTP) ClearRouteCache() { f.note("clear route cache") }
func (f *fakeHTTP) AddTrailers(t MapType) *HeaderMap {
	if f.noTrail {
		return nil
	}
	f.maps[t] = NewHeaderMap(t, 1)
	return f.maps[t]
}
