package limitby

import (
	"crypto/sha256"
	"errors"
	"net/netip"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/plugins/internal/clientip"
	"github.com/sluiceproxy/sluice/plugins/internal/limit"
	"github.com/sluiceproxy/sluice/plugins/internal/query"
	"github.com/sluiceproxy/sluice/sdk/log"
)

// Request is the request that limits are looked for.
type Request struct {
	// Path is its :path.
	Path string
	// Headers returns its headers. It is called when they are needed.
	Headers func() ([][2]string, error)

	headers [][2]string
}

// Prefix returns what a counter's key has before the value: of a field's name, the
// window, and what the field says.
type Prefix func(field string, l limit.Limit, key string) string

// MaxValues is how many values of one rule a request may have that are counted.
const MaxValues = 16

// ErrValues is returned for a request with more values to count than MaxValues.
var ErrValues = errors.New("too many values to count the request by")

// Limits returns the limits of a request, nil where the rule is not about it.
// Every value counts that an entry matches, once: a client that sends a header or
// a parameter twice does not choose which of them the limit is for.
// The limits are to be read only.
func (r *Rule) Limits(req *Request) (limits []limit.Limit, err error) {
	var few [4]string
	values, err := r.values(few[:0], req)
	if err != nil {
		return nil, err
	}
	counted := 0
	for i, value := range values {
		m := r.find(value)
		if m == nil || slices.Contains(values[:i], value) {
			continue
		}
		if counted++; counted > MaxValues {
			return nil, ErrValues
		}
		limits = m.add(limits, value)
	}
	return limits, nil
}

// add appends the entry's limits for a value that it matches.
func (m *matcher) add(limits []limit.Limit, value string) []limit.Limit {
	if m.exact != "" {
		if n := len(m.limits); limits == nil {
			return m.limits[:n:n]
		}
		return append(limits, m.limits...)
	}
	for _, l := range m.limits {
		l.Key += bounded(value)
		limits = append(limits, l)
	}
	return limits
}

// maxValue is how many bytes of what clients send become a part of a key.
const maxValue = 256

// bounded returns a value, or for a long one its hash.
func bounded(value string) string {
	if len(value) <= maxValue {
		return value
	}
	sum := sha256.Sum256([]byte(value))
	const digits = "0123456789abcdef"
	out := []byte("sha256:")
	for _, b := range sum {
		out = append(out, digits[b>>4], digits[b&15])
	}
	return string(out)
}

// find returns the first entry that matches a value.
func (r *Rule) find(value string) *matcher {
	var addr netip.Addr
	if r.kind == address {
		addr = netip.MustParseAddr(value) // Limits has it of clientip
	}
	for i := range r.keys {
		switch m := &r.keys[i]; {
		case r.kind == address && m.network.Contains(addr),
			r.kind != address && m.any,
			m.pattern != nil && m.pattern.MatchString(value),
			!r.each && m.exact == value:
			return m
		}
	}
	return nil
}

// values appends what the rule looks at.
func (r *Rule) values(values []string, req *Request) ([]string, error) {
	if r.kind == param {
		_, q := query.Split(req.Path)
		for name, value := range query.Pairs(q) {
			if name == r.key {
				values = append(values, value)
			}
		}
		return values, nil
	}
	if r.kind == address {
		return r.address(), nil
	}
	if req.headers == nil {
		headers, err := req.Headers()
		if err != nil {
			return nil, err
		}
		req.headers = headers
	}
	if r.kind == cookie {
		return cookies(req.headers, r.key), nil
	}
	for _, h := range req.headers {
		if strings.EqualFold(h[0], r.key) {
			values = append(values, h[1])
		}
	}
	if r.kind == consumer && len(values) > 1 {
		values = values[len(values)-1:] // plugins that add it leave a client's in front
	}
	return values, nil
}

// address returns the client's address. Where its header has none, it is that of
// the connection: leaving the header out does not lead around a limit.
func (r *Rule) address() []string {
	addr, err := r.from.Addr()
	if errors.Is(err, clientip.ErrHeader) {
		addr, err = clientip.Connection().Addr()
	}
	if err != nil {
		log.Warnf("no limit by address: %v", err)
		return nil
	}
	return []string{addr.String()}
}

// cookies returns the values of a cookie that are not empty.
func cookies(headers [][2]string, name string) (values []string) {
	for _, h := range headers {
		if !strings.EqualFold(h[0], "cookie") {
			continue
		}
		for rest := h[1]; rest != ""; {
			var pair string
			pair, rest, _ = strings.Cut(rest, ";")
			n, value, _ := strings.Cut(strings.Trim(pair, " \t"), "=")
			if n == name && value != "" {
				values = append(values, value)
			}
		}
	}
	return values
}
