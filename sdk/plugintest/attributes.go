package plugintest

import (
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
)

// visible returns a map as the plugin can read it now, nil where it can't.
func (ex *Exchange) visible(m abi.MapType) *Headers {
	if found := ex.messageMap(m); *found != nil {
		return found
	}
	return nil
}

// requestProperty are the attributes of the request. As on Envoy, those that
// are made of its headers are there only while the plugin can read the headers.
func (ex *Exchange) requestProperty(key string) ([]byte, bool) {
	headers := ex.visible(abi.MapRequestHeaders)
	switch key {
	case "request.headers":
		return headersProperty(headers), true
	case "request.protocol":
		return []byte(ex.protocol), true
	case "request.time":
		now, _ := hostcalls{ex.h}.GetCurrentTime()
		return number(int(now)), true
	case "request.size":
		return number(ex.received), true
	case "request.duration":
		return number(0), ex.logging
	}
	name, ok := strings.CutPrefix(key, "request.")
	if !ok || headers == nil {
		return nil, false
	}
	if header, ok := strings.CutPrefix(name, "headers."); ok {
		return headerProperty(headers, header)
	}
	path, query, _ := strings.Cut(headers.Get(":path"), "?")
	switch name {
	case "url_path":
		return []byte(path), true
	case "query":
		return []byte(query), true
	}
	header, ok := requestHeader[name]
	if !ok {
		return nil, false
	}
	value, ok := headers.Lookup(header)
	return []byte(value), ok
}

// requestHeader are the headers that attributes of the request come from.
var requestHeader = map[string]string{
	"path": ":path", "method": ":method", "host": ":authority", "scheme": ":scheme", "id": "x-request-id",
	"useragent": "user-agent", "referer": "referer",
}

// responseProperty are the attributes of the response.
func (ex *Exchange) responseProperty(key string) ([]byte, bool) {
	headers := ex.visible(abi.MapResponseHeaders)
	switch key {
	case "response.headers":
		return headersProperty(headers), true
	case "response.code":
		return ex.code(headers)
	case "response.grpc_status":
		code, ok := ex.code(headers)
		if !ok || code[0] == 0 {
			return nil, false
		}
		return number(grpcStatus(int(code[0]) | int(code[1])<<8)), true
	case "response.code_details":
		if ex.answered == nil {
			return nil, false
		}
		return []byte("via_upstream"), ex.Reply == nil
	case "response.size":
		return number(len(ex.Client.Body)), true
	}
	if header, ok := strings.CutPrefix(key, "response.headers."); ok {
		return headerProperty(headers, header)
	}
	if trailer, ok := strings.CutPrefix(key, "response.trailers."); ok {
		return headerProperty(ex.visible(abi.MapResponseTrailers), trailer)
	}
	return nil, false
}

// code is the status that the plugin sees, else that which the client got.
func (ex *Exchange) code(headers *Headers) ([]byte, bool) {
	if headers == nil {
		headers = &ex.Client.Headers
	}
	code, err := strconv.Atoi(headers.Get(":status"))
	return number(code), err == nil
}

// grpcStatus is what Envoy makes of an HTTP status.
func grpcStatus(code int) int {
	switch code {
	case 400:
		return 13
	case 401:
		return 16
	case 403:
		return 7
	case 404:
		return 12
	case 429, 502, 503, 504:
		return 14
	}
	return 2
}

// property answers for a connection.
func (c *Connection) property(key string) ([]byte, bool) {
	if value, ok := c.properties[key]; ok {
		return value, true
	}
	late := strings.HasPrefix(key, "upstream.") || key == "xds.cluster_name"
	switch key {
	case "request.headers":
		return headersProperty(nil), true
	case "request.size":
		return number(c.received), true
	case "response.size":
		if c.closed {
			return number(len(c.Client)), true
		}
		return number(0), true
	case "request.time":
		now, _ := hostcalls{c.h}.GetCurrentTime()
		return number(int(now)), true
	case "upstream.transport_failure_reason":
		return []byte{}, true
	case "xds.route_name", "xds.virtual_host_name":
		return nil, false
	}
	if value, ok := c.h.given(key); ok {
		return value, !late || c.connected
	}
	if value, ok := c.h.port(key); ok {
		return value, !late || c.connected
	}
	return general(key, c.id)
}
