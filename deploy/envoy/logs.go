package envoy

import (
	"strings"
	"sync"
	"sync/atomic"
)

// keepLines is how many of Envoy's lines are kept to explain a refusal.
const keepLines = 400

// logs receives Envoy's standard error, keeps the end of it, and hands plugin
// lines and the rest to their listeners.
type logs struct {
	onPlugin func(PluginLine)
	onLine   func(Line)
	traces   *traces
	noV8     atomic.Bool // Envoy listed its Wasm runtimes and V8 is not among them

	mu    sync.Mutex
	total int // lines seen
	tail  []Line
}

func newLogs(onPlugin func(PluginLine), onLine func(Line)) *logs {
	if onPlugin == nil {
		onPlugin = func(PluginLine) {}
	}
	if onLine == nil {
		onLine = func(Line) {}
	}
	return &logs{onPlugin: onPlugin, onLine: onLine, traces: newTraces(onPlugin)}
}

// runtimesPrefix begins the line in which Envoy lists its Wasm runtimes at boot.
const runtimesPrefix = "envoy.wasm.runtime:"

// add takes one line of standard error.
func (l *logs) add(raw []byte) {
	line := parseLine(string(raw))
	if rest, ok := strings.CutPrefix(strings.TrimSpace(line.Text), runtimesPrefix); ok && line.Component == "main" {
		l.noV8.Store(!strings.Contains(rest, "envoy.wasm.runtime.v8"))
	}
	l.mu.Lock()
	l.total++
	if l.tail = append(l.tail, line); len(l.tail) > 2*keepLines {
		l.tail = append(l.tail[:0], l.tail[len(l.tail)-keepLines:]...)
	}
	l.mu.Unlock()
	p, staged, ok := pluginLine(line)
	switch {
	case ok && !staged && p.Plugin != "":
		l.traces.add(p)
	case vmFailure(line):
		l.traces.flushAll()
		l.onPlugin(PluginLine{Level: line.Level, Text: line.Text})
	default:
		l.onLine(line)
	}
}

// vmFailure recognises the line that says that a plugin's VM trapped while it
// handled a request.
func vmFailure(l Line) bool {
	return l.Component == "wasm" && l.Level == "error" && strings.HasPrefix(l.Text, "Function: proxy_on_") &&
		!strings.HasPrefix(l.Text, "Function: proxy_on_configure") && !strings.HasPrefix(l.Text, "Function: proxy_on_vm_start")
}

// mark returns the position after the newest line.
func (l *logs) mark() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.total
}

// since returns the lines after mark that are still kept.
func (l *logs) since(mark int) []Line {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.total - mark
	if n > len(l.tail) {
		n = len(l.tail)
	}
	return append([]Line(nil), l.tail[len(l.tail)-n:]...)
}
