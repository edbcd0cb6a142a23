package serviceext

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/host"
)

// exchange is one case that runs. It is what the plugin's stream talks to.
type exchange struct {
	suite  *Suite
	test   *Test
	worker *host.Worker
	wrong  []string

	logs    []string // of the phase that runs
	kind    host.MapType
	headers *host.HeaderMap // of the phase that runs, nil outside of one
	body    *host.Buffer
	bodyOf  host.BufferType
	reply   *host.LocalReply
	over    bool // the plugin has answered
}

var _ host.HTTPStream = (*exchange)(nil)

func (x *exchange) fail(phase, format string, args ...any) {
	x.wrong = append(x.wrong, "["+phase+"] "+fmt.Sprintf(format, args...))
}

// levels are the names of log levels. Without one it is INFO.
func levels() map[Level]host.LogLevel {
	return map[Level]host.LogLevel{
		"": host.LogInfo, "UNDEFINED": host.LogInfo, "TRACE": host.LogTrace, "DEBUG": host.LogDebug, "INFO": host.LogInfo,
		"WARN": host.LogWarn, "ERROR": host.LogError, "CRITICAL": host.LogCritical,
	}
}

// run starts the plugin and takes it through the phases.
func (x *exchange) run(ctx context.Context, m *host.Module, config string, coverage func([]byte)) {
	now := time.Unix(0, 0)
	if s := x.suite.Env.TimeSecs; s != nil {
		now = time.Unix(int64(min(*s, 1<<33)), 0)
	}
	vm, err := m.NewVM(ctx, host.VMOptions{
		Worker: x.worker, LogLevel: levels()[x.suite.Env.LogLevel], CallTimeout: 10 * time.Second, Coverage: coverage,
		Now: func() time.Time { return now },
		Log: func(_ host.LogLevel, _, text string) {
			if coverage == nil || !strings.Contains(text, "GOCOVERDIR") {
				x.logs = append(x.logs, strings.TrimSuffix(strings.TrimSuffix(text, "\n"), `\n`)) // as a host or an SDK has it
			}
		},
	})
	if err != nil {
		x.fail("plugin_init", "%v", err)
		return
	}
	defer func() { _ = vm.Close(context.WithoutCancel(ctx)) }()
	p, err := vm.Start(ctx, host.PluginOptions{Name: "test", Config: []byte(config)})
	if err != nil {
		x.fail("plugin_init", "%v\n%s", err, strings.Join(x.logs, "\n"))
		return
	}
	x.checkLogs("plugin_init", &x.test.PluginInit)
	c := p.NewHTTPStream(x)
	x.phases(c)
	x.logs = nil
	c.Done()
	x.checkLogs("stream_destroy", &x.test.StreamDestroy)
	if err := vm.Err(); err != nil {
		x.fail("stream_destroy", "%v", err)
	}
}

// phases calls the callbacks that the case names.
func (x *exchange) phases(c *host.HTTPContext) {
	x.requestHeaders(c)
	x.bodies("request_body", x.test.RequestBody, host.BufferRequestBody, c.OnRequestBody)
	if i := x.test.ResponseHeaders; i != nil {
		x.headerPhase("response_headers", i, host.MapResponseHeaders, func(n int) (host.Action, error) { return c.OnResponseHeaders(n, false) })
	}
	x.bodies("response_body", x.test.ResponseBody, host.BufferResponseBody, c.OnResponseBody)
}

// requestHeaders begins the exchange. A case that does not name this phase has no
// request headers, but the plugin's stream begins with it all the same.
func (x *exchange) requestHeaders(c *host.HTTPContext) {
	call := func(n int) (host.Action, error) { return c.OnRequestHeaders(n, false) }
	if i := x.test.RequestHeaders; i != nil {
		x.headerPhase("request_headers", i, host.MapRequestHeaders, call)
	} else {
		x.begin()
		x.kind, x.headers = host.MapRequestHeaders, host.NewHeaderMap(host.MapRequestHeaders, 0)
		if _, err := call(0); err != nil {
			x.fail("request_headers", "%v", err)
		}
		x.headers, x.over = nil, false
	}
	x.checkLogs("stream_init", &x.test.StreamInit)
}

// begin forgets what the phase before has left.
func (x *exchange) begin() { x.logs, x.headers, x.body, x.reply = nil, nil, nil, nil }

func (x *exchange) headerPhase(phase string, i *Invocation, kind host.MapType, call func(n int) (host.Action, error)) {
	x.begin()
	if x.over {
		x.check(phase, &i.Result, outcome{})
		return
	}
	headers, err := i.Input.headers(x.suite.dir(), kind)
	if err != nil {
		x.fail(phase, "input: %v", err)
		return
	}
	x.kind, x.headers = kind, headers
	action, err := call(headers.Len())
	x.headers = nil
	if err != nil {
		x.fail(phase, "%v\n%s", err, strings.Join(x.logs, "\n"))
		return
	}
	x.check(phase, &i.Result, outcome{headers: headers, held: action != host.HeadersContinue && action != host.HeadersContinueAndEnd})
}

func (x *exchange) bodies(phase string, list []Invocation, kind host.BufferType, call func(int, bool) (host.Action, error)) {
	for i := range list {
		x.bodyPhase(phase, &list[i], kind, call)
	}
}

func (x *exchange) bodyPhase(phase string, i *Invocation, kind host.BufferType, call func(int, bool) (host.Action, error)) {
	text := i.Input.Content
	if i.Input.File != "" {
		var err error
		if text, err = read(x.suite.path(i.Input.File)); err != nil {
			x.fail(phase, "input: %v", err)
			return
		}
	}
	var got strings.Builder
	chunks := x.test.chunks(text)
	for n, chunk := range chunks {
		x.begin()
		if x.over {
			break
		}
		x.bodyOf, x.body = kind, host.NewBuffer([]byte(chunk))
		if _, err := call(len(chunk), n == len(chunks)-1); err != nil {
			x.fail(phase, "%v\n%s", err, strings.Join(x.logs, "\n"))
			return
		}
		if x.reply == nil {
			got.Write(x.body.Bytes())
		}
		x.body = nil
	}
	x.check(phase, &i.Result, outcome{body: got.String()})
}

// chunks cuts a body as the case says.
func (t *Test) chunks(text string) (chunks []string) {
	size, most := len(text), 1
	switch {
	case t.ChunkSize != nil:
		size, most = int(min(*t.ChunkSize, maxFile)), len(text)
	case t.NumChunks != nil:
		most = int(min(*t.NumChunks, maxFile))
		size = len(text) / most
	}
	for size > 0 && len(text) > size && len(chunks) < most-1 {
		chunks, text = append(chunks, text[:size]), text[size:]
	}
	return append(chunks, text)
}

func (s *Suite) dir() string { return filepath.Dir(s.Path) }

// path is a file that the suite names.
func (s *Suite) path(file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(s.dir(), file)
}

// Headers implements host.HTTPStream: those of the phase that runs.
func (x *exchange) Headers(t host.MapType) *host.HeaderMap {
	if t != x.kind {
		return nil
	}
	return x.headers
}

// Buffer implements host.HTTPStream: the body of the phase that runs.
func (x *exchange) Buffer(t host.BufferType) *host.Buffer {
	if t != x.bodyOf {
		return nil
	}
	return x.body
}

// Continue implements host.HTTPStream.
func (*exchange) Continue(host.Direction) {}

// Close implements host.HTTPStream.
func (*exchange) Close(host.Direction) {}

// SendLocalReply implements host.HTTPStream.
func (x *exchange) SendLocalReply(r host.LocalReply) {
	if !x.over {
		x.reply, x.over = &r, true
	}
}

// Property implements host.HTTPStream with those of the case.
func (x *exchange) Property(path []string) ([]byte, bool) {
	name := strings.Join(path, ".")
	for _, p := range x.test.Properties {
		if p.Path == name {
			return []byte(p.Value), true
		}
	}
	return nil, false
}

// SetProperty implements host.HTTPStream.
func (*exchange) SetProperty([]string, []byte) bool { return true }

// InjectEncodedData implements host.HTTPStream.
func (*exchange) InjectEncodedData([]byte, bool) host.Status { return host.StatusUnimplemented }
