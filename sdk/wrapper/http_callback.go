package wrapper

import (
	"errors"
	"reflect"
)

// ResponseCallback is given the answer to an HTTP call. It is one of
//
//	func(statusCode int, responseHeaders http.Header, responseBody []byte)
//	func(statusCode int, responseHeaders [][2]string, responseBody []byte)
//
// or nil. statusCode is 502 where there was no answer; gateways make up 503
// and 504 for clusters that can't be reached or don't answer in time. The
// headers have the pseudo header ":status" in them.
//
// The type is checked when a call is made, not by the compiler: package
// net/http, were it imported here, would add two megabytes to every plugin,
// and calls of the system that gateways built on Envoy before 1.39 refuse. The
// second form keeps it out of the plugin, too.
type ResponseCallback any

// ErrCallback is returned for a callback that is none of the types that it may
// be. Nothing was sent.
var ErrCallback = errors.New("callback of a wrong type")

type httpAnswerFunc = func(status int, headers [][2]string, body []byte)

// httpAnswer returns the function behind a callback, nil for nil.
func httpAnswer(cb ResponseCallback) (httpAnswerFunc, error) {
	switch f := cb.(type) {
	case nil:
		return nil, nil
	case httpAnswerFunc:
		return f, nil
	}
	f := reflect.ValueOf(cb)
	t := f.Type()
	if t.Kind() != reflect.Func || t.IsVariadic() || t.NumIn() != 3 || t.NumOut() != 0 ||
		t.In(0) != reflect.TypeFor[int]() || t.In(2) != reflect.TypeFor[[]byte]() {
		return nil, callbackError(t, "func(int, http.Header, []byte)")
	}
	if f.IsNil() {
		return nil, nil
	}
	headersType := t.In(1)
	switch {
	case reflect.TypeFor[[][2]string]().ConvertibleTo(headersType):
		return func(status int, headers [][2]string, body []byte) {
			f.Call([]reflect.Value{reflect.ValueOf(status), reflect.ValueOf(headers).Convert(headersType), reflect.ValueOf(body)})
		}, nil
	case reflect.TypeFor[map[string][]string]().ConvertibleTo(headersType):
		return func(status int, headers [][2]string, body []byte) {
			m := reflect.ValueOf(headerMap(headers)).Convert(headersType)
			f.Call([]reflect.Value{reflect.ValueOf(status), m, reflect.ValueOf(body)})
		}, nil
	}
	return nil, callbackError(t, "func(int, http.Header, []byte)")
}

func callbackError(t reflect.Type, want string) error {
	return &wrongCallback{got: t.String(), want: want}
}

type wrongCallback struct{ got, want string }

func (e *wrongCallback) Error() string {
	return ErrCallback.Error() + ": " + e.got + ", want " + e.want
}
func (e *wrongCallback) Unwrap() error { return ErrCallback }

// headerMap returns headers as http.Header has them.
func headerMap(headers [][2]string) map[string][]string {
	m := make(map[string][]string, len(headers))
	for _, h := range headers {
		key := canonical(h[0])
		m[key] = append(m[key], h[1])
	}
	return m
}

// canonical writes a header name as http.CanonicalHeaderKey does: words with a
// capital, and names that are not valid unchanged.
func canonical(name string) string {
	b := []byte(name)
	upper := true
	for i, c := range b {
		if !isToken(c) {
			return name
		}
		if upper && 'a' <= c && c <= 'z' {
			b[i] = c - 'a' + 'A'
		} else if !upper && 'A' <= c && c <= 'Z' {
			b[i] = c - 'A' + 'a'
		}
		upper = c == '-'
	}
	return string(b)
}

// isToken reports whether c may be in a header name (RFC 9110, section 5.6.2).
func isToken(c byte) bool {
	if isDigit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' {
		return true
	}
	switch c {
	case '!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~':
		return true
	}
	return false
}
