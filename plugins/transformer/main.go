// Command transformer changes headers, query and body of requests, and headers and
// body of responses: it removes, renames, replaces, adds, appends, maps and
// deduplicates values, in the order of the configuration.
package main

import (
	"github.com/sluiceproxy/sluice/plugins/internal/query"
	"github.com/sluiceproxy/sluice/plugins/internal/refuse"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("transformer",
		wrapper.ParseTypedConfig[Config](),
		wrapper.ProcessRequestHeaders(onRequestHeaders),
		wrapper.ProcessRequestBody(onRequestBody),
		wrapper.ProcessResponseHeaders(onResponseHeaders),
		wrapper.ProcessResponseBody(onResponseBody))
}

// Where a message waits for its body.
const (
	requestKey  = "request"
	responseKey = "response"
)

func onRequestHeaders(http wrapper.HttpContext, c Config) types.Action {
	if !c.Reroute {
		http.DisableReroute()
	}
	plain := len(c.response.body) > 0 || c.response.fromBody
	if len(c.ReqRules) == 0 && !plain {
		http.DontReadRequestBody()
		return types.HeaderContinue
	}
	all, err := proxywasm.GetHttpRequestHeaders()
	if err != nil {
		return failed("request headers", err)
	}
	m := &message{host: http.Host(), path: http.Path(), headers: newFields(all)}
	if plain && m.headers.index("accept-encoding") >= 0 {
		m.headers.set("accept-encoding", "identity") // what is compressed can't be changed
	}
	if !c.request.wantsBody() || !http.HasRequestBody() || endless(http) || !changeable(m.headers, true) {
		http.DontReadRequestBody()
		return m.sendRequest(c.request, types.HeaderContinue)
	}
	http.SetContext(requestKey, m)
	if c.request.fromBody {
		return types.HeaderStopIteration
	}
	return m.sendRequest(c.request, types.HeaderContinue)
}

func onRequestBody(http wrapper.HttpContext, c Config, body []byte) types.Action {
	m, ok := http.GetContext(requestKey).(*message)
	if !ok {
		return types.DataContinue
	}
	contentType := m.headers.first("content-type")
	readable := m.readable(contentType, body)
	if c.request.fromBody {
		if action := m.sendRequest(c.request, types.DataContinue); action != types.DataContinue {
			return action
		}
	}
	if !readable || len(c.request.body) == 0 {
		return types.DataContinue
	}
	return m.sendBody(c.request.body, contentType, proxywasm.ReplaceHttpRequestBody)
}

func onResponseHeaders(http wrapper.HttpContext, c Config) types.Action {
	if len(c.RespRules) == 0 {
		http.DontReadResponseBody()
		return types.HeaderContinue
	}
	all, err := proxywasm.GetHttpResponseHeaders()
	if err != nil {
		return failed("response headers", err)
	}
	m := &message{host: http.Host(), path: http.Path(), headers: newFields(all)}
	if !c.response.wantsBody() || !http.HasResponseBody() || endless(http) || !changeable(m.headers, false) {
		http.DontReadResponseBody()
		return m.sendResponse(c.response, types.HeaderContinue)
	}
	http.SetContext(responseKey, m)
	if c.response.fromBody {
		return types.HeaderStopIteration
	}
	return m.sendResponse(c.response, types.HeaderContinue)
}

func onResponseBody(http wrapper.HttpContext, c Config, body []byte) types.Action {
	m, ok := http.GetContext(responseKey).(*message)
	if !ok {
		return types.DataContinue
	}
	readable := m.readable(typeJSON, body)
	if c.response.fromBody {
		if action := m.sendResponse(c.response, types.DataContinue); action != types.DataContinue {
			return action
		}
	}
	if !readable || len(c.response.body) == 0 {
		return types.DataContinue
	}
	return m.sendBody(c.response.body, typeJSON, proxywasm.ReplaceHttpResponseBody)
}

// endless reports whether what follows the headers is a connection of its own, and
// no body that could be waited for.
func endless(http wrapper.HttpContext) bool { return http.IsWebsocket() || http.Method() == "CONNECT" }

// wantsBody reports whether a rule reads or changes the body.
func (p plan) wantsBody() bool { return len(p.body) > 0 || p.fromBody }

// readable takes the body apart. One that is broken stays as it is, and the other
// parts of the message are changed all the same.
func (m *message) readable(contentType string, body []byte) bool {
	if len(body) == 0 {
		return false
	}
	if err := m.read(contentType, body); err != nil {
		log.Warnf("a body stays as it is: %v", err)
		return false
	}
	return true
}

// sendRequest changes headers and query.
func (m *message) sendRequest(p plan, done types.Action) types.Action {
	if !p.ofQuery {
		m.fields(p.headers, m.headers)
		return m.sendHeaders(requestWriter(), done)
	}
	before, q := query.Split(m.path)
	m.querys = readForm(q)
	m.fields(p.headers, m.headers)
	if path := m.headers.first(":path"); path != m.path {
		before, q = query.Split(path) // the rules have set another one
		m.querys = readForm(q)
	}
	if m.fields(p.querys, m.querys); m.querys.changed {
		if q := m.querys.form(); q != "" {
			before += "?" + q
		}
		m.headers.set(":path", before)
	}
	return m.sendHeaders(requestWriter(), done)
}

// sendResponse changes headers.
func (m *message) sendResponse(p plan, done types.Action) types.Action {
	m.fields(p.headers, m.headers)
	return m.sendHeaders(responseWriter(), done)
}

// sendBody gives a changed body to the gateway.
func (m *message) sendBody(ops []op, contentType string, replace func([]byte) error) types.Action {
	changed, err := m.change(ops, contentType)
	switch {
	case err != nil:
		log.Warnf("a body stays as it is: %v", err)
	case changed != nil:
		if err := replace(changed); err != nil {
			return failed("a body", err)
		}
	}
	return types.DataContinue
}

// failed ends an exchange of which a part could not be changed: half changed it
// must not go on.
func failed(what string, err error) types.Action {
	log.Errorf("%s can't be changed: %v", what, err)
	return refuse.With(refuse.Answer{Status: 500, Detail: "transformer.failed"})
}
