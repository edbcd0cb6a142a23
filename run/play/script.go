package play

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/upstream"
	"github.com/sluiceproxy/sluice/run/record"
)

// script is an exchange that runs: what is answered, and what was seen.
type script struct {
	e record.Exchange

	mu   sync.Mutex // guards what follows
	seen Outcome
	used map[int]bool // callouts of the recording that were answered
}

func (s *script) log(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen.Logs = append(s.seen.Logs, text)
}

func (s *script) outcome(w *writer, took time.Duration) Outcome {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.seen
	o.Response, o.Broken, o.Took = w.message(), w.broken, took
	return o
}

// errUnknown is what a plugin sees of a call that the recording has no answer to.
var errUnknown = errors.New("the recording has no answer to this")

// transport is a cluster.
type transport struct {
	p    *Player
	name string
}

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	s := t.p.script()
	if s == nil {
		return nil, errUnknown
	}
	m, err := read(r)
	if err != nil {
		return nil, err
	}
	if upstream.IsCallout(r.Context()) {
		return s.callout(t.name, m, r)
	}
	s.mu.Lock()
	s.seen.Upstream = &m
	up := s.e.Upstream
	if up == nil || up.Response.IsZero() && up.Error == "" {
		s.seen.Unknown = append(s.seen.Unknown, "the upstream's answer to "+m.Get(":method")+" "+m.Get(":path"))
	}
	s.mu.Unlock()
	if up == nil {
		return nil, errUnknown
	}
	return response(r, up)
}

func read(r *http.Request) (record.Message, error) {
	m := record.RequestOf(r)
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		_ = r.Body.Close()
		if err != nil {
			return m, err
		}
		m.Body = body
	}
	m.Trailers = record.Fields(r.Trailer)
	return m, nil
}

// response makes an answer of a recorded one.
func response(r *http.Request, c *record.Call) (*http.Response, error) {
	if c.Response.IsZero() {
		if c.Error != "" {
			return nil, failure(c.Error)
		}
		return nil, errUnknown
	}
	m := c.Response
	res := &http.Response{StatusCode: m.Status(), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: record.Header(m.Headers), Trailer: record.Header(m.Trailers), ContentLength: -1, Body: http.NoBody}
	if len(m.Body) > 0 || len(m.Trailers) > 0 {
		res.Body = io.NopCloser(bytes.NewReader(m.Body))
	}
	if res.Header.Get("Content-Length") != "" && r.Method != http.MethodHead {
		res.ContentLength = int64(len(m.Body)) // what was cut off or masked has another length
		res.Header.Set("Content-Length", fmt.Sprint(len(m.Body)))
	}
	return res, nil
}

// failure is a recorded error; the gateway's answer depends on whether there was
// a connection.
func failure(text string) error {
	if strings.Contains(text, "dial ") || strings.Contains(text, "connect: ") {
		return &net.OpError{Op: "dial", Net: "tcp", Err: errors.New(text)}
	}
	return errors.New(text)
}

// callout answers a plugin's HTTP call: by the first recorded one to the cluster
// with the same method, path and body that was not used yet, else with the same
// method and path, else by the first to it.
func (s *script) callout(cluster string, m record.Message, r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	there := func(c *record.Call) bool { return c.Cluster == cluster && c.Query == nil }
	same := func(c *record.Call) bool {
		return there(c) && c.Request.Get(":method") == m.Get(":method") && c.Request.Get(":path") == m.Get(":path")
	}
	c := s.find(func(c *record.Call) bool { return same(c) && bytes.Equal(c.Request.Body, m.Body) }, same, there)
	seen := record.Call{Cluster: cluster, Request: m}
	if c != nil {
		seen.Response, seen.Error = c.Response, c.Error
	} else {
		s.seen.Unknown = append(s.seen.Unknown, fmt.Sprintf("the answer of %s to %s %s", cluster, m.Get(":method"), m.Get(":path")))
	}
	s.seen.Callouts = append(s.seen.Callouts, seen)
	s.mu.Unlock()
	if c == nil {
		return nil, errUnknown
	}
	return response(r, c)
}

// find is the first callout that was not used and fits one of the rules, the
// first rule first. s.mu must be held.
func (s *script) find(rules ...func(*record.Call) bool) *record.Call {
	if s.used == nil {
		s.used = map[int]bool{}
	}
	for _, fits := range rules {
		for i := range s.e.Callouts {
			if c := &s.e.Callouts[i]; !s.used[i] && fits(c) {
				s.used[i] = true
				return c
			}
		}
	}
	return nil
}

// redis is a cluster that speaks RESP.
type redis struct {
	p    *Player
	name string
}

// Do implements host.RedisConn.
func (d redis) Do(_ context.Context, query []byte, done func(host.RedisResponse)) error {
	s := d.p.script()
	if s == nil {
		return errUnknown
	}
	answer := s.redis(d.name, query)
	go done(answer)
	return nil
}

func quote(query []byte) string { return fmt.Sprintf("%q", query) }
