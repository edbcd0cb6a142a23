package upstream

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/sluiceproxy/sluice/host"
)

// bridgedTapped is bridged with somebody looking, who sees the HTTP call that the
// plugin makes: its body and that of the answer are in RESP form.
func (c *Clusters) bridgedTapped(ctx context.Context, r *http.Request, req host.HTTPCallRequest, done func(host.HTTPCallResponse)) {
	var got host.HTTPCallResponse
	res, err := c.o.Tap.HTTP(bridgeName, r.WithContext(ctx), carrier(func(r *http.Request) (*http.Response, error) {
		if r.Body != nil {
			_, _ = io.Copy(io.Discard, r.Body) // whoever looks sees what is read; it is req.Body
		}
		c.bridged(ctx, req, func(answer host.HTTPCallResponse) { got = answer })
		if got.Err != nil {
			return nil, got.Err
		}
		text, _ := got.Headers.Get(":status")
		status, err := strconv.Atoi(text)
		return &http.Response{StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{},
			ContentLength: int64(len(got.Body)), Body: io.NopCloser(bytes.NewReader(got.Body)), Request: r}, err
	}))
	if err == nil {
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
	}
	done(got)
}

// carrier is a function that carries a request.
type carrier func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f carrier) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
