package play

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/sluiceproxy/sluice/run/record"
)

// request is the client's request as a server hands it on.
func request(ctx context.Context, e record.Exchange) (*http.Request, error) {
	m := e.Request
	target := m.Get(":path")
	u, err := url.ParseRequestURI(target)
	if err != nil {
		return nil, fmt.Errorf("the path %q can't be sent: %w", target, err)
	}
	r := &http.Request{Method: m.Get(":method"), URL: u, RequestURI: target, Host: m.Get(":authority"), Header: record.Header(m.Headers),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Body: http.NoBody, RemoteAddr: e.Client}
	if e.Protocol == "HTTP/2" {
		r.Proto, r.ProtoMajor, r.ProtoMinor = "HTTP/2.0", 2, 0
	}
	if r.RemoteAddr == "" {
		r.RemoteAddr = "127.0.0.1:40000"
	}
	if len(m.Body) > 0 || len(m.Trailers) > 0 {
		r.ContentLength = int64(len(m.Body))
		r.Body = io.NopCloser(bytes.NewReader(m.Body))
		if r.Header.Get("Content-Length") == "" || len(m.Trailers) > 0 {
			r.ContentLength = -1
		}
	}
	if r.Header.Get("Content-Length") != "" { // of a body that was not kept whole
		r.Header.Set("Content-Length", strconv.Itoa(len(m.Body)))
	}
	if len(m.Trailers) > 0 {
		r.Trailer = record.Header(m.Trailers)
	}
	return r.WithContext(ctx), nil
}

// writer keeps what a client gets. It is used by one exchange.
type writer struct {
	header http.Header
	sent   http.Header
	status int
	body   bytes.Buffer
	broken bool
}

func newWriter() *writer { return &writer{header: http.Header{}} }

// Header implements http.ResponseWriter.
func (w *writer) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter.
func (w *writer) WriteHeader(status int) {
	if w.status == 0 {
		w.status, w.sent = status, w.header.Clone()
	}
}

// Write implements http.ResponseWriter.
func (w *writer) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

// FlushError implements what http.ResponseController looks for.
func (w *writer) FlushError() error { return nil }

// EnableFullDuplex implements what http.ResponseController looks for.
func (w *writer) EnableFullDuplex() error { return nil }

// message is all that was written.
func (w *writer) message() record.Message {
	m := record.ResponseOf(w.status, w.sent)
	m.Body = w.body.Bytes()
	m.Trailers = record.Trailers(w.header)
	return m
}
