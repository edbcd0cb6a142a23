package fault

import (
	"fmt"
	"strings"
)

const rules = `{"name":"global","_rules_":[
	{"name":"host","_match_domain_":["a.test"]},
	{"name":"v6","_match_domain_":["[2001:db8::1]"]},
	{"name":"idn","_match_domain_":["xn--bcher-kva.test"]}]}`

func ruled() []plugin { return []plugin{{"faults", "faults", rules}} }

// identities are faults 15, 16 and 17.
func identities() (out []fault) {
	hosts := fault{n: 15, name: "host in capitals, with a dot, a port, as IPv6, as IDN", sees: "each finds its rule", chain: ruled(), run: func(b *bed) string {
		var wrong []string
		for host, want := range map[string]string{
			"a.test": "host", "A.TEST": "host", "a.test.": "host", "a.test:8080": "host", "A.Test.:80": "host",
			"[2001:db8::1]": "v6", "[2001:DB8::1]:443": "v6", "[2001:db8:0:0::1]": "v6",
			"xn--bcher-kva.test": "idn", "XN--BCHER-KVA.test": "idn",
			"b.test": "global", "a.test.evil": "global", "xa.test": "global", "": "global",
		} {
			got := b.answer("GET", "GET /echo HTTP/1.1\r\nhost: "+host+"\r\nconnection: close\r\nx-op: config\r\n\r\n").String()
			if refused := host == "" && strings.HasPrefix(got, "400"); got != "200, "+want && !refused {
				wrong = append(wrong, fmt.Sprintf("%q: %s", host, got))
			}
		}
		return or(strings.Join(wrong, "; "), "each finds its rule")
	}}
	out = append(out, hosts)
	for _, c := range []struct{ path, sees, envoy string }{
		{"/a/../admin", "200, /admin", ""}, {"/a/%2e%2e/admin", "200, /admin", ""}, {"//admin", "200, /admin", ""}, {"/admin;v=1", "200, /admin", ""},
		{"/%61dmin?x=/../y", "200, /admin", ""}, {"/a/..;/admin", "200, /admin", ""},
		{"/%252e%252e/admin", "200, refused: ambiguous path", ""}, {"/a%2fadmin", "200, refused: ambiguous path", ""},
		{"/a%5cadmin", "200, refused: ambiguous path", ""}, {"/%zz", "400 400 Bad Request", "200, refused: ambiguous path"},
	} {
		out = append(out, fault{n: 16, name: "path " + c.path, sees: c.sees, envoy: c.envoy, run: func(b *bed) string {
			return b.answer("GET", "GET "+c.path+" HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\nx-op: path\r\n\r\n").String()
		}})
	}
	for _, c := range []struct{ name, lines, sees string }{
		{"one authorization", "authorization: Bearer a\r\n", "200, Bearer a"},
		{"two authorizations", "authorization: Bearer a\r\nAuthorization: Bearer b\r\n", "401 the request has several values for this header"},
		{"two joined by a comma", "authorization: Bearer a, Bearer b\r\n", "401 the request has several values for this header"},
		{"no authorization", "", "401 error status returned by host: not found"},
	} {
		out = append(out, fault{n: 16, name: c.name, sees: c.sees, run: func(b *bed) string {
			return b.answer("GET", "GET /echo HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\nx-op: credential\r\n"+c.lines+"\r\n").String()
		}})
	}
	return append(out,
		fault{n: 16, name: "a forged X-Forwarded-For", sees: "200, 127.0.0.1", run: func(b *bed) string {
			return b.send(request{op: "client", header: map[string]string{"x-forwarded-for": "6.6.6.6"}}).String()
		}},
		fault{n: 17, name: "one module twice in the chain, requests interleaved", sees: "each keeps its own configuration", run: twice,
			chain: []plugin{{"first", "faults", `{"name":"one"}`}, {"second", "faults", `{"name":"two"}`}}})
}

// twice asks both plugins at once, many times.
func twice(b *bed) string {
	wrong := b.together(8, 200, func(int) string {
		got := b.op("tag")
		return differs(strings.Join(got.header.Values("X-Tag"), ","), "two,one")
	})
	return or(wrong, "each keeps its own configuration")
}
