package plugin_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugin"
	"github.com/sluiceproxy/sluice/sdk/plugin/internal/ops"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// native is the plugin natively, in front of the same upstream.
type native struct{ *plugintest.Host }

// register makes f's registrations the only ones.
func register(t testing.TB, f func()) {
	t.Helper()
	before := proxywasm.GetVMContext()
	proxywasm.SetVMContext(nil)
	f()
	t.Cleanup(func() { proxywasm.SetVMContext(before) })
}

func startOps(t *testing.T, options ...plugin.Option) native {
	t.Helper()
	register(t, func() { ops.Register(options...) })
	h := plugintest.New(t, plugintest.Options{Properties: map[string]string{"source.address": "127.0.0.1:999", "request.protocol": "HTTP/1.1"}})
	h.OnHTTPCall(func(c plugintest.HTTPCall) plugintest.HTTPAnswer {
		return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "200"}}, Body: []byte(c.Headers.Get(":path")[1:])}
	})
	return native{h}
}

func (n native) ask(t *testing.T, q query) reply {
	t.Helper()
	in := plugintest.Input{Headers: [][2]string{{":method", q.method}, {":path", q.path}, {":authority", "a.test"}, {":scheme", "http"}}}
	for name, value := range q.headers {
		in.Headers = append(in.Headers, [2]string{strings.ToLower(name), value})
	}
	if q.body != "" || q.chunked {
		half := len(q.body) / 2
		in.Chunks = [][]byte{[]byte(q.body[:half]), []byte(q.body[half:])}
	}
	if q.body != "" && !q.chunked {
		in.Headers = append(in.Headers, [2]string{"content-length", strconv.Itoa(len(q.body))})
	}
	if q.trailer != "" {
		in.Trailers = [][2]string{{"x-sum", q.trailer}}
	}
	ex := n.Send(in)
	if ex.Upstream.Ended && ex.Reply == nil {
		up := toHeader(ex.Upstream.Headers)
		out := echo(up.Get(":method"), up.Get(":path"), up.Get(":authority"), up, ex.Upstream.Body, toTrailer(ex.Upstream.Trailers))
		in := plugintest.Input{Headers: [][2]string{{":status", strconv.Itoa(out.status)}}}
		for name, values := range out.header {
			in.Headers = append(in.Headers, [2]string{strings.ToLower(name), values[0]})
		}
		if out.body != "" && q.method != "HEAD" {
			in.Chunks = [][]byte{[]byte(out.body)}
		}
		ex.RespondWith(in)
	}
	defer ex.End()
	status, _ := strconv.Atoi(ex.Client.Headers.Get(":status"))
	if !ex.Client.Ended {
		t.Errorf("%s: the client has no complete answer; paused %v; log %v", q.path, ex.Paused(), n.Logs())
	}
	return reply{status, toHeader(ex.Client.Headers), string(ex.Client.Body)}
}

func toHeader(pairs [][2]string) http.Header {
	h := http.Header{}
	for _, p := range pairs {
		h[http.CanonicalHeaderKey(p[0])] = append(h[http.CanonicalHeaderKey(p[0])], p[1])
		if strings.HasPrefix(p[0], ":") {
			h.Add(p[0], p[1])
		}
	}
	return h
}

func toTrailer(pairs [][2]string) http.Header {
	if pairs == nil {
		return nil
	}
	return toHeader(pairs)
}

func TestNatively(t *testing.T) { runTable(t, startOps(t)) }
