package plugin

import (
	"encoding/json"
	"net/http"
	"slices"
)

// Result is what a handler has decided. It is never changed by this package,
// so one can be made once and returned for many requests.
type Result struct {
	action Action
	// StatusCode is the answer's status, 0 for none.
	StatusCode int
	// ResponseBody is the answer's body, nil for none.
	ResponseBody []byte
	// Headers are the answer's headers.
	Headers http.Header

	err error // an option that failed
}

// Results without options. They are the same for all requests, so what is
// written into them is not used: NewResult makes one for a single request.
var (
	// ResultContinue lets the message go on.
	ResultContinue = &Result{action: Continue}
	// ResultModify is ResultContinue for handlers that have changed something.
	ResultModify = &Result{action: Modify}
)

// ResultOption is an option of NewResult.
type ResultOption func(*Result)

// NewResult returns a result. With Stop the options say what the client gets:
// there must be a status from 200 to 599; without a body, statuses from 400 on
// get their text as one.
func NewResult(action Action, options ...ResultOption) *Result {
	r := &Result{action: action, Headers: http.Header{}}
	for _, o := range options {
		if o != nil {
			o(r)
		}
	}
	return r
}

// Action returns what becomes of the message.
func (r *Result) Action() Action { return r.action }

// Release does nothing: results are not pooled, so that one may be kept. It is
// there for handlers that call it.
func (r *Result) Release() {}

// WithStatus sets the status, 200 to 599.
func WithStatus(code int) ResultOption {
	return func(r *Result) { r.StatusCode = code }
}

// WithHeaders sets headers; those of the same names are replaced. The values
// are copied.
func WithHeaders(headers http.Header) ResultOption {
	return func(r *Result) {
		for name, values := range headers {
			r.Headers[http.CanonicalHeaderKey(name)] = slices.Clone(values)
		}
	}
}

// WithBody sets the body and its content type. The body is not copied.
func WithBody(contentType string, body []byte) ResultOption {
	return func(r *Result) {
		r.ResponseBody = body
		r.Headers.Set("Content-Type", contentType)
	}
}

// WithJSONResponse makes v the body, as JSON. A v that package json can't write
// makes the client get status 500, and is logged.
func WithJSONResponse(v any) ResultOption {
	return func(r *Result) {
		body, err := json.Marshal(v)
		if err != nil {
			r.err = err
			return
		}
		WithBody("application/json", body)(r)
	}
}
