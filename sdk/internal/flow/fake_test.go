package flow

import (
	"fmt"
	"strings"
)

// row is a row of plugins named a, b, c …, and a gateway that holds a body.
type row struct {
	pipe  Pipe
	do    map[string]uint32 // action by plugin and callback: "b body"; once with "!"
	wait  bool              // MayWait
	reply string            // the callback that answers the stream
	over  bool
	body  string // what the gateway shows
	out   string // what has gone on
	trace []string
}

func newRow(n int, do map[string]uint32) *row {
	r := &row{do: do, wait: true}
	r.pipe.Begin(n, r)
	return r
}

func (r *row) act(i int, what, detail string) uint32 {
	name := string(rune('a' + i))
	r.trace = append(r.trace, strings.TrimSpace(name+" "+what+" "+detail))
	key := name + " " + what
	if r.reply == key {
		r.over = true
	}
	action := r.do[key]
	if once, ok := r.do[key+"!"]; ok {
		delete(r.do, key+"!")
		return once
	}
	return action
}

// Headers implements Calls.
func (r *row) Headers(i int, end bool) uint32 { return r.act(i, "headers", fmt.Sprint(end)) }

// Body implements Calls. The part that the plugin sees is traced, and "upper"
// plugins change it.
func (r *row) Body(i, size int, end bool) uint32 {
	start, n, whole, ok := r.pipe.Window(i)
	if !ok || n != size || whole != (start == 0 && n == len(r.body)) {
		r.trace = append(r.trace, fmt.Sprintf("window of %d is %d+%d %v %v, want size %d", i, start, n, whole, ok, size))
		return 0
	}
	part := r.body[start : start+n]
	action := r.act(i, "body", fmt.Sprintf("%q %v", part, end))
	if _, ok := r.do[string(rune('a'+i))+" mark"]; ok && action == actionContinue {
		changed := part + "<" + string(rune('a'+i)) + ">"
		r.body = r.body[:start] + changed + r.body[start+n:]
		r.pipe.Resized(i, len(changed))
	}
	return action
}

// Trailers implements Calls.
func (r *row) Trailers(i int) uint32 { return r.act(i, "trailers", "") }

// Cut implements Calls.
func (r *row) Cut(start, n int) { r.body = r.body[:start] + r.body[start+n:] }

// MayWait implements Calls.
func (r *row) MayWait(int) bool { return r.wait }

// Over implements Calls.
func (r *row) Over() bool { return r.over }

// The gateway's side.

func (r *row) headers(end bool) uint32 {
	r.pipe.Headers(end)
	return r.verdict()
}

func (r *row) data(part string, end bool) uint32 {
	r.body += part
	r.pipe.Body(len(r.body), end)
	return r.verdict()
}

func (r *row) trailers() uint32 {
	r.pipe.Trailers()
	return r.verdict()
}

func (r *row) resume(i int) (released bool) {
	r.pipe.Resume(i)
	if released = r.pipe.Released(); released {
		r.flush()
	}
	return released
}

func (r *row) verdict() uint32 {
	v := r.pipe.Verdict()
	switch {
	case v == actionContinue:
		r.flush()
	case r.pipe.phase == inBody && v == actionUnseen:
		r.out += "(" + r.body + ")" // held, and shown to nobody again
		r.body = ""
	case r.pipe.phase == inBody && v == actionDrop:
		r.body = ""
	}
	return v
}

func (r *row) flush() { r.out += r.body; r.body = "" }

func (r *row) said() string {
	s := strings.Join(r.trace, ", ")
	r.trace = nil
	return s
}
