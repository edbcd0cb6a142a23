package wrapper

import (
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// GetRequestScheme returns the request's :scheme as it is now.
//
// Deprecated: use HttpContext.Scheme, which works in every phase.
func GetRequestScheme() string { return liveHeader(":scheme") }

// GetRequestHost returns the request's :authority as it is now.
//
// Deprecated: use HttpContext.Host, which works in every phase.
func GetRequestHost() string { return liveHeader(":authority") }

// GetRequestPath returns the request's :path as it is now.
//
// Deprecated: use HttpContext.Path, which works in every phase.
func GetRequestPath() string { return liveHeader(":path") }

// GetRequestMethod returns the request's :method as it is now.
//
// Deprecated: use HttpContext.Method, which works in every phase.
func GetRequestMethod() string { return liveHeader(":method") }

// GetRequestPathWithoutQuery returns the request's path, decoded and without its
// query, "" where it is not a valid one.
//
// Deprecated: use HttpContext.Path, which works in every phase.
func GetRequestPathWithoutQuery() string {
	t, err := parseTarget(GetRequestPath())
	if err != nil {
		log.Error("request path: " + err.Error())
		return ""
	}
	return unescape(t.path)
}

// liveHeader logs where a header can't be read: these functions have no error.
func liveHeader(name string) string {
	value, err := proxywasm.GetHttpRequestHeader(name)
	if err != nil {
		log.Error("get request header " + name + ": " + err.Error())
	}
	return value
}

// IsWebsocket reports whether the request asks for an upgrade to websocket.
//
// Deprecated: use HttpContext.IsWebsocket, which works in every phase.
func IsWebsocket() bool {
	s := stream{}
	return s.IsWebsocket()
}

// IsBinaryRequestBody reports whether the body is octet-stream, gRPC, or encoded
// in any way.
//
// Deprecated: use HttpContext.IsBinaryRequestBody, which works in every phase.
func IsBinaryRequestBody() bool {
	s := stream{}
	return s.IsBinaryRequestBody()
}

// IsBinaryResponseBody is IsBinaryRequestBody for the response.
//
// Deprecated: use HttpContext.IsBinaryResponseBody.
func IsBinaryResponseBody() bool {
	return isBinary(responseHeader("content-type"), responseHeader("content-encoding"))
}

// IsApplicationJson reports whether the response's content type is JSON.
func IsApplicationJson() bool {
	return strings.Contains(responseHeader("content-type"), "application/json")
}

// HasRequestBody guesses from the headers whether a body follows.
//
// Deprecated: use HttpContext.HasRequestBody, which knows.
func HasRequestBody() bool { return hasBody(requestHeader) }

// HasResponseBody guesses from the headers whether a body follows.
//
// Deprecated: use HttpContext.HasResponseBody, which knows.
func HasResponseBody() bool { return hasBody(responseHeader) }

func requestHeader(name string) string {
	value, _ := proxywasm.GetHttpRequestHeader(name)
	return value
}

func responseHeader(name string) string {
	value, _ := proxywasm.GetHttpResponseHeader(name)
	return value
}

func hasBody(header func(string) string) bool {
	if n, err := strconv.Atoi(header("content-length")); err == nil {
		return n != 0
	}
	return header("content-type") != "" || strings.Contains(header("transfer-encoding"), "chunked")
}
