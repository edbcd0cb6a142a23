package record

import (
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/sluiceproxy/sluice/host/upstream"
)

type captureKey struct{}

// capture is an exchange that runs.
type capture struct {
	max   int
	began time.Time

	mu       sync.Mutex // guards what follows
	e        Exchange
	request  clip
	response clip
	calls    []*call
}

// call is one to a cluster that runs.
type call struct {
	Call
	callout  bool
	request  clip
	response clip
	trailers http.Header // of the answer, once its body has come
}

// clip is the beginning of a body.
type clip struct {
	kept []byte
	size int64
}

func (c *clip) add(b []byte, most int) {
	c.size += int64(len(b))
	c.kept = append(c.kept, b[:min(len(b), max(most-len(c.kept), 0))]...)
}

// into puts a body into a message.
func (c *clip) into(m *Message) {
	if m.Body = c.kept; int64(len(c.kept)) < c.size {
		m.Size = c.size
	}
}

func (x *capture) set(f func()) {
	x.mu.Lock()
	defer x.mu.Unlock()
	f()
}

// reader keeps what is read of a body.
func (x *capture) reader(body io.ReadCloser, to *clip) io.ReadCloser {
	if body == nil || body == http.NoBody {
		return body
	}
	return &tee{body, x, to}
}

type tee struct {
	io.ReadCloser
	x  *capture
	to *clip
}

func (t *tee) Read(b []byte) (int, error) {
	n, err := t.ReadCloser.Read(b)
	t.x.set(func() { t.to.add(b[:n], t.x.max) })
	return n, err
}

// roundTrip carries a request, and keeps it and its answer.
func (x *capture) roundTrip(cluster string, req *http.Request, next http.RoundTripper) (*http.Response, error) {
	c := &call{callout: upstream.IsCallout(req.Context())}
	c.Cluster, c.Request = cluster, RequestOf(req)
	x.set(func() { x.calls = append(x.calls, c) })
	inner := *req
	inner.Body = x.reader(req.Body, &c.request)
	if get := req.GetBody; get != nil {
		inner.GetBody = func() (io.ReadCloser, error) {
			body, err := get()
			if err != nil {
				return nil, err
			}
			x.set(func() { c.request = clip{} })
			return x.reader(body, &c.request), nil
		}
	}
	res, err := next.RoundTrip(&inner)
	x.set(func() {
		c.Request.Trailers = Fields(req.Trailer)
		if err != nil {
			c.Error = err.Error()
			return
		}
		c.Response, c.trailers = ResponseOf(res.StatusCode, res.Header), res.Trailer
	})
	if err == nil && res.StatusCode != http.StatusSwitchingProtocols {
		res.Body = x.reader(res.Body, &c.response)
	}
	return res, err
}

// finish is the exchange with all that was seen of it.
func (x *capture) finish(req *http.Request, w *writer) Exchange {
	x.mu.Lock()
	defer x.mu.Unlock()
	e := x.e
	e.Took = time.Since(x.began)
	x.request.into(&e.Request)
	e.Request.Trailers = Fields(req.Trailer)
	if w.status != 0 {
		e.Response = ResponseOf(w.status, w.sent)
		e.Response.Trailers = Trailers(w.Header())
	}
	x.response.into(&e.Response)
	for _, c := range x.calls {
		done := c.Call
		c.request.into(&done.Request)
		if !done.Response.IsZero() {
			c.response.into(&done.Response)
			done.Response.Trailers = Fields(c.trailers)
		}
		if c.callout {
			e.Callouts = append(e.Callouts, done)
		} else {
			e.Upstream = &done
		}
	}
	return e
}

// writer keeps what a client is sent. Its Unwrap is for http.ResponseController.
type writer struct {
	http.ResponseWriter
	x      *capture
	status int
	sent   http.Header
}

// Unwrap returns the server's writer.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (w *writer) WriteHeader(status int) {
	w.x.set(func() {
		if status >= 200 && w.status == 0 {
			w.status, w.sent = status, w.Header().Clone()
		}
	})
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *writer) Write(b []byte) (int, error) {
	w.x.set(func() { w.x.response.add(b, w.x.max) })
	return w.ResponseWriter.Write(b)
}
