package play

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/run/record"
)

// bridge is the cluster through which plugins that were built for stock Envoy reach
// Redis. It answers from the same commands as Redis itself.
type bridge struct{ p *Player }

// RoundTrip implements http.RoundTripper.
func (b bridge) RoundTrip(r *http.Request) (*http.Response, error) {
	m, err := read(r)
	if err != nil {
		return nil, err
	}
	s := b.p.script()
	names, commands, err := record.SplitCommands(m.Body)
	if err != nil || s == nil {
		return nil, errors.Join(errUnknown, err)
	}
	var body bytes.Buffer
	for i, query := range commands {
		if record.IsConnecting(names[i]) {
			body.WriteString("+OK\r\n")
			continue
		}
		answer := s.redis(r.Header.Get(record.BridgeHeader), query)
		switch {
		case answer.Err == nil:
			body.Write(answer.Body)
		case strings.HasPrefix(answer.Err.Error(), record.Bridge+" "): // the bridge's own words
			return bridgeAnswer(r, http.StatusServiceUnavailable, answer.Err.Error()), nil
		default:
			return nil, answer.Err
		}
	}
	return bridgeAnswer(r, http.StatusOK, body.String()), nil
}

func bridgeAnswer(r *http.Request, status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r, Header: http.Header{},
		ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body))}
}

// redis answers a command from the recording.
func (s *script) redis(cluster string, query []byte) host.RedisResponse {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.find(func(c *record.Call) bool { return c.Cluster == cluster && bytes.Equal(c.Query, query) },
		func(c *record.Call) bool { return c.Cluster == cluster && c.Query != nil })
	seen, answer := record.Call{Cluster: cluster, Query: query}, host.RedisResponse{Err: errUnknown}
	switch {
	case c == nil:
		s.seen.Unknown = append(s.seen.Unknown, "the answer of "+cluster+" to "+quote(query))
	case c.Error != "":
		seen.Error, answer.Err = c.Error, errors.New(c.Error)
	default:
		seen.Reply, answer = c.Reply, host.RedisResponse{Body: c.Reply}
	}
	s.seen.Callouts = append(s.seen.Callouts, seen)
	return answer
}
