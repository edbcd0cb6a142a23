package envoy

import (
	"strings"
	"sync"
	"time"
)

// A Go runtime that panics writes its message in some fifty pieces, and Envoy
// logs each piece as a line without its line break. traces puts them together.
type traces struct {
	emit func(PluginLine)
	mu   sync.Mutex
	open map[string]*trace // by plugin
}

// Bounds of one trace; what is longer is given out in parts.
const (
	maxTrace   = 64 << 10
	traceQuiet = 300 * time.Millisecond
)

type trace struct {
	line  PluginLine
	text  strings.Builder
	timer *time.Timer
}

func newTraces(emit func(PluginLine)) *traces {
	return &traces{emit: emit, open: map[string]*trace{}}
}

// add takes a plugin's line and emits it, at once or as part of a trace.
func (t *traces) add(p PluginLine) {
	t.mu.Lock()
	defer t.mu.Unlock()
	tr := t.open[p.Plugin]
	switch {
	case tr == nil && !startsTrace(p):
		t.emit(p)
		return
	case tr != nil && p.Level != tr.line.Level:
		t.close(p.Plugin)
		t.emit(p)
		return
	case tr == nil:
		tr = &trace{line: p}
		name := p.Plugin
		tr.timer = time.AfterFunc(traceQuiet, func() { t.flush(name) })
		t.open[name] = tr
	}
	tr.append(p.Text)
	tr.timer.Reset(traceQuiet)
	if tr.text.Len() > maxTrace {
		t.close(p.Plugin)
	}
}

// isOpen reports whether a trace of the plugin has begun and not ended.
func (t *traces) isOpen(plugin string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.open[plugin] != nil
}

// flush emits the open trace of a plugin, if there is one.
func (t *traces) flush(plugin string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.close(plugin)
}

// flushAll emits every open trace.
func (t *traces) flushAll() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for name := range t.open {
		t.close(name)
	}
}

// close needs t.mu.
func (t *traces) close(plugin string) {
	tr := t.open[plugin]
	if tr == nil {
		return
	}
	delete(t.open, plugin)
	tr.timer.Stop()
	tr.line.Text = strings.TrimRight(tr.text.String(), "\n")
	t.emit(tr.line)
}

// startsTrace recognises the first piece that the Go runtime writes.
func startsTrace(p PluginLine) bool {
	return p.Level == "error" && (strings.HasPrefix(p.Text, "panic: ") || strings.HasPrefix(p.Text, "fatal error: ") ||
		p.Text == "panic:" || p.Text == "fatal error:" || strings.HasPrefix(p.Text, "runtime: "))
}

// append adds a piece and the line breaks that the log lost: an empty piece was
// one, a tab opens the line with the position of a frame, and "]:" ends the
// line that names a goroutine.
func (tr *trace) append(piece string) {
	s := tr.text.String()
	switch {
	case piece == "":
		tr.text.WriteByte('\n')
		return
	case s != "" && !strings.HasSuffix(s, "\n") && (strings.HasPrefix(piece, "\t") || strings.HasSuffix(s, "]:")):
		tr.text.WriteByte('\n')
	}
	tr.text.WriteString(piece)
}
