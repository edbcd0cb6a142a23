package gateway

import (
	"net/http"
	"net/textproto"
	"sort"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/host"
)

// hop are the fields that belong to one connection and go no further.
func hop(name string) bool {
	switch name {
	case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "http2-settings":
		return true
	}
	return false
}

// requestHeaders are the headers that plugins see: the client's, and those that
// Envoy's connection manager adds. ok is false for an upgrade that the gateway
// doesn't do.
func (g *Gateway) requestHeaders(r *http.Request) (h *host.HeaderMap, ok bool) {
	h = host.NewHeaderMap(host.MapRequestHeaders, len(r.Header)+7)
	h.Add(":authority", r.Host)
	h.Add(":path", requestPath(r))
	h.Add(":method", r.Method)
	h.Add(":scheme", g.o.Scheme)
	upgrade := isUpgrade(r)
	named := nominated(r.Header)
	for _, k := range sortedKeys(r.Header) {
		name := strings.ToLower(k)
		switch {
		case upgrade && (name == "upgrade" || name == "connection"):
		case hop(name), named[name], name == "expect", claimed(name):
			continue
		case name == "te" && !strings.EqualFold(r.Header.Get(k), "trailers"):
			continue
		}
		for _, v := range r.Header[k] {
			h.Add(name, v)
		}
	}
	announce(h, r.Trailer)
	g.tell(h, r)
	return h, r.Method != http.MethodConnect && (!upgrade || strings.EqualFold(r.Header.Get("Upgrade"), "websocket"))
}

// requestPath is the path as the client sent it.
func requestPath(r *http.Request) string {
	if strings.HasPrefix(r.RequestURI, "/") {
		return r.RequestURI
	}
	if r.RequestURI == "*" {
		return "*"
	}
	return r.URL.RequestURI()
}

// isUpgrade reports that the client wants to leave HTTP/1.1 on this connection.
// An offer to go on in HTTP/2, as "curl --http2" makes it, is not taken and
// changes nothing, as on Envoy: RFC 9113 has done away with it.
func isUpgrade(r *http.Request) bool {
	to := r.Header.Get("Upgrade")
	return r.ProtoMajor == 1 && to != "" && !strings.EqualFold(to, "h2c") && nominated(r.Header)["upgrade"]
}

// nominated are the fields that Connection names. The map is nil if there are
// none.
func nominated(h http.Header) map[string]bool {
	var m map[string]bool
	for _, v := range h["Connection"] {
		for _, name := range strings.Split(v, ",") {
			if m == nil {
				m = make(map[string]bool)
			}
			m[strings.ToLower(strings.TrimSpace(name))] = true
		}
	}
	return m
}

func sortedKeys(h http.Header) []string {
	keys := make([]string, 0, len(h))
	for k := range h {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// newRequestID returns a random UUID, as Envoy gives each request.
// responseHeader is what the client gets.
func (g *Gateway) responseHeader(h *host.HeaderMap, status int) http.Header {
	out := plainHeader(h)
	if status == http.StatusSwitchingProtocols {
		out["Connection"], out["Upgrade"] = []string{"Upgrade"}, h.Values("upgrade")
	}
	out["Server"] = []string{g.o.Server}
	if _, ok := out["Date"]; !ok {
		out["Date"] = []string{time.Now().UTC().Format(http.TimeFormat)}
	}
	if _, ok := out["Content-Type"]; !ok {
		out["Content-Type"] = nil // so that net/http doesn't guess one
	}
	if status == http.StatusNoContent || status < 200 {
		delete(out, "Content-Length")
	}
	return out
}

// plainHeader are the fields without pseudo headers and those of the connection.
func plainHeader(h *host.HeaderMap) http.Header {
	out := make(http.Header, h.Len()+2)
	for _, f := range h.Pairs() {
		if f[0] == "" || f[0][0] == ':' || hop(f[0]) {
			continue
		}
		k := textproto.CanonicalMIMEHeaderKey(f[0])
		out[k] = append(out[k], f[1])
	}
	return out
}

// responseHeaders are the headers of an upstream as plugins see them.
func responseHeaders(res *http.Response, took time.Duration) *host.HeaderMap {
	h := host.NewHeaderMap(host.MapResponseHeaders, len(res.Header)+2)
	h.Add(":status", itoa(int64(res.StatusCode)))
	named := nominated(res.Header)
	for _, k := range sortedKeys(res.Header) {
		name := strings.ToLower(k)
		if res.StatusCode != http.StatusSwitchingProtocols && (hop(name) || named[name]) {
			continue
		}
		for _, v := range res.Header[k] {
			h.Add(name, v)
		}
	}
	if len(res.TransferEncoding) > 0 {
		h.Add("transfer-encoding", res.TransferEncoding[0])
	}
	announce(h, res.Trailer)
	h.Set("x-envoy-upstream-service-time", itoa(took.Milliseconds()))
	return h
}

// announce adds the field that says which trailers will come, which net/http
// keeps to itself.
func announce(h *host.HeaderMap, fields http.Header) {
	if len(fields) > 0 {
		h.Add("trailer", strings.Join(sortedKeys(fields), ", "))
	}
}

// trailers are the trailers of a message as plugins see them; nil if there are
// none.
func trailers(t host.MapType, fields http.Header) *host.HeaderMap {
	var h *host.HeaderMap
	for _, k := range sortedKeys(fields) {
		for _, v := range fields[k] {
			if h == nil {
				h = host.NewHeaderMap(t, len(fields))
			}
			h.Add(k, v)
		}
	}
	return h
}
