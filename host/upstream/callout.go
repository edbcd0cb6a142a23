package upstream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/host"
)

// The bodies of the answers that stand in for a server that gave none; Envoy's
// router answers so, and plugins know the texts.
const (
	timeoutBody = "upstream request timeout"
	connectBody = "upstream connect error or disconnect/reset before headers. reset reason: "
)

// HTTPCall implements host.Caller. As on Envoy, a server that can't be reached
// answers 503 and one that is too slow 504, with a text; an answer that breaks
// off or is too large gives an error. Where the cluster "sluice-redis" is not
// configured, it is the way to Redis for plugins that were built for stock Envoy.
func (c *Clusters) HTTPCall(ctx context.Context, cluster string, req host.HTTPCallRequest, done func(host.HTTPCallResponse)) error {
	k := c.find(cluster)
	bridge := k == nil && cluster == bridgeName
	if k == nil && !bridge {
		return fmt.Errorf("%w %q", host.ErrUnknownCluster, cluster)
	}
	r, err := newRequest(req)
	if errors.Is(err, host.ErrBadRequest) {
		return err
	}
	if err != nil { // Envoy finds that out when it sends
		go done(answer("503", err.Error()))
		return nil
	}
	timeout := req.Timeout
	if timeout <= 0 {
		timeout = c.o.CallTimeout
	}
	go func() {
		ctx, cancel := context.WithTimeout(context.WithValue(ctx, calloutKey{}, true), timeout)
		defer cancel()
		switch {
		case bridge && c.o.Tap != nil:
			c.bridgedTapped(ctx, r, req, done)
			return
		case bridge:
			c.bridged(ctx, req, done)
			return
		}
		done(c.exchange(k, r.WithContext(ctx)))
	}()
	return nil
}

// exchange sends the request and reads the whole answer.
func (c *Clusters) exchange(k *cluster, r *http.Request) host.HTTPCallResponse {
	var rt http.RoundTripper = k
	if c.o.Tap != nil {
		rt = tapped{c.o.Tap, k}
	}
	limit := c.o.MaxResponseBytes
	resp, err := rt.RoundTrip(r)
	if err != nil {
		return standIn(r.Context(), err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return host.HTTPCallResponse{Err: fmt.Errorf("cluster %q: the answer broke off: %w", k.name, err)}
	}
	if int64(len(body)) > limit {
		return host.HTTPCallResponse{Err: fmt.Errorf("cluster %q: the answer is longer than %d bytes", k.name, limit)}
	}
	headers := fields(host.MapCallResponseHeaders, resp.Header, [2]string{":status", strconv.Itoa(resp.StatusCode)})
	a := host.HTTPCallResponse{Headers: headers, Body: body}
	if len(resp.Trailer) > 0 {
		a.Trailers = fields(host.MapCallResponseTrailers, resp.Trailer)
	}
	return a
}

// standIn is the answer in place of a server that gave none.
func standIn(ctx context.Context, err error) host.HTTPCallResponse {
	if errors.Is(ctx.Err(), context.Canceled) {
		return host.HTTPCallResponse{Err: context.Cause(ctx)}
	}
	reason := "connection termination"
	if op := new(net.OpError); errors.As(err, &op) && op.Op == "dial" {
		reason = "remote connection failure"
	}
	// One line, as Envoy's: plugins put it into headers.
	status, body := "503", connectBody+reason+", transport failure reason: "+strings.ReplaceAll(err.Error(), "\n", ": ")
	if late(ctx) {
		status, body = "504", timeoutBody
	}
	return answer(status, body)
}

// late reports whether the time of a call is over. The clock counts, too: a socket
// with the same deadline may end the exchange before the context's timer has run.
func late(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return errors.Is(ctx.Err(), context.DeadlineExceeded) || ok && !time.Now().Before(deadline)
}

func answer(status, body string) host.HTTPCallResponse {
	return host.HTTPCallResponse{
		Headers: host.HeaderMapOf(host.MapCallResponseHeaders, [2]string{":status", status},
			[2]string{"content-length", strconv.Itoa(len(body))}, [2]string{"content-type", "text/plain"}),
		Body: []byte(body),
	}
}

// fields makes a header map of first and h, sorted by name: net/http doesn't
// keep the order of the wire.
func fields(t host.MapType, h http.Header, first ...[2]string) *host.HeaderMap {
	m := host.NewHeaderMap(t, len(h)+len(first))
	for _, f := range first {
		m.Add(f[0], f[1])
	}
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		for _, v := range h[name] {
			m.Add(name, v)
		}
	}
	return m
}

// invalid is for what HTTP can't carry, in Envoy's words.
func invalid(what, name string) error { return errors.New("invalid header " + what + " for: " + name) }

// newRequest turns the guest's headers into a request. Lengths and encodings of
// the transfer are decided by the body, not by headers.
func newRequest(req host.HTTPCallRequest) (*http.Request, error) {
	h := host.HeaderMapOf(host.MapRequestHeaders, req.Headers...)
	var pseudo [3]string
	for i, name := range []string{":method", ":path", ":authority"} {
		v, ok := h.Get(name)
		if !ok {
			return nil, fmt.Errorf("%w: header %s is missing", host.ErrBadRequest, name)
		}
		pseudo[i] = v
	}
	u, err := requestURL(pseudo[1])
	if err != nil {
		return nil, err
	}
	if !validToken(pseudo[0]) {
		return nil, invalid("value", ":method")
	}
	if !validValue(pseudo[2]) || strings.ContainsAny(pseudo[2], " /\\@") {
		return nil, invalid("value", ":authority")
	}
	header, err := requestHeader(h)
	if err != nil {
		return nil, err
	}
	r := &http.Request{
		Method: pseudo[0], URL: u, Host: pseudo[2], Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body: http.NoBody, ContentLength: int64(len(req.Body)),
	}
	if len(req.Body) > 0 || len(req.Trailers) > 0 {
		body := req.Body
		r.Body = io.NopCloser(bytes.NewReader(body))
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	}
	if len(req.Trailers) > 0 {
		if r.Trailer, err = requestHeader(host.HeaderMapOf(host.MapRequestTrailers, req.Trailers...)); err != nil {
			return nil, err
		}
		r.ContentLength = -1 // trailers need chunks
	}
	return r, nil
}

// skipped are fields that net/http writes itself or that concern a connection.
var skipped = map[string]bool{
	"content-length": true, "transfer-encoding": true, "connection": true, "keep-alive": true,
	"proxy-connection": true, "upgrade": true, "trailer": true,
}

func requestHeader(h *host.HeaderMap) (http.Header, error) {
	header := make(http.Header, h.Len()+1)
	for _, f := range h.Pairs() {
		name, value := f[0], f[1]
		if strings.HasPrefix(name, ":") || skipped[name] {
			continue
		}
		if !validToken(name) {
			return nil, errors.New("invalid header name: " + name)
		}
		if !validValue(value) {
			return nil, invalid("value", name)
		}
		header.Add(name, value)
	}
	if _, ok := header["User-Agent"]; !ok {
		header["User-Agent"] = []string{""} // don't add one
	}
	return header, nil
}

// requestURL keeps the path as the guest wrote it, with its escapes.
func requestURL(path string) (*url.URL, error) {
	if path == "" || path[0] != '/' && path != "*" || strings.IndexFunc(path, func(r rune) bool { return r <= ' ' || r == 0x7f }) >= 0 {
		return nil, invalid("value", ":path")
	}
	u, err := url.ParseRequestURI(path)
	if err == nil && u.RequestURI() == path {
		return u, nil
	}
	if strings.HasPrefix(path, "//") {
		return nil, invalid("value", ":path")
	}
	return &url.URL{Opaque: path}, nil
}

func validToken(s string) bool {
	if s == "" {
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return true
}

func validValue(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
