package flow

import (
	"fmt"
	"testing"
)

// step is what the gateway or a plugin does, and what comes of it.
type step struct {
	do    string // "headers", "headers end", "data X", "data X end", "trailers", "resume N"
	trace string
	says  string // the verdict, or whether the gateway is told to go on
}

func (r *row) run(t *testing.T, steps []step) {
	t.Helper()
	for _, s := range steps {
		var word, arg, end string
		_, _ = fmt.Sscan(s.do, &word, &arg, &end)
		var says string
		switch word {
		case "headers":
			says = fmt.Sprint(r.headers(arg == "end"))
		case "data":
			if arg == "-" {
				arg = ""
			}
			says = fmt.Sprint(r.data(arg, end == "end"))
		case "trailers":
			says = fmt.Sprint(r.trailers())
		case "resume":
			says = fmt.Sprint(r.resume(int(arg[0] - 'a')))
		}
		if got := r.said(); got != s.trace || says != s.says {
			t.Fatalf("%s:\ngot  %s: %s\nwant %s: %s", s.do, got, says, s.trace, s.says)
		}
	}
}

func TestFlow(t *testing.T) {
	for name, c := range map[string]struct {
		do    map[string]uint32
		calm  bool // no plugin behind waits for a body
		reply string
		steps []step
		out   string
	}{
		"nothing is held": {out: "xyz", steps: []step{
			{"headers", "a headers false, b headers false", "0"},
			{"data xy", `a body "xy" false, b body "xy" false`, "0"},
			{"data z end", `a body "z" true, b body "z" true`, "0"}}},
		"trailers": {out: "xy", steps: []step{
			{"headers", "a headers false, b headers false", "0"},
			{"data xy", `a body "xy" false, b body "xy" false`, "0"},
			{"trailers", "a trailers, b trailers", "0"}}},
		"headers that only end": {do: map[string]uint32{"a headers": 2}, steps: []step{
			{"headers end", "a headers true, b headers true", "2"}}},
		"headers held with the body": {do: map[string]uint32{"a headers": 4}, calm: true, out: "xy", steps: []step{
			{"headers", "a headers false", "4"},
			{"resume b", "", "false"},
			{"resume a", "b headers false", "true"},
			{"resume a", "", "false"},
			{"data xy end", `a body "xy" true, b body "xy" true`, "0"}}},
		"headers held, and the next may wait for a body": {do: map[string]uint32{"a headers": 4, "b headers": 1}, out: "xy", steps: []step{
			{"headers", "a headers false", "1"},
			{"data xy end", "", "1"},
			{"resume a", `b headers false, a body "xy" true, b body "xy" true`, "true"}}},
		"headers held by the second see no body, the first does": {do: map[string]uint32{"b headers": 3}, out: "xy", steps: []step{
			{"headers", "a headers false, b headers false", "1"},
			{"data xy end", `a body "xy" true`, "1"},
			{"resume b", `b body "xy" true`, "true"}}},
		"headers wait for the whole body": {do: map[string]uint32{"a headers": 1, "a body!": 1}, out: "xyz", steps: []step{
			{"headers", "a headers false", "1"},
			{"data xy", `a body "xy" false`, "1"},
			{"data z end", `a body "xyz" true, b headers false, b body "xyz" true`, "0"}}},
		"both hold the whole body": {do: map[string]uint32{"a body!": 1, "b body!": 1}, out: "xyz", steps: []step{
			{"headers", "a headers false, b headers false", "0"},
			{"data xy", `a body "xy" false`, "1"},
			{"data z", `a body "xyz" false, b body "xyz" false`, "1"},
			{"data - end", `a body "" true, b body "xyz" true`, "0"}}},
		"parts are changed, and held behind": {do: map[string]uint32{"a mark": 0, "b body!": 1}, out: "x<a>y<a>", steps: []step{
			{"headers", "a headers false, b headers false", "0"},
			{"data x", `a body "x" false, b body "x<a>" false`, "1"},
			{"data y end", `a body "y" true, b body "x<a>y<a>" true`, "0"}}},
		"what passed waits for what is held": {do: map[string]uint32{"b body!": 1, "a body": 0}, out: "xy", steps: []step{
			{"headers", "a headers false, b headers false", "0"},
			{"data x", `a body "x" false, b body "x" false`, "1"},
			{"resume b", "", "true"},
			{"data y end", `a body "y" true, b body "y" true`, "0"}}},
		"a body waits twice": {do: map[string]uint32{"a body": 1, "b body": 1}, out: "xy", steps: []step{
			{"headers", "a headers false, b headers false", "0"},
			{"data xy end", `a body "xy" true`, "1"},
			{"resume a", `b body "xy" true`, "false"},
			{"resume b", "", "true"}}},
		"shown once": {do: map[string]uint32{"b body": 2}, out: "(x)(y)", steps: []step{
			{"headers", "a headers false, b headers false", "0"},
			{"data x", `a body "x" false, b body "x" false`, "2"},
			{"data y end", `a body "y" true, b body "y" true`, "2"},
			{"resume b", "", "true"}}},
		"shown once, with one behind": {do: map[string]uint32{"a body!": 2}, out: "xy", steps: []step{
			{"headers", "a headers false, b headers false", "0"},
			{"data x", `a body "x" false`, "1"},
			{"data y end", `a body "y" true, b body "xy" true`, "0"}}},
		"dropped": {do: map[string]uint32{"a body!": 3}, out: "y", steps: []step{
			{"headers", "a headers false, b headers false", "0"},
			{"data x", `a body "x" false`, "3"},
			{"data y end", `a body "y" true, b body "y" true`, "0"}}},
		"trailers behind a body that is held": {do: map[string]uint32{"a body": 1}, out: "xy", steps: []step{
			{"headers", "a headers false, b headers false", "0"},
			{"data xy", `a body "xy" false`, "1"},
			{"trailers", `a trailers, b body "xy" false, b trailers`, "0"}}},
		"trailers that are held": {do: map[string]uint32{"a trailers": 1}, steps: []step{
			{"headers", "a headers false, b headers false", "0"},
			{"trailers", "a trailers", "1"},
			{"resume a", "b trailers", "true"}}},
		"trailers behind headers that are held": {do: map[string]uint32{"b headers": 4}, out: "xy", steps: []step{
			{"headers", "a headers false, b headers false", "1"},
			{"data xy", `a body "xy" false`, "1"},
			{"trailers", "a trailers", "1"},
			{"resume b", `b body "xy" false, b trailers`, "true"}}},
		"a reply to headers": {reply: "a headers", do: map[string]uint32{"a headers": 1}, steps: []step{
			{"headers", "a headers false", "1"},
			{"resume a", "", "false"}}},
		"a reply that says continue": {reply: "a headers", steps: []step{{"headers", "a headers false", "1"}}},
		"a reply to a body": {reply: "b body", steps: []step{
			{"headers", "a headers false, b headers false", "0"},
			{"data xy", `a body "xy" false, b body "xy" false`, "1"}}},
		"a body whose headers nobody wanted": {out: "xy", steps: []step{
			{"data xy end", `a body "xy" true, b body "xy" true`, "0"}}},
		"an unknown status holds": {do: map[string]uint32{"a headers": 9}, calm: true, steps: []step{
			{"headers", "a headers false", "9"},
			{"resume a", "b headers false", "true"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if c.do == nil {
				c.do = map[string]uint32{}
			}
			r := newRow(2, c.do)
			r.wait, r.reply = !c.calm, c.reply
			r.run(t, c.steps)
			if r.out != c.out {
				t.Errorf("%q has gone on, want %q", r.out, c.out)
			}
		})
	}
}

func TestReads(t *testing.T) {
	r := newRow(2, map[string]uint32{"b headers": 4, "b trailers": 1})
	r.headers(false)
	if r.pipe.ReadsHeaders(0) || !r.pipe.ReadsHeaders(1) {
		t.Error("headers are where they have gone on from, or not where they are held")
	}
	if _, _, _, ok := r.pipe.Window(1); ok {
		t.Error("a body that has not come can be read")
	}
	r.resume(1)
	r.trailers()
	if r.pipe.ReadsHeaders(1) || r.pipe.ReadsTrailers(0) || !r.pipe.ReadsTrailers(1) {
		t.Error("trailers are where they have gone on from, or not where they are held")
	}
}

// A pipe is used again without a trace of the stream before.
func TestBeginAgain(t *testing.T) {
	r := newRow(3, map[string]uint32{"b body": 1})
	r.headers(false)
	r.data("xy", false)
	r.pipe.Begin(2, r)
	if r.pipe.Began() || r.pipe.Shown() != 0 || len(r.pipe.stations) != 2 || r.pipe.stations[1] != (station{}) {
		t.Errorf("%+v", r.pipe)
	}
}

// Whatever plugins answer, each byte comes to each of them once and in order, and
// all of it goes on in the end.
func FuzzFlow(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0}, []byte{1, 2, 3})
	f.Add([]byte{4, 1, 1, 0, 1, 0}, []byte{0, 9, 1, 9, 2, 9})
	f.Add([]byte{3, 2, 1, 1, 1, 1, 0}, []byte{9, 9, 0, 1, 2, 9, 0, 1, 2})
	f.Fuzz(func(t *testing.T, answers, events []byte) {
		if len(events) > 64 {
			return
		}
		r := &answering{answers: answers}
		r.pipe.Begin(3, r)
		r.pipe.Headers(false)
		held := r.verdict()
		for _, e := range events {
			switch {
			case e < 3:
				r.pipe.Resume(int(e))
				if r.pipe.Released() {
					held = 0
					r.flush()
				}
			case held != 3 && held != 4:
				r.sent++
				r.body += string(rune('a' + r.sent%26))
				r.pipe.Body(len(r.body), false)
				held = r.verdict()
			}
			if r.pipe.Shown() != len(r.body) {
				t.Fatalf("the pipe takes %d bytes for shown, they are %d", r.pipe.Shown(), len(r.body))
			}
		}
		for range 20 {
			for i := range 3 {
				r.answers = nil // from now on all continue
				r.pipe.Resume(i)
				if r.pipe.Released() {
					r.flush()
				}
			}
		}
		if !r.pipe.free() || r.body != "" {
			t.Fatalf("%q is held for ever: %+v", r.body, r.pipe)
		}
	})
}

// answering is a row of plugins that answer at random: never with what drops or
// hides a body.
type answering struct {
	row
	answers []byte
	sent    int
}

func (a *answering) next(all ...uint32) uint32 {
	if len(a.answers) == 0 {
		return 0
	}
	n := a.answers[0]
	a.answers = a.answers[1:]
	return all[int(n)%len(all)]
}

// Headers implements Calls.
func (a *answering) Headers(int, bool) uint32 { return a.next(0, 1, 2, 3, 4) }

// Body implements Calls.
func (a *answering) Body(i, size int, _ bool) uint32 {
	start, n, _, ok := a.pipe.Window(i)
	if !ok || n != size || start+n > len(a.body) {
		panic(fmt.Sprint("window ", start, n, ok, " of ", len(a.body)))
	}
	return a.next(0, 1)
}

// Trailers implements Calls.
func (a *answering) Trailers(int) uint32 { return a.next(0, 1) }
