package match

import (
	"strings"

	"github.com/sluiceproxy/sluice/sdk/internal/ascii"
)

// Cluster splits the name of a cluster, "outbound|port|subset|fqdn". ok is
// false where it has another form.
func Cluster(name string) (port, fqdn string, ok bool) {
	_, rest, ok := ascii.Cut(name, '|')
	if !ok {
		return "", "", false
	}
	port, rest, ok = ascii.Cut(rest, '|')
	if !ok {
		return "", "", false
	}
	_, fqdn, ok = ascii.Cut(rest, '|')
	return port, fqdn, ok && strings.IndexByte(fqdn, '|') < 0
}

// serviceKey is a service at one port, or at any.
type serviceKey struct {
	fqdn, port string
	any        bool
}

// services finds the first rule for a service.
type services map[serviceKey]int32

// add notes that rule i matches the service called name: its fqdn, or
// fqdn:port.
func (s services) add(name string, i int32) {
	s.put(serviceKey{fqdn: name, any: true}, i)
	if colon := strings.LastIndexByte(name, ':'); colon >= 0 {
		s.put(serviceKey{fqdn: name[:colon], port: name[colon+1:]}, i)
	}
}

func (s services) put(k serviceKey, i int32) {
	if old, ok := s[k]; !ok || i < old {
		s[k] = i
	}
}

func (s services) find(fqdn, port string) int32 {
	best := none
	if i, ok := s[serviceKey{fqdn: fqdn, any: true}]; ok {
		best = i
	}
	if i, ok := s[serviceKey{fqdn: fqdn, port: port}]; ok && i < best {
		best = i
	}
	return best
}
