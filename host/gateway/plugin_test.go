package gateway

import (
	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/internal/wasmtest"
)

// plug assembles a small plugin for a test.
type plug struct {
	m    *wasmtest.Module
	next uint32 // address of the next text
	list []wasmtest.Callback

	getBuffer, getHeader, addHeader, reply, call, resume, log, property, enter uint32
}

const (
	configAddr = 600 // pointer and size of the configuration
	streamAddr = 620 // number of the stream that made a callout
	scratch    = 640 // pointer and size of a header's value
)

func newPlug() *plug {
	m := wasmtest.New(4)
	p := &plug{m: m, next: 1024, list: wasmtest.Callbacks()}
	p.getBuffer = m.Import("env", "proxy_get_buffer_bytes", "iiiii:i")
	p.getHeader = m.Import("env", "proxy_get_header_map_value", "iiiii:i")
	p.addHeader = m.Import("env", "proxy_add_header_map_value", "iiiii:i")
	p.reply = m.Import("env", "proxy_send_local_response", "iiiiiiii:i")
	p.call = m.Import("env", "proxy_http_call", "iiiiiiiiii:i")
	p.resume = m.Import("env", "proxy_continue_stream", "i:i")
	p.log = m.Import("env", "proxy_log", "iii:i")
	p.property = m.Import("env", "proxy_get_property", "iiii:i")
	p.enter = m.Import("env", "proxy_set_effective_context", "i:i")
	return p
}

// text puts s into the memory and returns code that pushes address and length.
func (p *plug) text(s string) []byte {
	p.m.Data(p.next, []byte(s))
	code := cat(wasmtest.I32(int32(p.next)), wasmtest.I32(int32(len(s))))
	p.next += uint32(len(s)) + 1
	return code
}

func cat(parts ...[]byte) []byte {
	var all []byte
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// on adds code to a callback.
func (p *plug) on(name string, code ...[]byte) *plug {
	for i := range p.list {
		if p.list[i].Name == name {
			p.list[i].Code = cat(p.list[i].Code, cat(code...))
			return p
		}
	}
	panic("no callback " + name)
}

func (p *plug) bytes() []byte {
	wasmtest.AddPlugin(p.m, "0_2_1", p.list)
	return p.m.Bytes()
}

// add is code that adds a header; value pushes address and length.
func (p *plug) add(t host.MapType, name string, value []byte) []byte {
	return cat(wasmtest.I32(int32(t)), p.text(name), value, wasmtest.Call(p.addHeader), wasmtest.Drop)
}

// whenHeader runs code if the request has that header.
func (p *plug) whenHeader(name string, code ...[]byte) []byte {
	return cat(wasmtest.I32(0), p.text(name), wasmtest.I32(scratch), wasmtest.I32(scratch+4), wasmtest.Call(p.getHeader),
		[]byte{0x45}, wasmtest.If, cat(code...), wasmtest.End) // i32.eqz: status OK
}

// ends is code that leaves the callback with that action.
func ends(n int32) []byte { return cat(wasmtest.I32(n), wasmtest.Return) }

// logs is code that writes a log line.
func (p *plug) logs(level host.LogLevel, msg string) []byte {
	return cat(wasmtest.I32(int32(level)), p.text(msg), wasmtest.Call(p.log), wasmtest.Drop)
}

// replies is code that answers the client.
func (p *plug) replies(status int32, body string) []byte {
	return cat(wasmtest.I32(status), p.text("by_plugin"), p.text(body), wasmtest.I32(0), wasmtest.I32(0), wasmtest.I32(-1),
		wasmtest.Call(p.reply), wasmtest.Drop)
}

// inStream is code that makes the stream whose callout was answered the one that
// host calls are about, as an SDK does.
func (p *plug) inStream() []byte {
	return cat(wasmtest.I32(streamAddr), wasmtest.Load(0), wasmtest.Call(p.enter), wasmtest.Drop)
}

// calls is code that starts a callout to a cluster for path, with a timeout of
// a second. Only one stream at a time may do so.
func (p *plug) calls(cluster, path string) []byte {
	headers := string(host.AppendPairs(nil, [][2]string{{":method", "GET"}, {":path", path}, {":authority", "callout"}}))
	return cat(wasmtest.I32(streamAddr), wasmtest.Get(0), wasmtest.Store(0), p.text(cluster), p.text(headers), wasmtest.I32(0), wasmtest.I32(0), wasmtest.I32(0), wasmtest.I32(0),
		wasmtest.I32(1000), wasmtest.I32(scratch+8), wasmtest.Call(p.call), wasmtest.Drop)
}

// badConfig is what a tagger refuses; it goes by the length.
const badConfig = "bad configuration"

// tagger tells version and configuration to the upstream, and its version to the
// client. It refuses badConfig and traps on x-trap.
func tagger(version string) []byte {
	p := newPlug()
	config := cat(wasmtest.I32(configAddr), wasmtest.Load(0), wasmtest.I32(configAddr), wasmtest.Load(4))
	p.on("on_configure",
		wasmtest.I32(7), wasmtest.I32(0), wasmtest.Get(1), wasmtest.I32(configAddr), wasmtest.I32(configAddr+4),
		wasmtest.Call(p.getBuffer), wasmtest.Drop,
		wasmtest.Get(1), wasmtest.I32(int32(len(badConfig))), []byte{0x46}, wasmtest.If, // i32.eq
		p.logs(host.LogError, "key \"limit\" is missing"), wasmtest.I32(0), wasmtest.Return, wasmtest.End)
	p.on("on_request_headers",
		wasmtest.I32(wasmtest.LogAddr), wasmtest.I32(wasmtest.EventBase), wasmtest.Store(0), // forget the events so far
		p.whenHeader("x-trap", wasmtest.Unreachable),
		p.add(host.MapRequestHeaders, "x-version", p.text(version)),
		p.add(host.MapRequestHeaders, "x-config", config))
	p.on("on_response_headers", p.add(host.MapResponseHeaders, "x-served", p.text(version)))
	return p.bytes()
}

// answering returns a plugin whose callback ends with that action.
func answering(callback string, action int32) []byte {
	return newPlug().on(callback, ends(action)).bytes()
}
