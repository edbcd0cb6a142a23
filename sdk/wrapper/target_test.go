package wrapper

import (
	"net/url"
	"strings"
	"testing"
)

func TestTarget(t *testing.T) {
	for _, c := range []struct{ raw, host, path, query string }{
		{"/a/b?c=d", "", "/a/b", "c=d"},
		{"a", "", "/a", ""},
		{"", "", "/", ""},
		{"http://h.test:80/p?q#f", "h.test:80", "/p", "q"},
		{"https://user:pw@h.test/p", "h.test", "/p", ""},
		{"http://h.test?q", "h.test", "/", "q"},
		{"http://[::1]:80/", "[::1]:80", "/", ""},
		{"/p?u=http://x/y", "", "/p", "u=http://x/y"},
		{"/p:q/r", "", "/p:q/r", ""},
		{"/%2F%41", "", "/%2F%41", ""},
		{"/ä \"", "", "/%C3%A4%20%22", ""},
		{"/a?b c", "", "/a", "b%20c"},
		{"///x", "", "///x", ""},
		{"HTTP+x.1-y://h/z", "h", "/z", ""},
		{"//h/x", "h", "/x", ""},
	} {
		got, err := parseTarget(c.raw)
		if err != nil || got != (target{c.host, c.path, c.query}) {
			t.Errorf("%q: %+v, %v", c.raw, got, err)
		}
	}
	for _, raw := range []string{"a:b", ":x", "1:/x", "/\x00", "/\x7f", "/%", "/%2", "/%g0", "http://a b/", "http://a%41/", `http://a"/`} {
		if got, err := parseTarget(raw); err == nil {
			t.Errorf("%q: %+v", raw, got)
		}
	}
}

// Where package net/url can read a URL and this package does too, they agree.
func FuzzTarget(f *testing.F) {
	for _, s := range []string{"/a%2Fb?c#d", "http://u@h:1/x", "//h", "a:b", "/%zz", "ä?ö", "http:/x", "///"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := parseTarget(raw)
		if err != nil {
			return
		}
		if strings.ContainsAny(got.requestPath()+got.host, " \r\n\x00") || !strings.HasPrefix(got.path, "/") {
			t.Fatalf("%q: %+v can't stand in a request", raw, got)
		}
		u, err := url.Parse(raw)
		if err != nil || u.Opaque != "" {
			return
		}
		want, err := url.PathUnescape("/" + strings.TrimPrefix(u.EscapedPath(), "/"))
		if err != nil || unescape(got.path) != want || got.host != u.Host {
			t.Errorf("%q: %+v, package net/url says %q %q", raw, got, u.Host, want)
		}
	})
}
