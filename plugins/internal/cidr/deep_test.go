package cidr

import (
	"math/rand/v2"
	"net/netip"
	"testing"
)

// Networks that part in the last 70 bits of IPv6, against a search in a list.
func TestDeepNetworks(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	address := func() netip.Addr {
		b := [16]byte{0x20, 1, 0xd, 0xb8}
		for i := 7; i < 16; i++ {
			b[i] = [...]byte{0, 1, 0x80, 0xff}[r.IntN(4)]
		}
		return netip.AddrFrom16(b)
	}
	for range 200 {
		var table Table[netip.Prefix]
		var all []netip.Prefix
		for range 20 {
			p := netip.PrefixFrom(address(), 56+r.IntN(73)).Masked()
			table.Add(p, p)
			all = append(all, p)
		}
		for i := range 200 {
			a := address()
			if i < len(all) {
				a = all[i].Addr()
			}
			narrowest := netip.Prefix{}
			for _, p := range all {
				if p.Contains(a) && (!narrowest.IsValid() || p.Bits() > narrowest.Bits()) {
					narrowest = p
				}
			}
			if got, found := table.Find(a); got != narrowest || found != narrowest.IsValid() {
				t.Fatalf("%v in %v: %v, want %v", a, all, got, narrowest)
			}
		}
	}
}
