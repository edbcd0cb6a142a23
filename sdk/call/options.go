package call

import "time"

// Option changes one request.
type Option func(*request)

// request is what a request is made of besides method and URL.
type request struct {
	timeout time.Duration
	headers [][2]string
	body    []byte
}

func (r *request) apply(options []Option) {
	for _, o := range options {
		if o != nil {
			o(r)
		}
	}
}

// Timeout bounds the wait for the answer. 0 or less is DefaultTimeout; there is
// no call without one. A context that ends sooner counts.
func Timeout(d time.Duration) Option {
	return func(r *request) {
		if r.timeout = d; d <= 0 {
			r.timeout = DefaultTimeout
		}
	}
}

// WithHeader adds a header.
func WithHeader(name, value string) Option {
	return func(r *request) { r.headers = append(r.headers, [2]string{name, value}) }
}

// WithHeaders adds headers, in their order.
func WithHeaders(headers [][2]string) Option {
	return func(r *request) { r.headers = append(r.headers, headers...) }
}

// Body sets the body, for Do and for methods that usually have none.
func Body(body []byte) Option {
	return func(r *request) { r.body = body }
}
