package profile

import (
	"context"
	"io"
	"time"

	"github.com/google/pprof/profile"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// Tree is a profile of all functions of a plugin: how often each was called, by
// whom, and how long it took. Every call is seen, which makes small functions
// look slower than they are: what is right is the order, not the nanoseconds.
// It must not be read while a VM runs.
type Tree struct {
	root  node
	at    *node
	stack []frame
	began time.Time
	// Only while a callback runs: what a VM does at its start is of no interest.
	inside int
}

// node is a function with the callers that lead to it.
type node struct {
	name   string
	parent *node
	below  map[string]*node
	calls  int64
	self   time.Duration
}

// frame is a call that runs.
type frame struct {
	at    *node // the caller
	began time.Time
	below time.Duration // what it has called
}

// NewTree returns an empty profile.
func NewTree() *Tree {
	t := &Tree{began: time.Now()}
	t.at = &t.root
	return t
}

// Context is for what makes a runtime and compiles modules; see the package.
func (t *Tree) Context(ctx context.Context) context.Context {
	return experimental.WithFunctionListenerFactory(ctx, t)
}

// NewFunctionListener implements experimental.FunctionListenerFactory.
func (t *Tree) NewFunctionListener(f api.FunctionDefinition) experimental.FunctionListener {
	if f.GoFunction() != nil {
		name := hostName(f)
		if name == "" {
			return nil
		}
		return watched{t, "host." + name, false}
	}
	if name := callbackName(f); name != "" {
		return watched{t, name, true}
	}
	name := f.Name()
	if name == "" {
		name = f.DebugName()
	}
	return watched{t, name, false}
}

// watched listens to one function.
type watched struct {
	t        *Tree
	name     string
	callback bool
}

func (w watched) Before(context.Context, api.Module, api.FunctionDefinition, []uint64, experimental.StackIterator) {
	t := w.t
	if w.callback {
		t.inside++
	}
	if t.inside == 0 {
		return
	}
	next := t.at.below[w.name]
	if next == nil {
		next = &node{name: w.name, parent: t.at}
		if t.at.below == nil {
			t.at.below = map[string]*node{}
		}
		t.at.below[w.name] = next
	}
	next.calls++
	t.stack = append(t.stack, frame{at: t.at, began: time.Now()})
	t.at = next
}

func (w watched) After(context.Context, api.Module, api.FunctionDefinition, []uint64) { w.end() }

func (w watched) Abort(context.Context, api.Module, api.FunctionDefinition, error) { w.end() }

func (w watched) end() {
	t := w.t
	if n := len(t.stack); t.inside > 0 && n > 0 {
		f := t.stack[n-1]
		t.stack = t.stack[:n-1]
		took := time.Since(f.began)
		t.at.self += took - f.below
		t.at = f.at
		if n > 1 {
			t.stack[n-2].below += took
		}
	}
	if w.callback {
		t.inside--
	}
}

// Write writes the profile for "go tool pprof": gzipped protocol buffers, with
// the sample types "calls" and "time", which is the default.
func (t *Tree) Write(w io.Writer) error {
	b := encoder{functions: map[string]*profile.Location{}, p: &profile.Profile{
		SampleType:        []*profile.ValueType{{Type: "calls", Unit: "count"}, {Type: "time", Unit: "nanoseconds"}},
		DefaultSampleType: "time",
		TimeNanos:         t.began.UnixNano(), DurationNanos: int64(time.Since(t.began)),
		Mapping: []*profile.Mapping{{ID: 1, File: "plugin.wasm", HasFunctions: true}},
	}}
	b.add(&t.root, nil)
	return b.p.Write(w)
}

// encoder turns a tree into a profile.
type encoder struct {
	p         *profile.Profile
	functions map[string]*profile.Location
}

func (b *encoder) add(n *node, callers []*profile.Location) {
	if n.parent != nil {
		callers = append([]*profile.Location{b.location(n.name)}, callers...)
		b.p.Sample = append(b.p.Sample, &profile.Sample{Location: callers, Value: []int64{n.calls, max(int64(n.self), 0)}})
	}
	for _, below := range n.below {
		b.add(below, callers)
	}
}

func (b *encoder) location(name string) *profile.Location {
	if l := b.functions[name]; l != nil {
		return l
	}
	id := uint64(len(b.functions) + 1)
	f := &profile.Function{ID: id, Name: name, SystemName: name}
	l := &profile.Location{ID: id, Mapping: b.p.Mapping[0], Line: []profile.Line{{Function: f}}}
	b.p.Function, b.p.Location = append(b.p.Function, f), append(b.p.Location, l)
	b.functions[name] = l
	return l
}
