package record

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Bridge is the cluster through which plugins that were built for stock Envoy reach
// Redis, and BridgeHeader the header that names Redis' own: the bodies of calls to it
// are commands, and answers, in RESP form.
const (
	Bridge       = "sluice-redis"
	BridgeHeader = "x-sluice-redis-cluster"
)

// bridged carries a call through the bridge, and keeps each command in it as if the
// plugin had sent it by the host's own functions.
func (r *Recorder) bridged(x *capture, req *http.Request, next http.RoundTripper) (*http.Response, error) {
	inner := *req
	var query []byte
	if req.Body != nil {
		var err error
		if query, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
		inner.Body = io.NopCloser(bytes.NewReader(query))
	}
	res, err := next.RoundTrip(&inner)
	reply, failure := []byte(nil), ""
	if err == nil {
		reply, err = io.ReadAll(res.Body)
		_ = res.Body.Close()
		res.Body = io.NopCloser(bytes.NewReader(reply))
	}
	switch {
	case err != nil:
		failure = err.Error()
	case res.StatusCode != http.StatusOK:
		failure = string(reply)
	}
	calls := commandsOf(req.Header.Get(BridgeHeader), query, reply, failure)
	if x != nil {
		x.keepRedis(calls, false)
		return res, err
	}
	// The plugin itself has called, for requests that wait: it doesn't say which.
	r.mu.Lock()
	defer r.mu.Unlock()
	for x := range r.open {
		x.keepRedis(calls, len(r.open) > 1)
	}
	return res, err
}

func (x *capture) keepRedis(calls []Call, shared bool) {
	x.set(func() {
		for _, c := range calls {
			c.Shared = shared
			x.calls = append(x.calls, &call{Call: c, callout: true})
		}
	})
}

// commandsOf are the commands of a call through the bridge with their answers; those
// that only make the connection are left out.
func commandsOf(cluster string, query, reply []byte, failure string) (calls []Call) {
	for len(query) > 0 {
		parts, rest, ok := redisCommand(query)
		if !ok {
			return calls
		}
		c := Call{Cluster: cluster, Query: bytes.Clone(query[:len(query)-len(rest)]), Error: failure}
		query = rest
		if failure == "" {
			after, ok := skipReply(reply, 0)
			if !ok {
				failure, c.Error = brokenOff, brokenOff
			} else {
				c.Reply, reply = bytes.Clone(reply[:len(reply)-len(after)]), after
			}
		}
		if !IsConnecting(parts[0]) {
			calls = append(calls, c)
		}
	}
	return calls
}

const brokenOff = "the answer broke off"

// IsConnecting reports whether a Redis command only makes or ends a connection.
func IsConnecting(command string) bool {
	switch strings.ToUpper(command) {
	case "AUTH", "HELLO", "SELECT", "QUIT":
		return true
	}
	return false
}

// SplitCommands are the Redis commands in a body, each in RESP form, with their names.
func SplitCommands(body []byte) (names []string, commands [][]byte, err error) {
	for len(body) > 0 {
		parts, rest, ok := redisCommand(body)
		if !ok {
			return nil, nil, fmt.Errorf("%.40q is no Redis command", body)
		}
		names, commands, body = append(names, parts[0]), append(commands, body[:len(body)-len(rest)]), rest
	}
	return names, commands, nil
}
