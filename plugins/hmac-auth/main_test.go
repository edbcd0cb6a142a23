package main

import (
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/sdk/config"
	native "github.com/sluiceproxy/sluice/sdk/plugintest"
)

func TestParameters(t *testing.T) {
	for _, c := range []struct{ path, form, want, bare string }{
		{"/p", "", "/p", "/p"}, {"/p?", "", "/p", "/p"}, {"/p?b=2&a=1", "", "/p?a=1&b=2", "/p?a=1&b=2"},
		{"/p?a=1&a=2", "a=3&b", "/p?a=1&b=", "/p?a=1&b"}, {"/p?a=&b", "", "/p?a=&b=", "/p?a&b"},
		{"/p?a=%31%zz%", "", "/p?a=1%zz%", "/p?a=1%zz%"}, {"/p?a=%3", "", "/p?a=%3", "/p?a=%3"}, {"/p?a=%ff%00", "", "/p?a=\xff\x00", "/p?a=\xff\x00"}, {"/p?%61=%41", "", "/p?a=A", "/p?a=A"}, {"/p?a=1+2", "", "/p?a=1+2", "/p?a=1+2"},
		{"/http2test/test?param1=test", "username=xiaoming&password=123456789", "/http2test/test?param1=test&password=123456789&username=xiaoming", "/http2test/test?param1=test&password=123456789&username=xiaoming"},
		{"/p?&&=1", "", "/p?==&=1"[:3] + "=&=1", "/p?&"},
	} {
		p, _ := parameters(c.path, []byte(c.form))
		if c.path == "/p?&&=1" { // parameters without a name: the first of them counts
			if len(p) != 1 || p[0] != (param{}) {
				t.Errorf("%q", p)
			}
			continue
		}
		if got := target(c.path, p, false); got != c.want {
			t.Errorf("%s: %q, want %q", c.path, got, c.want)
		}
		if got := target(c.path, p, true); got != c.bare {
			t.Errorf("%s, bare: %q, want %q", c.path, got, c.bare)
		}
	}
}

func TestParseAuthorization(t *testing.T) {
	for text, ok := range map[string]bool{
		`Signature keyId="k",algorithm="a",headers="x y",signature="s"`:                                        true,
		`Signature keyId="k" , algorithm="a",	signature="s"`:                                                   true,
		`Signature keyId="k",algorithm="a",signature="s",created="1"`:                                          true,
		`Signature keyId="k",algorithm="a",signature="s",keyId="k"`:                                            false,
		`Signature keyId="k" algorithm="a" signature="s"`:                                                      false,
		`Signature keyId="k",algorithm="a",signature="s",`:                                                     false,
		`Signature keyId="k",algorithm="a",signature="s`:                                                       false,
		`Signature keyId=k,algorithm="a",signature="s"`:                                                        false,
		`Signature keyId="",algorithm="a",signature="s"`:                                                       false,
		`Signature keyId="k",signature="s"`:                                                                    false,
		`Signature keyId="k",algorithm="a"`:                                                                    false,
		`Signature `:                                                                                           false,
		`signature keyId="k",algorithm="a",signature="s"`:                                                      false,
		`Signature keyId="k",algorithm="a",signature="s",Signature keyId="k"`:                                  false,
		`Signature keyId="k",algorithm="a",signature="s",headers="` + strings.Repeat("a ", maxSigned) + `"`:    false,
		`Signature keyId="k",algorithm="a",signature="s",headers="` + strings.Repeat("a ", maxSigned-1) + `a"`: true,
		`Signature keyId="k",algorithm="a",signature="s",="x"`:                                                 false,
		`Signature keyId="k",algorithm="a",signature="s",b c="x"`:                                              false,
		`Signature keyId="k",algorithm="a",signature="s",,`:                                                    false,
		`Signature keyId="k",algorithm="a",signature="s" x`:                                                    false,
		`Signature keyId="k",algorithm="a",signature="s",x`:                                                    false,
		`Signature keyId="k",algorithm="a",signature="s",x="`:                                                  false,
	} {
		if _, err := parseAuthorization(text); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func FuzzParseAuthorization(f *testing.F) {
	f.Add(`Signature keyId="k",algorithm="a",headers="x y",signature="s"`)
	f.Add(`Signature keyId="`)
	f.Fuzz(func(t *testing.T, text string) {
		a, err := parseAuthorization(text)
		if err == nil && (a.keyID == "" || a.signature == "" || a.algorithm == "" || len(a.headers) > maxSigned) {
			t.Fatalf("%q: %+v", text, a)
		}
	})
}

func FuzzParameters(f *testing.F) {
	f.Add("/p?a=1&b=%zz", []byte("c&d="))
	f.Fuzz(func(t *testing.T, path string, form []byte) {
		p, _ := parameters(path, form)
		for i := 1; i < len(p); i++ {
			if p[i-1].name >= p[i].name {
				t.Fatalf("%q %q: %q", path, form, p)
			}
		}
		if bare, whole := target(path, p, true), target(path, p, false); len(bare) > len(whole) {
			t.Fatalf("%q, %q", bare, whole)
		}
	})
}

func TestDates(t *testing.T) {
	now := time.Now().UTC()
	d := &ca{offset: 60}
	for value, ok := range map[string]bool{
		now.Format(dates[0]): true, now.Format(dates[1]): true, now.Format(dates[2]): true, now.Format(dates[3]): true,
		now.Add(-2 * time.Minute).Format(dates[0]): false, now.Add(2 * time.Minute).Format(dates[0]): false, "yesterday": false,
	} {
		if got := d.inTime(newMessage([][2]string{{"date", value}})); got != ok {
			t.Errorf("%s: %v", value, got)
		}
	}
	for stamp, ok := range map[string]bool{
		itoa(now.UnixMilli()): true, itoa(now.Unix()): true, itoa(now.UnixMilli() - 61000): false, itoa(now.Unix() - 61): false, itoa(-now.Unix()): false, itoa(-now.UnixMilli()): false, "": false, "-1": false, "x": false, "9223372036854775807": false, "-9223372036854775808": false, "9999999999999999": false,
	} {
		signed := [][2]string{{caTimestamp, stamp}, {caHeaders, "X-Ca-Timestamp"}}
		if got := d.inTime(newMessage(signed)); got != ok {
			t.Errorf("%s: %v", stamp, got)
		}
		if d.inTime(newMessage(signed[:1])) {
			t.Errorf("%s: a timestamp that is not signed", stamp)
		}
	}
}

// ask sends a request, which gateways show as it is, and returns the consumer or
// the status.
func ask(t *testing.T, c string, r plugintest.Request) string {
	t.Helper()
	h := native.New(t, native.Options{Config: []byte(c)})
	headers := append([][2]string{{":authority", "a"}, {":path", r.Path}, {":method", r.Method}, {":scheme", "http"}}, r.Headers...)
	ex := h.Request(headers, []byte(r.Body))
	if ex.Reply != nil {
		return itoa(int64(ex.Reply.Status))
	}
	return ex.Upstream.Headers.Get("x-mse-consumer")
}

func TestChanges(t *testing.T) {
	const caConfig = `{"consumers":[{"name":"c","key":"k","secret":"s"}],"date_offset":60,"validate_request_body":true}`
	const apisix = `{"consumers":[{"name":"c","access_key":"k","secret_key":"s"}],"validate_request_body":true}`
	for name, dialect := range map[string]struct {
		config string
		sign   func(*plugintest.Request, string, string)
	}{"x-ca": {caConfig, signCA}, "apisix": {apisix, signAPISIX}} {
		for what, change := range map[string]func(*plugintest.Request){
			"path":      func(r *plugintest.Request) { r.Path = "/q?a=1" },
			"query":     func(r *plugintest.Request) { r.Path = "/p?a=2" },
			"more":      func(r *plugintest.Request) { r.Path += "&b=1" },
			"method":    func(r *plugintest.Request) { r.Method = "PUT" },
			"body":      func(r *plugintest.Request) { r.Body = "other" },
			"no body":   func(r *plugintest.Request) { r.Body = "" },
			"two keys":  func(r *plugintest.Request) { r.Headers = append(r.Headers, r.Headers...) },
			"no digest": func(r *plugintest.Request) { r.Headers = without(r.Headers, "digest", "content-md5") },
			"signature": func(r *plugintest.Request) {
				for i, h := range r.Headers {
					r.Headers[i][1] = strings.Replace(h[1], "=", "A=", 1)
				}
			},
		} {
			r := plugintest.Request{Method: "POST", Path: "/p?a=1", Body: "text"}
			dialect.sign(&r, "k", "s")
			if got := ask(t, dialect.config, r); got != "c" {
				t.Fatalf("%s: %s", name, got)
			}
			change(&r)
			if got := ask(t, dialect.config, r); got != "400" && got != "401" {
				t.Errorf("%s, %s changed: %s", name, what, got)
			}
		}
	}
}

func without(h plugintest.Headers, names ...string) (kept plugintest.Headers) {
	for _, f := range h {
		if f[0] != names[0] && f[0] != names[1] {
			kept = append(kept, f)
		}
	}
	return kept
}

func TestAnonymous(t *testing.T) {
	const c = `{"anonymous_consumer":"nobody","consumers":[{"name":"c","access_key":"k","secret_key":"s"}],"_rules_":[{"_match_domain_":["a"],"allow":["ALLOW"]}]}`
	get := plugintest.Request{Method: "GET", Path: "/"}
	if got := ask(t, strings.Replace(c, "ALLOW", "nobody", 1), get); got != "nobody" {
		t.Error(got)
	}
	if got := ask(t, strings.Replace(c, "ALLOW", "c", 1), get); got != "401" {
		t.Error(got)
	}
	signAPISIX(&get, "k", "wrong")
	if got := ask(t, strings.Replace(c, "ALLOW", "nobody", 1), get); got != "401" {
		t.Errorf("a wrong signature is anonymous: %s", got)
	}
}

func TestRefusedConfigurations(t *testing.T) {
	for c, says := range map[string]string{
		``:                             "consumers: is required",
		`{"consumers":[{"name":"a"}]}`: "needs key and secret",
		`{"consumers":[{"key":"a","secret":"hunter22"}]}`:                                                                               "consumer's name",
		`{"consumers":[{"access_key":"a","secret_key":"hunter22"},{"access_key":"a","secret_key":"hunter23"}]}`:                         "another consumer has the same key",
		`{"consumers":[{"name":"a","key":"a"}]}`:                                                                                        "needs key and secret",
		`{"consumers":[{"name":"a","secret":"hunter22"}]}`:                                                                              "needs key and secret",
		`{"consumers":[{"access_key":"a"}]}`:                                                                                            "needs key and secret",
		`{"consumers":[{"name":"a","secret_key":"hunter22"}]}`:                                                                          "all consumers need",
		`{"consumers":[{"name":"a","key":"a","secret":"hunter22","access_key":"a"}]}`:                                                   "all consumers need",
		`{"consumers":[{"name":"a","key":"a","secret":"hunter22","secret_key":"hunter22"}]}`:                                            "all consumers need",
		`{"consumers":[{"access_key":"a","secret_key":"hunter22","secret":"hunter22"}]}`:                                                "all consumers need",
		`{"consumers":[{"access_key":"a","secret_key":"hunter22","key":"b"}]}`:                                                          "all consumers need",
		`{"consumers":[{"name":"a","key":"a","secret":"hunter22"},{"name":"b","key":"b","secret":"hunter22","secret_key":"hunter22"}]}`: "consumers[1]: all consumers need",
		`{"consumers":[{"access_key":"a","secret_key":"hunter22"}],"allowed_algorithms":["md5"]}`:                                       "allowed_algorithms[0]",
		`{"consumers":[{"access_key":"a","secret_key":"hunter22"}],"clock_skew":-1}`:                                                    "clock_skew",
		`{"consumers":[{"access_key":"a","secret_key":"hunter22"}],"anonymous_consumer":"a\nb"}`:                                        "anonymous_consumer",
	} {
		_, err := config.Parse[Config]([]byte(c))
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v, want %q", c, err, says)
		}
	}
}

func BenchmarkRequest(b *testing.B) {
	for name, sign := range map[string]func(*plugintest.Request, string, string){"x-ca": signCA, "apisix": signAPISIX} {
		c := map[string]string{"x-ca": `{"consumers":[{"name":"c","key":"k","secret":"s"}]}`, "apisix": `{"consumers":[{"access_key":"k","secret_key":"s"}]}`}[name]
		b.Run(name, func(b *testing.B) {
			r := plugintest.Request{Method: "GET", Path: "/p?a=1"}
			sign(&r, "k", "s")
			h := native.New(b, native.Options{Config: []byte(c)})
			headers := append([][2]string{{":authority", "a"}, {":path", r.Path}, {":method", r.Method}, {":scheme", "http"}}, r.Headers...)
			b.ReportAllocs()
			for b.Loop() {
				if ex := h.Request(headers); ex.Reply != nil {
					b.Fatal(ex.Reply.Status)
				}
			}
		})
	}
}
