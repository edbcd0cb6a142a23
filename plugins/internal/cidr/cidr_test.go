package cidr

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"10.0.0.1": "10.0.0.1/32", "10.1.2.3/8": "10.0.0.0/8", " 10.0.0.0/8 ": "10.0.0.0/8", "0.0.0.0/0": "0.0.0.0/0",
		"::1": "::1/128", "2001:db8::1/32": "2001:db8::/32", "::/0": "::/0", "fe80::1%eth0": "fe80::1/128", "fe80::1%eth0/10": "fe80::/10",
		"::ffff:10.0.0.1": "10.0.0.1/32", "::ffff:10.1.2.3/104": "10.0.0.0/8", "::ffff:0:0/96": "0.0.0.0/0",
		"": "", "/8": "", "10.0.0.0/": "", "10.0.0.0/33": "", "10.0.0.0/-1": "", "10.0.0.0/08": "", "10.0.0.0/8/8": "", "10.0.0": "", "::/129": "",
		"::ffff:10.0.0.1/95": "", "::ffff:10.0.0.1/0": "", "10.0.0.1:80": "", "localhost": "", "010.0.0.1": "", "10.0.0.0/255.0.0.0": "",
	} {
		p, err := Parse(text)
		if want == "" {
			if !errors.Is(err, ErrNetwork) {
				t.Errorf("%q: %v, %v", text, p, err)
			}
		} else if err != nil || p.String() != want {
			t.Errorf("%q: %v, %v; want %s", text, p, err, want)
		}
	}
}

func TestNarrowestWins(t *testing.T) {
	var table Table[string]
	for _, text := range []string{"10.1.0.0/16", "10.0.0.0/8", "10.1.2.3", "0.0.0.0/0", "2001:db8::/32", "2001:db8::1"} {
		p, _ := Parse(text)
		if table.Add(p, text) {
			t.Errorf("%s was there", text)
		}
	}
	for addr, want := range map[string]string{
		"10.1.2.3": "10.1.2.3", "::ffff:10.1.2.3": "10.1.2.3", "10.1.2.4": "10.1.0.0/16", "10.2.0.0": "10.0.0.0/8", "11.0.0.0": "0.0.0.0/0",
		"2001:db8::1%eth0": "2001:db8::1", "2001:db8::2": "2001:db8::/32", "2001:db9::": "", "::1": "", "::": "", "::a01:203": "",
	} {
		if got, found := table.Find(netip.MustParseAddr(addr)); got != want || found != (want != "") {
			t.Errorf("%s: %q, want %q", addr, got, want)
		}
	}
	if table.Contains(netip.Addr{}) {
		t.Error("no address is in a network")
	}
	p, _ := Parse("10.1.2.3/16")
	if !table.Add(p, "again") {
		t.Error("10.1.0.0/16 is there already")
	}
	if got, _ := table.Find(netip.MustParseAddr("10.1.2.4")); got != "again" {
		t.Error(got)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var table Table[struct{}]
	for range 10000 {
		table.Add(randomPrefix(r), struct{}{})
	}
	if table.Nodes() >= 20000 {
		t.Errorf("%d nodes for 10,000 networks", table.Nodes())
	}
}

func randomPrefix(r *rand.Rand) netip.Prefix {
	a := randomAddr(r)
	return netip.PrefixFrom(a, r.IntN(a.BitLen()+1)).Masked()
}

// randomAddr has few values in each byte, so that addresses are often near.
func randomAddr(r *rand.Rand) netip.Addr {
	var b [16]byte
	for i := range b {
		b[i] = byte(r.IntN(2) * r.IntN(256) & 0xc1)
	}
	if r.IntN(2) == 0 {
		return netip.AddrFrom4([4]byte(b[:4]))
	}
	return netip.AddrFrom16(b).Unmap()
}

// narrowest is Find as net/netip would have it.
func narrowest(all map[netip.Prefix]int, a netip.Addr) (value int, found bool) {
	best := -1
	for p, v := range all {
		if p.Contains(a) && p.Bits() > best {
			best, value, found = p.Bits(), v, true
		}
	}
	return value, found
}

func check(t *testing.T, r *rand.Rand, networks, addresses int) {
	t.Helper()
	var table Table[int]
	all := map[netip.Prefix]int{}
	for i := range networks {
		p := randomPrefix(r)
		_, there := all[p]
		if table.Add(p, i) != there {
			t.Fatalf("%v: replaced %v", p, !there)
		}
		all[p] = i
	}
	for range addresses {
		a := randomAddr(r)
		want, wantFound := narrowest(all, a)
		if got, found := table.Find(a); got != want || found != wantFound {
			t.Fatalf("%v: %d %v, want %d %v, of %v", a, got, found, want, wantFound, all)
		}
	}
	if table.Nodes() > 2*len(all) {
		t.Fatalf("%d nodes for %d networks", table.Nodes(), len(all))
	}
}

func TestAgainstNetip(t *testing.T) {
	for seed := range uint64(300) {
		check(t, rand.New(rand.NewPCG(seed, 7)), 1+int(seed%50), 100)
	}
}

func FuzzAgainstNetip(f *testing.F) {
	f.Add([]byte("12345678"), uint8(10))
	f.Add([]byte{}, uint8(0))
	f.Fuzz(func(t *testing.T, seed []byte, networks uint8) {
		var b [16]byte
		copy(b[:], seed)
		check(t, rand.New(rand.NewPCG(binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:]))), int(networks), 20)
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"10.0.0.0/8", "::ffff:1.2.3.4/100", "fe80::1%x/64", "/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse(text)
		if err != nil {
			return
		}
		var table Table[bool]
		table.Add(p, true)
		if !p.IsValid() || p != p.Masked() || !table.Contains(p.Addr()) {
			t.Fatalf("%q: %v", text, p)
		}
	})
}

func BenchmarkFind(b *testing.B) {
	for _, n := range []int{1, 1000, 100000} {
		r := rand.New(rand.NewPCG(1, 1))
		var table Table[struct{}]
		for range n {
			var v [4]byte
			binary.BigEndian.PutUint32(v[:], r.Uint32())
			table.Add(netip.PrefixFrom(netip.AddrFrom4(v), 8+r.IntN(25)).Masked(), struct{}{})
		}
		a := netip.MustParseAddr("203.0.113.77")
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				table.Contains(a)
			}
		})
	}
}
