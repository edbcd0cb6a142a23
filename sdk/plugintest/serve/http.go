package serve

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

// maxBody bounds what is read of a body.
const maxBody = 16 << 20

// ServeHTTP implements http.Handler.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	in := plugintest.Input{Headers: arriving(r), Protocol: r.Proto}
	if len(body) > 0 {
		in.Chunks = [][]byte{body}
	}
	if len(r.Trailer) > 0 {
		in.Trailers = fields(r.Trailer)
	}
	var ex *plugintest.Exchange
	p.locked(func() { ex = p.plugin.Send(in) })
	defer p.locked(func() { ex.End() })
	if err := p.exchange(r.Context(), ex); err != nil {
		panic(http.ErrAbortHandler) // the client must not take it for complete
	}
	answer(w, &ex.Client)
}

// exchange waits for the plugin and for the upstream.
func (p *proxy) exchange(ctx context.Context, ex *plugintest.Exchange) error {
	if err := p.until(ctx, ex, func() bool { return ex.Upstream.Ended || ex.Client.Ended }); err != nil || ex.Client.Ended {
		return err
	}
	res := p.send(ctx, p.s.Upstream, ex.Upstream.Headers, ex.Upstream.Body, ex.Upstream.Trailers)
	in := plugintest.Input{Headers: res.Headers, Trailers: res.Trailers}
	if len(res.Body) > 0 {
		in.Chunks = [][]byte{res.Body}
	}
	p.locked(func() {
		if !ex.Client.Ended && !ex.Reset && ex.Reply == nil {
			ex.RespondWith(in)
		}
	})
	return p.until(ctx, ex, func() bool { return ex.Client.Ended })
}

// until waits for the plugin, which ticks and callouts can move on.
func (p *proxy) until(ctx context.Context, ex *plugintest.Exchange, done func() bool) error {
	for {
		var ready, reset bool
		p.locked(func() { ready, reset = done(), ex.Reset })
		switch {
		case reset:
			return errBroken
		case ready:
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
}

// send sends a message; one that gets no answer is answered as gateways do.
func (p *proxy) send(ctx context.Context, address string, h plugintest.Headers, body []byte, trailers plugintest.Headers) plugintest.HTTPAnswer {
	r, err := request(ctx, address, h, body, trailers)
	var res *http.Response
	if err == nil {
		res, err = http.DefaultTransport.RoundTrip(r)
	}
	var content []byte
	if err == nil {
		defer res.Body.Close()
		content, err = io.ReadAll(io.LimitReader(res.Body, maxBody))
	}
	if err != nil {
		text := "upstream connect error or disconnect/reset before headers. reset reason: " + err.Error()
		return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "503"}, {"content-length", strconv.Itoa(len(text))}, {"content-type", "text/plain"}}, Body: []byte(text)}
	}
	a := plugintest.HTTPAnswer{Headers: append([][2]string{{":status", strconv.Itoa(res.StatusCode)}}, fields(res.Header)...), Body: content}
	if len(res.Trailer) > 0 {
		a.Trailers = fields(res.Trailer)
	}
	return a
}

func request(ctx context.Context, address string, h plugintest.Headers, body []byte, trailers plugintest.Headers) (*http.Request, error) {
	target, err := url.ParseRequestURI(h.Get(":path"))
	if err != nil {
		return nil, err
	}
	target.Scheme, target.Host = "http", address
	r, err := http.NewRequestWithContext(ctx, h.Get(":method"), target.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Host, r.Header = h.Get(":authority"), header(h)
	if r.Header.Get("User-Agent") == "" {
		r.Header.Set("User-Agent", "") // else net/http adds its own
	}
	if len(trailers) > 0 {
		r.Trailer, r.ContentLength = header(trailers), -1
	}
	return r, nil
}

// call answers a plugin's HTTP call.
func (p *proxy) call(c plugintest.HTTPCall) plugintest.HTTPAnswer {
	limit := c.Timeout
	if limit <= 0 {
		limit = time.Minute
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	a := p.send(ctx, p.s.Clusters[c.Cluster], c.Headers, c.Body, c.Trailers)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		a.Headers[0][1] = "504"
	}
	return a
}

// arriving are a request's headers as a gateway shows them to plugins.
func arriving(r *http.Request) [][2]string {
	h := [][2]string{{":authority", r.Host}, {":path", r.RequestURI}, {":method", r.Method}, {":scheme", "https"}}
	peer, _, _ := strings.Cut(r.RemoteAddr, ":")
	return append(append(h, fields(r.Header)...), [2]string{"x-forwarded-for", peer}, [2]string{"x-forwarded-proto", "https"},
		[2]string{"x-request-id", strconv.FormatInt(time.Now().UnixNano(), 36)})
}

// hop are headers of a connection, which go no further.
var hop = [...]string{"connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "te", "expect", "x-request-id", "x-forwarded-proto"}

func fields(h http.Header) (list [][2]string) {
	for name, values := range h {
		if name = strings.ToLower(name); slices.Contains(hop[:], name) {
			continue
		}
		for _, v := range values {
			list = append(list, [2]string{name, v})
		}
	}
	slices.SortStableFunc(list, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return list
}

func header(list plugintest.Headers) http.Header {
	h := http.Header{}
	for _, f := range list {
		if !strings.HasPrefix(f[0], ":") && f[0] != "content-length" {
			h.Add(f[0], f[1])
		}
	}
	return h
}

// answer writes what the client gets.
func answer(w http.ResponseWriter, m *plugintest.Message) {
	for name, values := range header(m.Headers) {
		w.Header()[name] = values
	}
	status, err := strconv.Atoi(m.Headers.Get(":status"))
	if err != nil || status < 100 || status > 999 {
		status = http.StatusBadGateway
	}
	w.WriteHeader(status)
	_, _ = w.Write(m.Body) // a client that is gone needs no answer
	for _, f := range m.Trailers {
		w.Header().Add(http.TrailerPrefix+f[0], f[1])
	}
}
