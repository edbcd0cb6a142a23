package main

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/plugins/internal/loose"
	"github.com/sluiceproxy/sluice/plugins/internal/query"
)

// matches reports whether a request fulfils the group's conditions.
func (g *ConditionGroup) matches(r request) bool {
	or := g.Logic == "or"
	for i := range g.Conditions {
		if g.Conditions[i].holds(r) == or {
			return or
		}
	}
	return !or && len(g.Conditions) > 0
}

func (c *Condition) holds(r request) bool {
	value, there := r.value(c.ConditionType, c.Key.Key)
	if !there {
		return false
	}
	switch c.Operator {
	case "prefix":
		return strings.HasPrefix(value, string(c.Value[0]))
	case "regex":
		return c.regex.MatchString(value)
	case "percentage":
		return percentile(value) < c.percent
	}
	return slices.Contains(c.Value, loose.Text(value)) == (c.Operator == "equal" || c.Operator == "in")
}

// percentile is a number from 0 to 99 that belongs to a value, in every worker and
// version: the first eight bytes of its SHA-256, modulo 100.
func percentile(value string) int {
	sum := sha256.Sum256([]byte(value))
	return int(binary.BigEndian.Uint64(sum[:8]) % total)
}

// request are a request's headers.
type request [][2]string

// value returns a part of the request, and whether it is there. Of several the
// first counts.
func (r request) value(kind, key string) (string, bool) {
	switch kind {
	case "header":
		return r.find(key)
	case "cookie":
		return r.cookie(key)
	}
	path, _ := r.find(":path")
	_, text := query.Split(path)
	for name, value := range query.Pairs(text) {
		if name == key {
			return value, true
		}
	}
	return "", false
}

func (r request) header(name string) string {
	value, _ := r.find(name)
	return value
}

func (r request) find(name string) (string, bool) {
	for _, h := range r {
		if len(h[0]) == len(name) && strings.EqualFold(h[0], name) {
			return h[1], true
		}
	}
	return "", false
}

func (r request) cookie(key string) (string, bool) {
	for _, h := range r {
		if !strings.EqualFold(h[0], "cookie") {
			continue
		}
		for pair := range strings.SplitSeq(h[1], ";") {
			if name, value, ok := strings.Cut(strings.TrimSpace(pair), "="); ok && name == key {
				return value, true
			}
		}
	}
	return "", false
}
