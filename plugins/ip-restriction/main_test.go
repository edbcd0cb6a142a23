package main

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/config"
	native "github.com/sluiceproxy/sluice/sdk/plugintest"
)

func parsed(t testing.TB, text string) *Config {
	t.Helper()
	c, err := config.Parse[Config]([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return &c
}

func TestVerdict(t *testing.T) {
	allow := parsed(t, `{"allow":["10.0.0.0/8","2001:db8::/32","::ffff:192.0.2.0/120"]}`)
	deny := parsed(t, `{"deny":["10.0.0.0/8","2001:db8::/32","::ffff:192.0.2.0/120"]}`)
	for text, listed := range map[string]bool{
		"10.255.255.255": true, "11.0.0.0": false, "2001:db8::1": true, "2001:db9::": false,
		"::ffff:10.0.0.1": true, "192.0.2.255": true, "192.0.3.0": false, "::10.0.0.1": false, "::": false, "0.0.0.0": false,
	} {
		a := netip.MustParseAddr(text)
		if got := allow.verdict(a); (got == "") != listed {
			t.Errorf("allow: %s: %q", text, got)
		}
		if got := deny.verdict(a); (got != "") != listed {
			t.Errorf("deny: %s: %q", text, got)
		}
	}
}

// The verdict is the one of net/netip, for a list of any kind.
func TestVerdictAgainstNetip(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 100 {
		var nets []netip.Prefix
		var quoted []string
		for range 1 + r.IntN(20) {
			p := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(r.IntN(4)), byte(r.IntN(4)), byte(r.IntN(256))}), 8+r.IntN(25))
			nets, quoted = append(nets, p), append(quoted, `"`+p.String()+`"`)
		}
		c := parsed(t, `{"deny":[`+strings.Join(quoted, ",")+`]}`)
		for range 100 {
			a := netip.AddrFrom4([4]byte{10, byte(r.IntN(5)), byte(r.IntN(5)), byte(r.IntN(256))})
			want := false
			for _, p := range nets {
				want = want || p.Contains(a)
			}
			if got := c.verdict(a) != ""; got != want {
				t.Fatalf("%v of %v: %v", a, nets, got)
			}
		}
	}
}

// A gateway whose connection has no address says so with an error; nobody passes.
func TestNoAddress(t *testing.T) {
	for _, peer := range []string{"", "/run/envoy.sock", "@", "localhost:1"} {
		h := native.New(t, native.Options{Config: []byte(`{"deny":["10.0.0.1"]}`), Properties: map[string]string{"source.address": peer}})
		ex := h.Request([][2]string{{":authority", "a"}, {":path", "/"}, {":method", "GET"}, {":scheme", "http"}})
		if ex.Reply == nil || ex.Reply.Status != 403 {
			t.Errorf("%q: %+v", peer, ex.Reply)
		}
	}
}

func TestRefusedConfigurations(t *testing.T) {
	for c, says := range map[string]string{
		`{"allow":["10.0.0.0/8"],"trusted_hops":1}`:                           "trusted_hops: is for ip_source_type header",
		`{"allow":["10.0.0.0/8"],"ip_source_type":"head"}`:                    "ip_source_type: must be one of",
		`{"allow":["10.0.0.0/8"],"status":99}`:                                "status: must be at least 200",
		`{"deny":["10.0.0.0/8","x"]}`:                                         `deny[1]: "x"`,
		`{"deny":["10.0.0.0/8"],"ip_source_type":"header","trusted_hops":-1}`: "trusted_hops: must be at least 0",
	} {
		if _, err := config.Parse[Config]([]byte(c)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", c, err, says)
		}
	}
}

func BenchmarkRequest(b *testing.B) {
	for _, n := range []int{2, 10000} {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf(`"10.%d.%d.0/24"`, i/256, i%256))
		}
		b.Run(fmt.Sprint(n, "_networks"), func(b *testing.B) {
			h := native.New(b, native.Options{Config: []byte(`{"deny":[` + strings.Join(list, ",") + `]}`), Properties: map[string]string{"source.address": "127.0.0.1:99"}})
			r := [][2]string{{":authority", "a"}, {":path", "/"}, {":method", "GET"}, {":scheme", "http"}}
			b.ReportAllocs()
			for b.Loop() {
				h.Request(r)
			}
		})
	}
}
