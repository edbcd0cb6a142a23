package envoy

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"
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

	mu     sync.Mutex
	total  int // lines seen
	tail   []Line
	sole   string               // the plugin, if there is just one
	lately map[string]time.Time // lines without a name
}

func newLogs(onPlugin func(PluginLine), onLine func(Line)) *logs {
	if onPlugin == nil {
		onPlugin = func(PluginLine) {}
	}
	if onLine == nil {
		onLine = func(Line) {}
	}
	return &logs{onPlugin: onPlugin, onLine: onLine, traces: newTraces(onPlugin), lately: map[string]time.Time{}}
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
	case ok && !staged && (p.Plugin != "" || l.adopt(&p)):
		l.traces.add(p)
	case vmFailure(line):
		l.traces.flushAll()
		l.onPlugin(PluginLine{Level: line.Level, Text: line.Text})
	default:
		l.onLine(line)
	}
}

// serving tells which plugins the lines can come from.
func (l *logs) serving(plugins []Plugin) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sole = ""
	if len(plugins) == 1 {
		l.sole = plugins[0].Name
	}
}

// sameLine is how long a line without a name stands for its repetitions.
const sameLine = time.Second

// adopt names the plugin of a line that Envoy left unnamed, which is any that is
// logged outside of a request. Every thread configures its own VM and says the
// same about it; adopt is false for such a repetition.
func (l *logs) adopt(p *PluginLine) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	p.Plugin = l.sole
	now := time.Now()
	if startsTrace(*p) || l.traces.isOpen(p.Plugin) {
		return true // a piece of a trace
	}
	if now.Sub(l.lately[p.Text]) < sameLine {
		return false
	}
	if len(l.lately) > keepLines {
		clear(l.lately)
	}
	l.lately[p.Text] = now
	return true
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
