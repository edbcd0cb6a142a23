package clientip

import (
	"errors"
	"net/netip"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"1.2.3.4": "1.2.3.4", "1.2.3.4:80": "1.2.3.4", " 1.2.3.4\t": "1.2.3.4",
		"::1": "::1", "[::1]": "::1", "[::1]:80": "::1", `"[2001:db8::1]:80"`: "2001:db8::1",
		"::ffff:1.2.3.4": "1.2.3.4", "[::ffff:102:304]:8": "1.2.3.4", "::ffff:1.2.3.4%eth0": "1.2.3.4",
		"fe80::1%eth0": "fe80::1", "[fe80::1%25eth0]:80": "fe80::1", "2001:DB8:0:0::1": "2001:db8::1",
		"": "", "unknown": "", "1.2.3": "", "1.2.3.4.5": "", "01.2.3.4": "", "1.2.3.4:": "", "1.2.3.4:99999": "",
		"[1.2.3.4]": "", "[::1": "", "::1]": "", `"1.2.3.4`: "", "1.2.3.4,5.6.7.8": "", "1.2.3.4 5.6.7.8": "",
		"::1%": "", "\x00": "", "0x1.2.3.4": "", "1.2.3.4/8": "",
	} {
		addr, err := Parse(text)
		if got := addr.String(); (err == nil) != (want != "") || err == nil && got != want {
			t.Errorf("%q: %s, %v; want %q", text, got, err, want)
		}
	}
}

func TestPick(t *testing.T) {
	xff := func(lines ...string) (h [][2]string) {
		h = [][2]string{{":path", "/"}, {"x-forwarded-for-2", "9.9.9.9"}}
		for _, l := range lines {
			h = append(h, [2]string{"X-Forwarded-For", l}, [2]string{"other", "8.8.8.8"})
		}
		return h
	}
	for _, c := range []struct {
		headers [][2]string
		hops    int
		want    string
	}{
		{xff("a, b, c"), 0, "a"}, {xff("a, b, c"), 1, "c"}, {xff("a, b, c"), 2, "b"}, {xff("a, b, c"), 3, "a"}, {xff("a, b, c"), 4, ""},
		{xff("a", "b,c"), 0, "a"}, {xff("a", "b,c"), 1, "c"}, {xff("a", "b,c"), 2, "b"}, {xff("a", "b,c"), 3, "a"},
		{xff(" , a,,b ,"), 0, "a"}, {xff(" , a,,b ,"), 1, "b"}, {xff("a,,", ",b ,"), 2, "a"}, {xff(",", "", "b"), 0, "b"},
		{xff(), 0, ""}, {xff(), 1, ""}, {xff(""), 0, ""}, {xff(" , "), 1, ""},
	} {
		if got, found := pick(c.headers, "x-forwarded-for", c.hops); got != c.want || found != (c.want != "") {
			t.Errorf("%v, %d: %q, want %q", c.headers, c.hops, got, c.want)
		}
	}
}

var source Source

func init() {
	wrapper.SetCtx("clientip",
		wrapper.ParseRawConfig(func([]byte, *struct{}) error { return nil }),
		wrapper.ProcessRequestHeaders(func(wrapper.HttpContext, struct{}) types.Action {
			addr, err := source.Addr()
			switch {
			case errors.Is(err, ErrHeader):
				_ = proxywasm.AddHttpRequestHeader("x-result", "header")
			case errors.Is(err, ErrConnection):
				_ = proxywasm.AddHttpRequestHeader("x-result", "connection")
			default:
				_ = proxywasm.AddHttpRequestHeader("x-result", addr.String())
			}
			return types.ActionContinue
		}))
}

func TestAddr(t *testing.T) {
	for _, c := range []struct {
		source     Source
		peer, want string
	}{
		{Connection(), "10.0.0.7:4321", "10.0.0.7"}, {Source{}, "[::ffff:10.0.0.7]:1", "10.0.0.7"},
		{Connection(), "/run/socket", "connection"}, {Connection(), "", "connection"},
		{FromHeader("X-Forwarded-For", 0), "10.0.0.7:1", "1.1.1.1"},
		{FromHeader("x-forwarded-for", 1), "10.0.0.7:1", "2001:db8::2"},
		{FromHeader("x-forwarded-for", -1), "10.0.0.7:1", "1.1.1.1"},
		{FromHeader("x-forwarded-for", 3), "10.0.0.7:1", "header"},
		{FromHeader("x-real-ip", 0), "10.0.0.7:1", "header"}, {FromHeader("x-bad", 0), "10.0.0.7:1", "header"},
	} {
		source = c.source
		properties := map[string]string{}
		if c.peer != "" {
			properties["source.address"] = c.peer
		}
		h := plugintest.New(t, plugintest.Options{Properties: properties})
		ex := h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a"}, {":scheme", "http"},
			{"x-forwarded-for", "1.1.1.1:80, [2001:db8::2]:9"}, {"x-bad", "localhost"}})
		if got := ex.Upstream.Headers.Get("x-result"); got != c.want {
			t.Errorf("%+v, peer %q: %s, want %s", c.source, c.peer, got, c.want)
		}
	}
}

// Whatever is read can be written and is read again as the same.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"1.2.3.4:80", "[::1%a]:1", "::ffff:1.2.3.4", `"::1"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		addr, err := Parse(text)
		if err != nil {
			return
		}
		if !addr.IsValid() || addr.Zone() != "" || addr.Is4In6() {
			t.Fatalf("%q: %v", text, addr)
		}
		if again, err := Parse(netip.AddrPortFrom(addr, 1).String()); err != nil || again != addr {
			t.Fatalf("%q: %v, with a port %v, %v", text, addr, again, err)
		}
	})
}
