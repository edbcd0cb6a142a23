package main

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"

	"github.com/sluiceproxy/sluice/plugins/internal/query"
	"github.com/sluiceproxy/sluice/plugins/internal/refuse"
)

func unescape(path string) string { return query.Unescape(path, false) }

// wantsBody reports whether the service is sent the request's body.
func (c *Config) wantsBody(http wrapper.HttpContext) bool {
	return c.HTTPService.Request.WithRequestBody && !bodiless(http.Method()) && http.HasRequestBody()
}

// tooLong reports whether the headers announce a body that is too long.
func (c *Config) tooLong(headers [][2]string) bool {
	for _, h := range headers {
		if strings.EqualFold(h[0], "content-length") {
			n, err := strconv.ParseUint(h[1], 10, 64)
			return err != nil || n > uint64(c.HTTPService.Request.MaxRequestBodyBytes)
		}
	}
	return false
}

// check asks the service, and does what it says.
func (c *Config) check(ctx context.Context, http wrapper.HttpContext, headers [][2]string, body []byte) types.Action {
	method, url, ok := c.target(http)
	if !ok || count(headers, "authorization") > 1 {
		// Not the service's fault, so failure_mode_allow has no say.
		return refuse.With(refuse.Answer{Status: 400, Detail: "ext-auth.bad_request"})
	}
	resp, err := c.HTTPService.client.Do(ctx, method, url, call.WithHeaders(c.asks(http, headers)), call.Body(body))
	switch {
	case ctx.Err() != nil:
		return refuse.With(refuse.Answer{Status: 503, Detail: "ext-auth.cancelled"})
	case err != nil:
		log.Errorf("ext-auth: %v", err)
		return c.failed(nil)
	case resp.StatusCode >= 500:
		log.Errorf("ext-auth: the service answered with status %d", resp.StatusCode)
		return c.failed(resp)
	case slices.Contains(c.HTTPService.Response.SuccessStatus, resp.StatusCode):
		return c.pass(resp)
	}
	return c.deny(resp.StatusCode, resp)
}

// target is the request line that the service gets.
func (c *Config) target(http wrapper.HttpContext) (method, url string, ok bool) {
	s := &c.HTTPService
	if s.EndpointMode == "forward_auth" {
		return s.Endpoint.RequestMethod, s.url, true
	}
	path := http.Path()
	if leavesRoot(path) || badEscape(path) {
		return "", "", false
	}
	return http.Method(), s.url + slash(path), true
}

// slash makes a path begin with one.
func slash(path string) string {
	if strings.HasPrefix(path, "/") {
		return path
	}
	return "/" + path
}

// badEscape reports whether a path has something in it that no request of a
// plugin may have: a broken escape, a blank or a control character.
func badEscape(path string) bool {
	before, _, _ := strings.Cut(path, "?")
	for i := range len(path) {
		if path[i] <= ' ' || path[i] == 0x7f {
			return true
		}
	}
	for i := range len(before) {
		if before[i] == '%' && (i+2 >= len(before) || !isHex(before[i+1]) || !isHex(before[i+2])) {
			return true
		}
	}
	return false
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

// asks are the headers that the service gets: the client's that it is shown, and
// behind them, by name, those that it gets from here.
func (c *Config) asks(http wrapper.HttpContext, headers [][2]string) [][2]string {
	r := &c.HTTPService.Request
	own := r.own
	if c.HTTPService.EndpointMode == "forward_auth" {
		own = forwarded(http, own)
	}
	var hop []string
	if len(r.AllowedHeaders) > 0 {
		hop = connectionOptions(headers)
	}
	out := make([][2]string, 0, len(own)+4)
	for _, h := range headers {
		if name := strings.ToLower(h[0]); c.shows(name, hop) && !has(own, name) {
			out = append(out, [2]string{name, h[1]})
		}
	}
	return append(out, own...)
}

// forwarded adds what the service learns of the request's first line.
func forwarded(http wrapper.HttpContext, own [][2]string) [][2]string {
	out := [][2]string{
		{"x-forwarded-host", http.Host()}, {"x-forwarded-method", http.Method()}, {"x-forwarded-proto", http.Scheme()},
		{"x-forwarded-uri", http.Path()}, {"x-original-method", http.Method()}, {"x-original-uri", http.Path()},
	}
	for _, h := range own {
		if !has(out[:6], h[0]) {
			out = append(out, h)
		}
	}
	byName(out)
	return out
}

func byName(headers [][2]string) {
	slices.SortFunc(headers, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
}

// has reports whether there is a header of that name, both in lower case.
func has(headers [][2]string, name string) bool {
	for i := range headers {
		if headers[i][0] == name {
			return true
		}
	}
	return false
}

// shows reports whether the service is shown a header of the client's.
func (c *Config) shows(name string, hop []string) bool {
	return name == "authorization" || !isHop(name, hop) && matchesAny(c.HTTPService.Request.AllowedHeaders, name)
}

func count(headers [][2]string, name string) (n int) {
	for _, h := range headers {
		if strings.EqualFold(h[0], name) {
			n++
		}
	}
	return n
}

// connectionOptions are the names that Connection lists (RFC 9110, section 7.6.1).
func connectionOptions(headers [][2]string) (names []string) {
	for _, h := range headers {
		if !strings.EqualFold(h[0], "connection") {
			continue
		}
		for name := range strings.SplitSeq(h[1], ",") {
			names = append(names, strings.ToLower(strings.Trim(name, " \t")))
		}
	}
	return names
}

// isHop reports whether a header, in lower case, is for one connection, or says
// how long a message is or where it goes.
func isHop(name string, also []string) bool {
	switch name {
	case "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
		"http2-settings", "content-length", "host", "proxy-authenticate", "proxy-authorization", "expect":
		return true
	}
	return strings.HasPrefix(name, ":") || slices.Contains(also, name)
}
