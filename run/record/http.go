package record

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// RequestOf is a request's head.
func RequestOf(r *http.Request) Message {
	path := r.RequestURI
	if path == "" {
		path = r.URL.RequestURI()
	}
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	return Message{Headers: append([][2]string{{":method", method}, {":path", path}, {":authority", host}}, Fields(r.Header)...)}
}

// ResponseOf is a response's head.
func ResponseOf(status int, h http.Header) Message {
	return Message{Headers: append([][2]string{{":status", strconv.Itoa(status)}}, Fields(h)...)}
}

// Fields are headers in lower case, sorted by name, nil for none. What net/http is
// told by empty values is left out.
func Fields(h http.Header) [][2]string {
	var list [][2]string
	for name, values := range h {
		if strings.HasPrefix(name, http.TrailerPrefix) {
			continue
		}
		if name == "User-Agent" && len(values) == 1 && values[0] == "" {
			continue
		}
		for _, v := range values {
			list = append(list, [2]string{strings.ToLower(name), v})
		}
	}
	slices.SortStableFunc(list, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return list
}

// Header is the opposite of Fields; pseudo headers are left out.
func Header(list [][2]string) http.Header {
	h := make(http.Header, len(list))
	for _, f := range list {
		if !strings.HasPrefix(f[0], ":") {
			h.Add(f[0], f[1])
		}
	}
	return h
}

// Status is the response's, 0 where there is none.
func (m Message) Status() int {
	n, _ := strconv.Atoi(m.Get(":status"))
	return n
}

// Trailers are those that a handler has put into its headers behind
// http.TrailerPrefix.
func Trailers(h http.Header) [][2]string {
	t := http.Header{}
	for name, values := range h {
		if plain, is := strings.CutPrefix(name, http.TrailerPrefix); is {
			t[plain] = values
		}
	}
	return Fields(t)
}
