package main

import (
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// writer changes a message's headers in the gateway.
type writer struct {
	all          func([][2]string) error
	replace, add func(name, value string) error
	remove       func(name string) error
}

func requestWriter() writer {
	return writer{proxywasm.ReplaceHttpRequestHeaders, proxywasm.ReplaceHttpRequestHeader, proxywasm.AddHttpRequestHeader, proxywasm.RemoveHttpRequestHeader}
}

func responseWriter() writer {
	return writer{proxywasm.ReplaceHttpResponseHeaders, proxywasm.ReplaceHttpResponseHeader, proxywasm.AddHttpResponseHeader, proxywasm.RemoveHttpResponseHeader}
}

// maxSingle is how many headers are written one by one. For more it is less work
// for the gateway to get all of them.
const maxSingle = 6

// sendHeaders gives changed headers to the gateway.
func (m *message) sendHeaders(w writer, done types.Action) types.Action {
	if !m.headers.changed {
		return done
	}
	var err error
	if m.headers.oneByOne() {
		for _, name := range m.headers.names {
			if err = m.headers.send(w, name); err != nil {
				break
			}
		}
	} else {
		err = w.all(m.headers.pairs())
	}
	if err != nil {
		return failed("headers", err)
	}
	return done
}

// oneByOne reports whether headers are written one by one: few, and none that
// gateways know by another name as well or can't be without.
func (f *fields) oneByOne() bool {
	for _, name := range f.names {
		if name == "host" || name[0] == ':' && !fits(f.first(name)) {
			return false
		}
	}
	return len(f.names) <= maxSingle
}

// send writes the headers of a name.
func (f *fields) send(w writer, name string) error {
	write, written := w.replace, false
	for i := range f.list {
		e := &f.list[i]
		if e.name != name || !e.sendable() {
			continue
		}
		if err := write(name, e.value); err != nil {
			return err
		}
		write, written = w.add, true
	}
	if !written {
		return w.remove(name)
	}
	return nil
}

// pairs are all headers.
func (f *fields) pairs() [][2]string {
	out := make([][2]string, 0, len(f.list))
	for i := range f.list {
		if e := &f.list[i]; e.sendable() {
			out = append(out, [2]string{e.name, e.value})
		}
	}
	return out
}

// sendable reports whether a header can have its value, and warns if not.
func (e *field) sendable() bool {
	if e.raw != "" || fits(e.value) {
		return true
	}
	log.Warnf("header %s: the value that it was to get does not fit into a header, it is left out", e.name)
	return false
}

// newFields makes fields of headers.
func newFields(headers [][2]string) *fields {
	f := &fields{list: make([]field, len(headers))}
	for i, h := range headers {
		f.list[i] = field{name: h[0], value: h[1], raw: "header"}
	}
	return f
}

// fits reports whether a header can have a value.
func fits(value string) bool {
	for i := 0; i < len(value); i++ {
		if c := value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
