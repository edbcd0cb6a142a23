package hub

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestRedirect(t *testing.T) {
	attack(t, guard{
		plugin: "redirect",
		config: `{"rules":[
			{"exact":"/old","to":"/new?from=old#end","status":301},
			{"prefix":"/docs","to":"https://docs.example.com/v2","append_path":true,"status":307},
			{"regex":"^/r/(.*)$","to":"/$1","keep_query":false},
			{"suffix":".php","to":"http://php.example:81/x","status":303}]}`,
		mutate:   mutateRedirected,
		verdict:  redirectVerdict,
		statuses: []int{301, 302, 303, 307},
		exact:    redirected,
		kinds:    []string{"upstream", "exact", "prefix", "regex", "suffix"},
	})
}

// mutateRedirected sends most requests where a rule is, with what would lead
// elsewhere.
func mutateRedirected(r *rand.Rand, q *request) {
	if oneIn(r, 5) {
		return
	}
	hostile := func() string {
		return pick(r, "", "a", "/", "//", "/evil.test", "//evil.test/x", "@evil.test", ":80", ".evil.test", "/..", "/../", "%2f%2fevil.test", "%5cevil.test",
			"%0d%0aset-cookie:%20a=b", "$1", "${1}", "$$", "%zz", "javascript:alert(1)", "https://evil.test", ".php", "*")
	}
	q.target = pick(r, "/old", "/docs", "/docs/", "/r/", "/r//", "/x/", "/OLD", "/a.php") + pick(r, "", hostile()+hostile())
	if oneIn(r, 3) {
		q.target += "?" + pick(r, "", "a=1", "to=//evil.test", "&&", "a?b", "%0d%0a", "$1")
	}
	q.odd = strings.Contains(q.target, "%zz") || strings.Contains(q.target, "%0d")
	if oneIn(r, 10) {
		q.target, q.odd = q.target+pick(r, `\evil.test`, `"`, "<b>", "^", "|", "{x}", "\xc3\xbc", "\xff", "`"), true
	}
}

// wantedRedirect says which rule is for a target, and what becomes of it, before
// anything is escaped.
func wantedRedirect(target string) (kind string, status int, base, rest string) {
	path, query, _ := strings.Cut(target, "?")
	if query != "" {
		query = "?" + query
	}
	switch {
	case path == "/old":
		return "exact", 301, "", "new?from=old" + strings.Replace(query, "?", "&", 1) + "#end"
	case strings.HasPrefix(path, "/docs"):
		return "prefix", 307, "https://docs.example.com", "v2" + path[5:] + query
	case strings.HasPrefix(path, "/r/"):
		return "regex", 302, "", strings.TrimLeft(path[3:], `/\`)
	case strings.HasSuffix(path, ".php"):
		return "suffix", 303, "http://php.example:81", "x" + query
	}
	return "upstream", 200, "", ""
}

func redirectVerdict(q *request) verdict {
	if kind, _, _, _ := wantedRedirect(q.target); kind != "upstream" {
		return refused
	}
	return passes(whatever)
}

// unsafe are the bytes that RFC 3986 has in no URL.
var unsafe = regexp.MustCompile(`(?s)[^A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]`)

// redirected checks the location, and that it leads nowhere else.
func redirected(q *request, got outcome) (kind, wrong string) {
	kind, status, base, rest := wantedRedirect(q.target)
	locations := got.header.Values("Location")
	if kind == "upstream" {
		if len(locations) > 0 || got.status != 200 {
			return kind, fmt.Sprintf("upstream's answer comes as %d with locations %q", got.status, locations)
		}
		return kind, ""
	}
	escaped := ""
	for _, c := range []byte(rest) {
		if escaped += string(rune(c)); c >= 0x80 || unsafe.MatchString(string(rune(c))) {
			escaped = strings.TrimSuffix(escaped, string(rune(c))) + fmt.Sprintf("%%%02X", c)
		}
	}
	want := base + "/" + escaped
	if got.status != status || !slices.Equal(locations, []string{want}) {
		return kind, fmt.Sprintf("%d to %q, want %d to %q", got.status, locations, status, want)
	}
	if _, there := got.header["Set-Cookie"]; there {
		return kind, "a header of the client's is in the answer"
	}
	at := url.URL{Scheme: "http", Host: "hub.test", Path: "/"}
	if to, err := at.Parse(locations[0]); err == nil && base != to.Scheme+"://"+to.Host && (base != "" || to.Host != "hub.test") {
		return kind, "it leads to " + to.Host
	}
	return kind, ""
}

// The gateways of this test say that every request came over TLS: a plugin in front
// says what the client wants to be said.
func TestRedirectToHTTPS(t *testing.T) {
	served := map[string]string{ // the host of the location
		"shop.test": "shop.test:8443", "Shop.TEST": "shop.test:8443", "shop.test:80": "shop.test:8443", "a.shop.test": "a.shop.test:8443",
		"shop.test.evil.test": "", "xshop.test": "", "evil.test": "", "shop.test@evil.test": "", "shop.test:0": "", "evil.test:shop.test": "", "[::1]:80": "",
	}
	var hosts []string
	for host := range served {
		hosts = append(hosts, host)
	}
	slices.Sort(hosts)
	attack(t, guard{
		plugin: "transformer",
		config: `{"reqRules":[{"operate":"map","headers":[{"fromKey":"x-hub-proto","toKey":"x-forwarded-proto"}]}]}`,
		behind: &guard{
			plugin: "redirect",
			config: `{"http_to_https":true,"https_port":8443,"https_hosts":["shop.test","*.shop.test"]}`,
		},
		mutate: func(r *rand.Rand, q *request) {
			q.host = pick(r, pick(r, hosts...), "shop.test")
			q.odd = q.odd || strings.ContainsAny(q.host, "@") || q.host == "evil.test:shop.test"
			q.add("x-hub-proto", pick(r, "http", "https", "HTTPS", "http"))
		},
		verdict: func(q *request) verdict {
			if strings.EqualFold(q.values("x-hub-proto")[0], "https") {
				return passes(whatever)
			}
			return refused
		},
		statuses: []int{308, 400},
		exact: func(q *request, got outcome) (kind, wrong string) {
			locations := got.header.Values("Location")
			if got.seen != nil {
				return "https", map[bool]string{true: "upstream's answer has a location"}[len(locations) > 0]
			}
			want := []string{"https://" + served[q.host] + "/" + strings.TrimLeft(q.target, "/")}
			if kind = "redirected"; served[q.host] == "" {
				kind, want = "another's host", nil
			}
			if !slices.Equal(locations, want) {
				return kind, fmt.Sprintf("%d to %q, want %q", got.status, locations, want)
			}
			return kind, ""
		},
		kinds: []string{"https", "redirected", "another's host"},
	})
}
