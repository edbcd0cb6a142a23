// Package cidr finds the narrowest of many networks that an address is in.
//
// IPv4 that is mapped into IPv6 (::ffff:192.0.2.1) is IPv4, in networks and in
// addresses, so that nobody passes by writing an address in another way. Zones
// (fe80::1%eth0) are names of this machine's interfaces, and are left out.
package cidr

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/plugins/internal/fault"
)

// ErrNetwork is in the error about a text that is no network.
var ErrNetwork = errors.New("not an address or network, such as 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32")

// Parse reads a network, or an address, which is a network of one. Bits behind the
// length of the prefix don't count: 10.1.2.3/8 is 10.0.0.0/8.
func Parse(text string) (netip.Prefix, error) {
	address, length, isPrefix := strings.Cut(strings.TrimSpace(text), "/")
	addr, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{}, fault.In(strconv.Quote(text), ErrNetwork)
	}
	mapped := addr.Is4In6()
	addr = addr.Unmap().WithZone("")
	bits := addr.BitLen()
	if isPrefix {
		whole, err := netip.ParsePrefix("::/" + length) // its rules for the length
		bits = whole.Bits()
		if mapped {
			bits -= 96
		}
		if err != nil || bits < 0 || bits > addr.BitLen() {
			return netip.Prefix{}, fault.In(strconv.Quote(text), ErrNetwork)
		}
	}
	return netip.PrefixFrom(addr, bits).Masked(), nil
}

// Table is a set of networks, each with a value. It holds at most two nodes for
// each network. Its zero value is empty.
type Table[V any] struct {
	nodes []node[V]
	roots [2]int32 // of IPv4 and IPv6: index + 1
}

// node stands for a prefix that is in the table, or at which two others part.
type node[V any] struct {
	prefix   key
	children [2]int32 // index + 1
	set      bool
	value    V
}

// family is the root of an address.
func family(a netip.Addr) int {
	if a.Is4() {
		return 0
	}
	return 1
}

// Add enters a network, as Parse returns it. A network that is there already has
// its value replaced, and replaced is true.
func (t *Table[V]) Add(p netip.Prefix, value V) (replaced bool) {
	p = p.Masked()
	k := keyOf(p.Addr(), p.Bits())
	at := &t.roots[family(p.Addr())]
	for *at != 0 {
		n := &t.nodes[*at-1]
		common := n.prefix.common(k)
		switch {
		case common < n.prefix.bits:
			t.split(at, k, common, value)
			return false
		case common == k.bits:
			replaced, n.set, n.value = n.set, true, value
			return replaced
		}
		at = &n.children[k.bit(common)]
	}
	t.leaf(k, value, at)
	return false
}

// leaf appends a node and writes its place to at, which may be in t.nodes.
func (t *Table[V]) leaf(k key, value V, at *int32) {
	*at = int32(len(t.nodes)) + 1 //nolint:gosec // a configuration has at most 262,144 values
	t.nodes = append(t.nodes, node[V]{prefix: k, set: true, value: value})
}

// split puts a node before the one at at, where k and that one part.
func (t *Table[V]) split(at *int32, k key, common int, value V) {
	old := *at
	above := node[V]{prefix: k.cut(common)}
	above.children[t.nodes[old-1].prefix.bit(common)] = old
	if common == k.bits {
		above.set, above.value = true, value
	}
	*at = int32(len(t.nodes)) + 1 //nolint:gosec // as in leaf
	t.nodes = append(t.nodes, above)
	if common < k.bits {
		i := len(t.nodes) - 1
		t.leaf(k, value, &t.nodes[i].children[k.bit(common)])
	}
}

// Find returns the value of the narrowest network that the address is in. An
// address that is not valid is in none.
func (t *Table[V]) Find(a netip.Addr) (value V, found bool) {
	if !a.IsValid() {
		return value, false
	}
	a = a.Unmap().WithZone("")
	k := keyOf(a, a.BitLen())
	for at := t.roots[family(a)]; at != 0; {
		n := &t.nodes[at-1]
		if n.prefix.common(k) < n.prefix.bits {
			break
		}
		if n.set {
			value, found = n.value, true
		}
		if n.prefix.bits == k.bits {
			break
		}
		at = n.children[k.bit(n.prefix.bits)]
	}
	return value, found
}

// Contains reports whether the address is in one of the networks.
func (t *Table[V]) Contains(a netip.Addr) bool {
	_, found := t.Find(a)
	return found
}

// Nodes is how many nodes there are, for those who bound memory.
func (t *Table[V]) Nodes() int { return len(t.nodes) }
