package wasmtest

// The addresses that a module of Plugin uses.
const (
	// HeapAddr holds the address of the next allocation.
	HeapAddr = 16
	// LogAddr holds the address behind the last event.
	LogAddr = 20
	// ResultAddr is where the answer of callback number i is read: ResultAddr+4*i.
	ResultAddr = 64
	// EventBase is where events are recorded: callback number and 5 arguments.
	EventBase = 4096
	// EventSize is the size of one event.
	EventSize = 24
	// HeapBase is the first address that is allocated.
	HeapBase = 128 << 10
)

// Callback is an exported callback of a test plugin.
type Callback struct {
	// Name without "proxy_".
	Name string
	// Params is the number of i32 parameters.
	Params int
	// Result says that it gives an i32 back: the word at its ResultAddr.
	Result bool
	// Code runs before the answer.
	Code []byte
}

// Callbacks are all callbacks that a plugin of ABI 0.2.1 may have.
func Callbacks() []Callback {
	return []Callback{
		{"on_context_create", 2, false, nil}, {"on_vm_start", 2, true, nil}, {"on_configure", 2, true, nil},
		{"on_tick", 1, false, nil}, {"on_queue_ready", 2, false, nil}, {"on_done", 1, true, nil},
		{"on_log", 1, false, nil}, {"on_delete", 1, false, nil},
		{"on_request_headers", 3, true, nil}, {"on_request_body", 3, true, nil}, {"on_request_trailers", 2, true, nil},
		{"on_response_headers", 3, true, nil}, {"on_response_body", 3, true, nil}, {"on_response_trailers", 2, true, nil},
		{"on_http_call_response", 5, false, nil}, {"on_redis_call_response", 4, false, nil},
		{"on_new_connection", 1, true, nil}, {"on_downstream_data", 3, true, nil}, {"on_upstream_data", 3, true, nil},
		{"on_downstream_connection_close", 2, false, nil}, {"on_upstream_connection_close", 2, false, nil},
	}
}

// AddPlugin makes m a plugin: the ABI marker, a bump allocator, and callbacks
// that record their arguments and answer with what stands at their ResultAddr
// (vm_start, configure and done: 1 at first).
func AddPlugin(m *Module, abi string, list []Callback) {
	m.Func("proxy_abi_version_"+abi, ":", 0)
	m.Func("proxy_on_memory_allocate", "i:i", 1,
		I32(HeapAddr), Load(0), Set(1),
		I32(HeapAddr), Get(1), Get(0), Add, I32(7), Add, I32(-8), []byte{0x71}, Store(0),
		Get(1))
	m.Data(HeapAddr, word(HeapBase))
	m.Data(LogAddr, word(EventBase))
	for i, c := range list {
		addCallback(m, uint32(i), c)
	}
}

func addCallback(m *Module, i uint32, c Callback) {
	params, sig := uint32(c.Params), ""
	for range c.Params {
		sig += "i"
	}
	code := [][]byte{I32(LogAddr), Load(0), Set(params), Get(params), I32(int32(i)), Store(0)}
	for p := uint32(0); p < params && p < 5; p++ {
		code = append(code, Get(params), Get(p), Store(4+4*p))
	}
	code = append(code, I32(LogAddr), Get(params), I32(EventSize), Add, Store(0), c.Code)
	sig += ":"
	if c.Result {
		sig += "i"
		code = append(code, I32(int32(ResultAddr+4*i)), Load(0))
		if c.Name == "on_vm_start" || c.Name == "on_configure" || c.Name == "on_done" {
			m.Data(ResultAddr+4*i, word(1))
		}
	}
	m.Func("proxy_"+c.Name, sig, 1, code...)
}

func word(n uint32) []byte { return []byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)} }

// Thunk exports a function "call_"+name that passes its arguments on to an
// import, so that a test can make the guest do any host call.
func Thunk(m *Module, index uint32, name, sig string) {
	var code [][]byte
	for i := 0; i < len(sig) && sig[i] != ':'; i++ {
		code = append(code, Get(uint32(i)))
	}
	m.Func("call_"+name, sig, 0, append(code, Call(index))...)
}
