package wrapper

import (
	"strings"

	"github.com/sluiceproxy/sluice/sdk/internal/ascii"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/internal/mem"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// Indexes of the pseudo headers.
const (
	scheme = iota
	authority
	path
	method
)

var (
	pseudoNames = [4]string{":scheme", ":authority", ":path", ":method"}
	pseudoPaths = [4][]string{{"request", "scheme"}, {"request", "host"}, {"request", "path"}, {"request", "method"}}
)

// Scheme implements HttpContext.
func (s *stream) Scheme() string { return s.pseudoHeader(scheme) }

// Host implements HttpContext.
func (s *stream) Host() string { return s.pseudoHeader(authority) }

// Path implements HttpContext.
func (s *stream) Path() string { return s.pseudoHeader(path) }

// Method implements HttpContext.
func (s *stream) Method() string { return s.pseudoHeader(method) }

// pseudoHeader reads a pseudo header once. Where the host doesn't show headers
// any more the property is tried, which hosts show again to their log.
func (s *stream) pseudoHeader(i int) string {
	m := s.extra()
	if m.have&(1<<i) != 0 {
		return m.pseudo[i]
	}
	value, ok := s.requestHeader(pseudoNames[i])
	if !ok {
		b, err := proxywasm.GetProperty(pseudoPaths[i])
		value, ok = mem.String(b), err == nil
	}
	if ok {
		m.pseudo[i] = value
		m.have |= 1 << i
	}
	return value
}

// requestHeader returns the first value of a header, whose name must be in
// lower case.
func (s *stream) requestHeader(name string) (value string, ok bool) {
	if s.headers[request] == nil {
		value, err := proxywasm.GetHttpRequestHeader(name)
		return value, err == nil
	}
	return s.headers[request].Find(name)
}

func find(headers [][2]string, name string) (value string, ok bool) {
	for i := range headers {
		if headers[i][0] == name {
			return headers[i][1], true
		}
	}
	return "", false
}

// GetExecutionPhase implements HttpContext.
func (s *stream) GetExecutionPhase() HTTPExecutionPhase {
	dispatch.WantHTTP() // all callbacks change it
	return HTTPExecutionPhase(s.phase)
}

// IsWebsocket implements HttpContext.
func (s *stream) IsWebsocket() bool {
	upgrade, _ := s.requestHeader("upgrade")
	return ascii.EqualFold(upgrade, "websocket") && s.asksUpgrade()
}

// asksUpgrade reports whether the request's connection header has "upgrade".
func (s *stream) asksUpgrade() bool {
	connection, _ := s.requestHeader("connection")
	for connection != "" {
		var token string
		token, connection, _ = ascii.Cut(connection, ',')
		if ascii.EqualFold(ascii.TrimSpace(token), "upgrade") {
			return true
		}
	}
	return false
}

// IsBinaryRequestBody implements HttpContext.
func (s *stream) IsBinaryRequestBody() bool {
	contentType, _ := s.requestHeader("content-type")
	encoding, _ := s.requestHeader("content-encoding")
	return isBinary(contentType, encoding)
}

// IsBinaryResponseBody implements HttpContext.
func (s *stream) IsBinaryResponseBody() bool {
	answered := s.headers[response]
	if answered == nil {
		return IsBinaryResponseBody()
	}
	contentType, _ := answered.Find("content-type")
	encoding, _ := answered.Find("content-encoding")
	return isBinary(contentType, encoding)
}

func isBinary(contentType, contentEncoding string) bool {
	return contentEncoding != "" || strings.Contains(contentType, "octet-stream") || strings.Contains(contentType, "grpc")
}
