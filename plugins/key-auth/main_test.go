package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/sdk/config"
	native "github.com/sluiceproxy/sluice/sdk/plugintest"
)

// request is one with headers besides, as a gateway shows it to plugins.
func request(path string, headers ...[2]string) [][2]string {
	return append([][2]string{{":authority", "a.test"}, {":path", path}, {":method", "GET"}, {":scheme", "http"}}, headers...)
}

// ask returns who the plugin says the request is from, or the status of its answer.
func ask(t *testing.T, config string, r [][2]string) string {
	t.Helper()
	h := native.New(t, native.Options{Config: []byte(config)})
	ex := h.Request(r)
	if ex.Reply != nil {
		if ex.Upstream.Sent() {
			t.Errorf("%v: answered with %d, and sent upstream", r, ex.Reply.Status)
		}
		return fmt.Sprint(ex.Reply.Status)
	}
	return ex.Upstream.Headers.Get("x-mse-consumer")
}

const both = `{"keys":["x-key","Authorization"],"in_query":true,"in_header":true,"consumers":[{"name":"a","credential":"k1"},{"name":"b","credential":"Bearer k2"}]}`

func TestIdentify(t *testing.T) {
	type h = [2]string
	for _, c := range []struct {
		path    string
		headers []h
		want    string
	}{
		{"/", nil, "401"},
		{"/", []h{{"x-key", ""}}, "401"},
		{"/", []h{{"x-key", "k1"}}, "a"},
		{"/", []h{{"x-key", "k1 "}}, "401"},
		{"/", []h{{"x-key", "K1"}}, "401"},
		{"/", []h{{"authorization", "Bearer k1"}}, "a"},
		{"/", []h{{"authorization", "bearer  k1"}}, "a"},
		{"/", []h{{"authorization", "Bearer k2"}}, "b"},
		{"/", []h{{"authorization", "k2"}}, "401"},
		{"/", []h{{"authorization", "Bearer "}}, "401"},
		{"/", []h{{"authorization", "Basic k1"}}, "401"},
		{"/", []h{{"x-key", "k1"}, {"x-key", "k1"}}, "401"},
		{"/", []h{{"x-key", "k1"}, {"x-key", "nobody"}}, "401"},
		{"/", []h{{"x-key", "nobody"}, {"x-key", "k1"}}, "401"},
		{"/", []h{{"x-key", "k1"}, {"authorization", "k1"}}, "401"},
		{"/", []h{{"x-key", "k1,k1"}}, "401"},
		{"/?x-key=k1", nil, "a"},
		{"/?X-Key=k1", nil, "401"},
		{"/?x%2Dkey=%6b1", nil, "a"},
		{"/?x-key=k1&x-key=k1", nil, "401"},
		{"/?x-key=k1&x%2dkey=k2", nil, "401"},
		{"/?x-key=k1", []h{{"x-key", "k1"}}, "401"},
		{"/?x-key=Bearer+k1", nil, "401"},
		{"/?Authorization=Bearer+k2", nil, "b"},
		{"/?x-key", nil, "401"},
		{"/?x-key=k1;x-key=k1", nil, "401"},
		{"/?a;x-key=k1", nil, "401"},
		{"/?&&x-key=k1&", nil, "a"},
		{"/a?b?x-key=k1", nil, "401"},
		{"/%zz?x-key=k1", nil, "400"},
		{"/%zz", []h{{"x-key", "k1"}}, "400"},
		{"/?a=%", []h{{"x-key", "k1"}}, "400"},
		{"/?x-key=k1%00", nil, "401"},
		{"/?%zz=1", []h{{"x-key", "k1"}}, "400"},
		{"/?x-key=k1&a=%zz", nil, "400"},
		{"*", []h{{"x-key", "k1"}}, "a"},
		{"", []h{{"x-key", "k1"}}, "a"},
	} {
		if got := ask(t, both, request(c.path, c.headers...)); got != c.want {
			t.Errorf("%s %v: %s, want %s", c.path, c.headers, got, c.want)
		}
	}
}

// Which places are looked at.
func TestSources(t *testing.T) {
	for flags, want := range map[string][2]string{
		``: {"a", "a"}, `"in_query":true,`: {"401", "a"}, `"in_header":true,`: {"a", "401"},
		`"in_query":false,`: {"a", "401"}, `"in_header":false,`: {"401", "a"},
		`"in_query":true,"in_header":true,`: {"a", "a"}, `"in_query":true,"in_header":false,`: {"401", "a"},
	} {
		c := `{` + flags + `"keys":["k"],"consumers":[{"name":"a","credential":"k1"}]}`
		if got := ask(t, c, request("/", [2]string{"K", "k1"})); got != want[0] {
			t.Errorf("%s, in a header: %s, want %s", flags, got, want[0])
		}
		if got := ask(t, c, request("/?k=k1")); got != want[1] {
			t.Errorf("%s, in the query: %s, want %s", flags, got, want[1])
		}
	}
}

// A name that is listed twice, or a header's in two cases, is one place.
func TestNamesTwice(t *testing.T) {
	const c = `{"keys":["k","K","k"],"consumers":[{"name":"a","credential":"k1"},{"name":"b","credential":"k2","keys":["K"]}]}`
	for _, r := range []struct {
		path, header, want string
	}{{"/", "k1", "a"}, {"/", "k2", "b"}, {"/?k=k1", "", "a"}, {"/?K=k1", "", "a"}, {"/?K=k2", "", "b"}, {"/?k=k2", "", "401"}, {"/?k=k1&K=k1", "", "401"}, {"/?k=k1", "k1", "401"}} {
		if got := ask(t, c, request(r.path, [2]string{"K", r.header})); got != r.want {
			t.Errorf("%+v: %s", r, got)
		}
	}
}

// Where no parameter is looked at the query may be anything.
func TestHeadersOnly(t *testing.T) {
	const c = `{"in_header":true,"keys":["k"],"consumers":[{"name":"a","credential":"k1"}]}`
	for _, path := range []string{"/%zz", "/?%zz", "/?k=%", "/?k=k1"} {
		if got := ask(t, c, request(path, [2]string{"k", "k1"})); got != "a" {
			t.Errorf("%s: %s", path, got)
		}
	}
}

// A rule looks where it says itself.
func TestPlacesOfRules(t *testing.T) {
	const global = `{"global_auth":true,"keys":["k"],"in_query":true,"in_header":true,"consumers":[{"name":"a","credential":"k1"}],"_rules_":[{"_match_domain_":["b.test"],"allow":["a"],`
	for more, want := range map[string][3]string{ // the key in the header k, the parameter k, the header r
		`"_x":0`:            {"a", "a", "401"},
		`"keys":["r"]`:      {"401", "401", "a"},
		`"keys":["k"]`:      {"a", "a", "401"},
		`"in_query":false`:  {"a", "401", "401"},
		`"in_header":false`: {"401", "a", "401"},
		`"consumers":[{"name":"a","credential":"k2"}]`: {"401", "401", "401"},
	} {
		c := strings.Replace(global+more, `,"_x":0`, "", 1) + `}]}`
		for i, r := range [][][2]string{request("/", [2]string{"k", "k1"}), request("/?k=k1"), request("/", [2]string{"r", "k1"})} {
			if got := ask(t, c, r); got == "" || i < 2 && got != "a" {
				t.Errorf("%s, without the rule, %v: %s", more, r, got)
			}
			r[0][1] = "b.test"
			if got := ask(t, c, r); got != want[i] {
				t.Errorf("%s, %v: %s, want %s", more, r, got, want[i])
			}
		}
	}
}

// Wherever a key could be, nothing is left of it, and everything else.
func TestHide(t *testing.T) {
	const keys = `"hide_credentials":true,"keys":["k","l"],"consumers":[{"name":"a","credential":"k1"}]}`
	type h = [2]string
	for _, c := range []struct {
		flags, path string
		headers     []h
		want        string
	}{
		{``, "/?a&k=k1&l=&k=&b=%41", []h{{"x", "y"}}, "/?a&b=%41"},
		{``, "/?k=k1", nil, "/"},
		{``, "/?k=k1#k", nil, "401"},
		{``, "/?", []h{{"k", "k1"}}, "/?"},
		{``, "/?&a", []h{{"K", "k1"}, {"l", ""}, {"l", ""}}, "/?&a"},
		{``, "/?l=", []h{{"l", ""}, {"k", "k1"}}, "/"},
		{`"in_header":true,`, "/?k=k1&l", []h{{"k", "k1"}, {"l", ""}}, "/?k=k1&l"},
	} {
		ex := native.New(t, native.Options{Config: []byte(`{` + c.flags + keys)}).Request(request(c.path, c.headers...))
		switch up := ex.Upstream.Headers; {
		case ex.Reply != nil:
			if fmt.Sprint(ex.Reply.Status) != c.want {
				t.Errorf("%s %v: %d", c.path, c.headers, ex.Reply.Status)
			}
		case up.Get(":path") != c.want, len(up.Values("k"))+len(up.Values("l")) > 0, len(c.headers) == 1 && c.headers[0][0] == "x" && up.Get("x") != "y":
			t.Errorf("%s %v: %v", c.path, c.headers, up)
		}
	}
	up := native.New(t, native.Options{Config: []byte(`{"in_query":true,` + keys)}).Request(request("/?k=k1", h{"k", "of upstream's own"})).Upstream.Headers
	if up.Get("k") != "of upstream's own" || up.Get(":path") != "/" {
		t.Errorf("a header in which nobody looks: %v", up)
	}
}

func TestThreeWayTable(t *testing.T) {
	const rule = `,"_rules_":[{"_match_domain_":["b.test"],"allow":["a"]}]`
	for flag, wants := range map[string][6]string{
		// On a.test: without a key, a's, c's; on b.test, where there is a rule, likewise.
		``:                     {"", "", "", "401", "a", "403"},
		`"global_auth":true,`:  {"401", "a", "c", "401", "a", "403"},
		`"global_auth":false,`: {"", "", "", "401", "a", "403"},
	} {
		c := `{` + flag + `"keys":["k"],"consumers":[{"name":"a","credential":"k1"},{"name":"c","credential":"k2"}]` + rule + `}`
		for i, want := range wants {
			r := request("/", [][2]string{{"x", "y"}, {"k", "k1"}, {"k", "k2"}}[i%3])
			if i >= 3 {
				r[0][1] = "b.test"
			}
			if got := ask(t, c, r); got != want {
				t.Errorf("%q, %v: %s, want %s", flag, r, got, want)
			}
		}
	}
}

func TestRefusedConfigurations(t *testing.T) {
	for c, says := range map[string]string{
		``:                              "consumers: is required",
		`{"keys":["k"]}`:                "consumers: is required",
		`{"keys":["k"],"consumers":[]}`: "consumers: must have at least 1 element",
		`{"keys":["k"],"consumers":[{"name":"","credential":"secret1"}]}`:                                    "consumer's name",
		`{"keys":["k"],"consumers":[{"name":"a\n","credential":"secret1"}]}`:                                 "consumer's name",
		`{"keys":["k"],"consumers":[{"name":"a"}]}`:                                                          "either credential or credentials",
		`{"keys":["k"],"consumers":[{"name":"a","credential":"secret1","credentials":["secret2"]}]}`:         "either credential or credentials",
		`{"keys":["k"],"consumers":[{"name":"a","credential":"sha256:secret1"}]}`:                            "64 hexadecimal digits",
		`{"keys":["k"],"in_query":false,"in_header":false,"consumers":[{"name":"a","credential":"secret"}]}`: "in_header and in_query",
		`{"keys":["k"],"consumers":[{"name":"a","credential":"secret","in_query":false,"in_header":false}]}`: "in_header and in_query",
		`{"keys":["k"],"key":["secret1"],"consumers":[{"name":"a","credential":"secret1"}]}`:                 `key: unknown key`,
	} {
		_, err := config.Parse[Config]([]byte(c))
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", c, err, says)
		} else if strings.Contains(err.Error(), "secret1") {
			t.Errorf("%s: the error shows a credential: %v", c, err)
		}
	}
}

// No line of the log has a key in it, whatever becomes of the request.
func TestNoKeyInTheLog(t *testing.T) {
	plugintest.Run(t, plugintest.Plugin{Config: both}, func(t *testing.T, gw *plugintest.Gateway) {
		gw.Get("/?x-key=hunter2").WantStatus(401)
		gw.Get("/", [2]string{"x-key", "hunter2"}).WantStatus(401)
		gw.Get("/", [2]string{"x-key", "k1"}).WantStatus(200)
		for _, l := range gw.Logs() {
			if strings.Contains(l.Text, "hunter2") || strings.Contains(l.Text, "k1") {
				t.Errorf("the log has a key: %s", l)
			}
		}
	})
}

func BenchmarkRequest(b *testing.B) {
	for name, r := range map[string][][2]string{"allowed": request("/get?a=1", [2]string{"x-key", "k1"}), "refused": request("/get?a=1")} {
		b.Run(name, func(b *testing.B) {
			h := native.New(b, native.Options{Config: []byte(both)})
			b.ReportAllocs()
			for b.Loop() {
				h.Request(r)
			}
		})
	}
}
