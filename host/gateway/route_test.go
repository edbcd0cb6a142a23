package gateway

import "testing"

func TestRoutes(t *testing.T) {
	table, err := newTable([]Route{
		{Name: "any-api", Prefix: "/api", Cluster: "c"},
		{Name: "www-exact", Domains: []string{"www.example.com"}, Path: "/only", Cluster: "c"},
		{Name: "www-rest", Domains: []string{"www.example.com"}, Prefix: "/w", Cluster: "c"},
		{Name: "suffix", Domains: []string{"*.example.com"}, Cluster: "c"},
		{Name: "longer-suffix", Domains: []string{"*.b.example.com"}, Cluster: "c"},
		{Name: "prefix", Domains: []string{"www.*"}, Cluster: "c"},
		{Name: "port", Domains: []string{"p.test:81"}, Cluster: "c"},
		{Name: "no-port", Domains: []string{"p.test"}, Cluster: "c"},
		{Name: "ipv6", Domains: []string{"[::1]"}, Cluster: "c"},
		{Name: "any", Cluster: "c"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ host, path, want string }{
		{"www.example.com", "/only?q", "www-exact"},
		{"WWW.Example.com", "/w", "www-rest"},
		{"www.example.com", "/Only", ""}, // the virtual host is chosen: no fallback to *
		{"a.example.com", "/", "suffix"},
		{"a.b.example.com", "/", "longer-suffix"},
		{".example.com", "/", "any"},
		{"example.com", "/", "any"},
		{"www.other", "/", "prefix"},
		{"p.test:81", "/", "port"},
		{"p.test:82", "/", "no-port"},
		{"p.test", "/", "no-port"},
		{"[::1]:80", "/", "ipv6"},
		{"[::1]", "/", "ipv6"},
		{"other", "/apix", "any-api"},
		{"other", "/x", "any"},
		{"", "/x", "any"},
		{"other", "x", ""},
	} {
		got := ""
		if r := table.find(c.host, c.path); r != nil {
			got = r.Name
		}
		if got != c.want {
			t.Errorf("%s%s: got %q, want %q", c.host, c.path, got, c.want)
		}
	}
}

func TestBadRoutes(t *testing.T) {
	for _, r := range []Route{
		{Domains: []string{""}}, {Domains: []string{"a.*.b"}}, {Domains: []string{"*a*"}}, {Path: "/a", Prefix: "/b"},
	} {
		if _, err := newTable([]Route{r}); err == nil {
			t.Errorf("%+v is taken", r)
		}
	}
}
