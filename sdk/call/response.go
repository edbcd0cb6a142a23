package call

import "strings"

// Response is the answer to an HTTP call, complete.
type Response struct {
	// StatusCode is the HTTP status.
	StatusCode int
	// Header has the answer's headers, ":status" among them.
	Header Header
	// Body is nil where the answer has none.
	Body []byte
}

// OK reports whether the status is one of 200 to 299.
func (r *Response) OK() bool { return r.StatusCode >= 200 && r.StatusCode <= 299 }

// Header is a list of names, which hosts write in lower case, and values, in
// the order in which they came.
type Header [][2]string

// Get returns the first value of a header, "" where there is none. Case of the
// name doesn't matter.
func (h Header) Get(name string) string {
	for i := range h {
		if strings.EqualFold(h[i][0], name) {
			return h[i][1]
		}
	}
	return ""
}

// Values returns all values of a header, nil where there are none.
func (h Header) Values(name string) (values []string) {
	for i := range h {
		if strings.EqualFold(h[i][0], name) {
			values = append(values, h[i][1])
		}
	}
	return values
}
