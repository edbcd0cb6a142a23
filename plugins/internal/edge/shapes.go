package edge

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/plugintest"
)

// Shape is an unusual form of a request.
type Shape struct {
	// Name is the shape's, in lower case.
	Name string
	// Request makes a new request of this shape.
	Request func() plugintest.Request
	// Path is what the backend sees, where that is not the request's.
	Path string
	// Refusals are statuses with which gateways answer the shape themselves.
	Refusals []int
	// Large says that gateways can't hold its body back.
	Large bool
	// Lacks are engines that can't be sent the shape.
	Lacks []plugintest.Engine
}

// Sizes of what is large: more than the 60 KiB of headers that Envoy takes, and
// more than the 1 MiB of body that it holds back, by default.
const (
	LargeHeader = 100_000
	LargeBody   = 1_500_000
)

type request = plugintest.Request

// Shapes returns all shapes.
func Shapes() []Shape { return slices.Concat(paths(), messages(), hosts(), protocols()) }

// get is a shape of a GET request.
func get(name, path string, refusals ...int) Shape {
	return Shape{Name: name, Request: func() request { return request{Path: path} }, Refusals: refusals}
}

// paths are shapes that differ by what is in the request line. The embedded
// gateway answers a broken escape with 400, as Go's net/http does.
func paths() []Shape {
	absolute := get("absolute form", "http://plugin.test/absolute?q=1")
	absolute.Path, absolute.Lacks = "/absolute?q=1", []plugintest.Engine{plugintest.Native}
	return []Shape{
		get("plain", "/"),
		get("broken escape", "/%zz", 400),
		get("broken escape in the query", "/?q=%zz&%=1", 400),
		get("escaped slash and dots", "/a/%2e%2e/%2Fb"),
		get("empty query", "/a?"),
		get("semicolons and plus signs", "/a;b=1?c=1;d=2&e=+%20"),
		get("double slashes", "//a//b"),
		get("long path", "/"+strings.Repeat("a", 8000)+"?q="+strings.Repeat("b", 8000)),
		get("nul in the query", "/?a=%00b"),
		absolute,
	}
}

// messages are shapes of methods, headers and bodies.
func messages() []Shape {
	large := strings.Repeat("0123456789abcdef", LargeBody/16)
	return []Shape{
		{Name: "head", Request: func() request { return request{Method: "HEAD", Path: "/head"} }},
		{Name: "options", Request: func() request { return request{Method: "OPTIONS", Path: "/options"} }},
		{Name: "unknown method", Request: func() request { return request{Method: "BREW", Path: "/pot"} }, Refusals: []int{400, 405, 501}},
		{Name: "empty body", Request: func() request {
			return request{Method: "POST", Path: "/empty", Headers: plugintest.Headers{{"content-length", "0"}}}
		}},
		{Name: "body with a length", Request: func() request { return request{Path: "/length", Body: "some text"} }},
		{Name: "chunked", Request: func() request { return request{Path: "/chunked", Chunks: []string{"one", "two", "three"}} }},
		{Name: "trailers", Request: func() request {
			return request{Path: "/trailers", Chunks: []string{"one"}, Trailers: plugintest.Headers{{"x-sum", "1"}}}
		}},
		{Name: "large body", Request: func() request { return request{Path: "/large", Body: large} }, Large: true},
		{Name: "large body, chunked", Request: func() request { return request{Path: "/large", Chunks: []string{large[:700_000], large[700_000:]}} }, Large: true},
		{Name: "large header", Request: func() request {
			return request{Path: "/", Headers: plugintest.Headers{{"x-large", strings.Repeat("a", LargeHeader)}}}
		}, Refusals: []int{431, 400}},
		{Name: "90 headers", Request: func() (r request) {
			for i := range 90 {
				r.Headers = append(r.Headers, [2]string{"x-many-" + strconv.Itoa(i), strings.Repeat("v", 50)})
			}
			return r
		}},
		{Name: "empty and odd header values", Request: func() request {
			return request{Headers: plugintest.Headers{{"x-empty", ""}, {"x-comma", ",,"}, {"x-utf", "größe"}, {"cookie", "a=1; b=; =c; ;"}}}
		}},
	}
}

// hosts are shapes of the authority.
func hosts() []Shape {
	host := func(name, host string) Shape {
		return Shape{Name: name, Request: func() request { return request{Host: host} }}
	}
	return []Shape{
		host("mixed case and a trailing dot", "PlugIn.Test."),
		host("host with a port", "plugin.test:8443"),
		host("IPv6 host", "[::1]:8443"),
	}
}

// protocols are shapes that differ by how they are sent.
func protocols() []Shape {
	return []Shape{
		{Name: "HTTP/2", Request: func() request { return request{Path: "/h2?a=1", HTTP2: true} }},
		{Name: "HTTP/2, body without a length", Request: func() request { return request{Path: "/h2", HTTP2: true, Chunks: []string{"one", "two"}} }},
		{Name: "HTTP/2, trailing dot", Request: func() request { return request{Host: "PLUGIN.test.", HTTP2: true} }},
		{Name: "websocket", Request: func() request {
			return request{Path: "/ws", Headers: plugintest.Headers{
				{"connection", "Upgrade"}, {"upgrade", "websocket"},
				{"sec-websocket-version", "13"}, {"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="},
			}}
		}, Refusals: []int{400, 403, 426, 501}},
	}
}
