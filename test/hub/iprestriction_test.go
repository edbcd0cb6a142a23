package hub

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
)

func TestIPRestriction(t *testing.T) {
	const networks = `["10.0.0.0/8","192.0.2.7","2001:db8::/33","::ffff:198.51.100.0/120"]`
	for _, c := range []struct {
		list string
		hops int
	}{{"allow", 0}, {"deny", 2}} {
		t.Run(c.list, func(t *testing.T) {
			attack(t, guard{
				plugin: "ip-restriction",
				config: fmt.Sprintf(`{"ip_source_type":"header","ip_header_name":"x-client","trusted_hops":%d,"%s":%s}`, c.hops, c.list, networks),
				mutate: func(r *rand.Rand, q *request) {
					for range pick(r, 0, 1, 1, 1, 2) {
						var list []string
						for range pick(r, 1, 1, 2, 3) {
							list = append(list, address(r))
						}
						q.add(pick(r, "x-client", "X-Client", "x-clients"), strings.Join(list, pick(r, ",", ", ", " ,", ",,")))
					}
				},
				verdict: func(q *request) verdict { return addressVerdict(q, c.list == "allow", c.hops) },
			})
		})
	}
}

// address writes an address in some way.
func address(r *rand.Rand) string {
	v4 := fmt.Sprintf("%d.%d.%d.%d", pick(r, 10, 11, 192, 198, 9), pick(r, 0, 51, 255), pick(r, 2, 100, 101), pick(r, 0, 7, 255))
	v6 := pick(r, "2001:db8::1", "2001:DB8:0:0:0:0:0:1", "2001:db8:8000::", "2001:db8:7fff:ffff::", "::1", "fe80::1")
	return pick(r, v4, v4, v4, v4+":80", "::ffff:"+v4, "[::ffff:"+v4+"]:8", "::"+v4, v6, v6, "["+v6+"]", "["+v6+"]:443", v6+"%eth0", "["+v6+"%25eth0]:1",
		"unknown", "", "0"+v4, v4+".1", v4+"/8", "["+v4+"]", "localhost", v4+":", `"`+v4+`"`, `"[`+v6+`]:1"`, "0x0a000001", "167772161", junk(r))
}

// addressVerdict knows the networks by comparing numbers.
func addressVerdict(q *request, allow bool, hops int) verdict {
	var all []string
	for _, line := range q.values("x-client") {
		for _, part := range strings.Split(line, ",") {
			if part = strings.Trim(part, " \t"); part != "" {
				all = append(all, part)
			}
		}
	}
	at := 0
	if hops > 0 {
		at = len(all) - hops
	}
	if at < 0 || at >= len(all) {
		return refused
	}
	text := all[at]
	if strings.HasPrefix(text, `"`) && strings.HasSuffix(text, `"`) && len(text) > 1 {
		text = text[1 : len(text)-1]
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		if ap, err := netip.ParseAddrPort(text); err == nil {
			a = ap.Addr()
		} else if a, err = netip.ParseAddr(strings.Trim(text, "[]")); err != nil || !a.Is6() || text[0] != '[' || !strings.HasSuffix(text, "]") || strings.Count(text, "[")+strings.Count(text, "]") != 2 {
			return refused
		}
	}
	listed := false
	if a = a.Unmap().WithZone(""); a.Is4() {
		b := a.As4()
		listed = b[0] == 10 || b == [4]byte{192, 0, 2, 7} || b[0] == 198 && b[1] == 51 && b[2] == 100
	} else {
		b := a.As16()
		listed = b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0d && b[3] == 0xb8 && b[4] < 0x80
	}
	if listed != allow {
		return refused
	}
	return verdict{pass: true, consumer: whatever}
}
