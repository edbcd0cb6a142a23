package main

import (
	"encoding/base64"
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
	native "github.com/sluiceproxy/sluice/sdk/plugintest"
)

const caOne = `{"consumers":[{"name":"c","key":"k","secret":"s"}]}`

// caRequest is a request with a signature of text.
func caRequest(method, path, body, text string, headers ...[2]string) plugintest.Request {
	return plugintest.Request{Method: method, Path: path, Body: body, Headers: append([][2]string{
		{"x-ca-key", "k"}, {"x-ca-signature", mac("s", text)},
	}, headers...)}
}

// A line feed in a parameter's value ends a line of what is signed: who can choose
// the value must not be able to make another request of the signature.
func TestLineFeedInAParameter(t *testing.T) {
	const signed = "GET\n\n\n\n\n/p?comment=x:\n/admin?a=1"
	if got := ask(t, caOne, caRequest("GET", "/p?comment=x%3A%0A%2Fadmin%3Fa%3D1", "", signed)); got != "c" {
		t.Fatal(got)
	}
	for _, names := range []string{"/p?comment=x", "/P?comment=x", "x,/p?comment=x"} {
		if got := ask(t, caOne, caRequest("GET", "/admin?a=1", "", signed, [2]string{"x-ca-signature-headers", names})); got != "400" {
			t.Errorf("%s: %s", names, got)
		}
	}
}

// Names that the client signs without there being such a field are lines without
// a value, as in Higress; a name that no field can have is refused.
func TestSignedNames(t *testing.T) {
	for name, want := range map[string]string{
		"x-none": "c", "X-None": "c", " x-none\t": "c", "x-none,x-ca-signature,x-ca-signature-headers,accept": "c",
		"x:none": "400", "x none": "400", "x-nöne": "400", "x\x7fnone": "400", "x\x1fnone": "400", "x-none,~!#$": "400", "x-none\x00": "400", "(": "400", "x-other": "400",
	} {
		r := caRequest("GET", "/", "", "GET\n\n\n\n\nx-none:\n/", [2]string{"x-ca-signature-headers", name})
		if got := ask(t, caOne, r); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
	for name, want := range map[string]bool{"x-a": true, "!#$%&'*+-.^_`|~09az": true, ":path": true, "": true, "::a": false, "a:": false, " ": false, "\x7f": false, "ß": false, "/": false, "a\n": false} {
		if isField(name) != want {
			t.Errorf("%q can be a field's name: %v", name, !want)
		}
	}
	if got := ask(t, caOne, caRequest("GET", "/", "", "GET\n\n\n\n\n:authority:a\n/", [2]string{"x-ca-signature-headers", ":authority"})); got != "c" {
		t.Errorf("the authority: %s", got)
	}
}

// The protocol signs the first value of a parameter. What else there is upstream
// must be asked to be refused.
func TestRepeatedParameters(t *testing.T) {
	const unique = `{"unique_parameters":true,"consumers":[{"name":"c","key":"k","secret":"s"}]}`
	form := [2]string{"content-type", "application/x-www-form-urlencoded"}
	for name, c := range map[string]struct {
		r             plugintest.Request
		usual, unique string
	}{
		"one":            {caRequest("GET", "/p?a=1&b=2", "", "GET\n\n\n\n\n/p?a=1&b=2"), "c", "c"},
		"two":            {caRequest("GET", "/p?a=1&a=2", "", "GET\n\n\n\n\n/p?a=1"), "c", "400"},
		"two, escaped":   {caRequest("GET", "/p?a=1&%61=2", "", "GET\n\n\n\n\n/p?a=1"), "c", "400"},
		"two, no value":  {caRequest("GET", "/p?a=1&a", "", "GET\n\n\n\n\n/p?a=1"), "c", "400"},
		"query and form": {caRequest("POST", "/p?a=1", "a=2", "POST\n\n\napplication/x-www-form-urlencoded\n\n/p?a=1", form), "c", "400"},
		"in the form":    {caRequest("POST", "/p", "a=1&a=2", "POST\n\n\napplication/x-www-form-urlencoded\n\n/p?a=1", form), "c", "400"},
		"form":           {caRequest("POST", "/p?a=1", "b=2", "POST\n\n\napplication/x-www-form-urlencoded\n\n/p?a=1&b=2", form), "c", "c"},
		"no form":        {caRequest("POST", "/p?a=1", "a=2", "POST\n\n\n\n\n/p?a=1"), "c", "c"},
	} {
		if got := ask(t, caOne, c.r); got != c.usual {
			t.Errorf("%s: %s, want %s", name, got, c.usual)
		}
		if got := ask(t, unique, c.r); got != c.unique {
			t.Errorf("%s, unique: %s, want %s", name, got, c.unique)
		}
	}
}

// A body that ends in some other way than with its last part is looked at too.
func TestBodiesThatEndOddly(t *testing.T) {
	for dialect, c := range map[string]struct {
		config string
		sign   func(*plugintest.Request, string, string)
	}{
		"x-ca":   {`{"consumers":[{"name":"c","key":"k","secret":"s"}],"validate_request_body":true}`, signCA},
		"apisix": {`{"consumers":[{"name":"c","access_key":"k","secret_key":"s"}],"validate_request_body":true}`, signAPISIX},
	} {
		for how, body := range map[string]native.Input{
			"trailers only":      {Trailers: [][2]string{{"x", "y"}}},
			"body and trailers":  {Chunks: [][]byte{[]byte("evil")}, Trailers: [][2]string{{"x", "y"}}},
			"an empty last part": {Chunks: [][]byte{[]byte("ev"), []byte("il"), {}}},
		} {
			r := plugintest.Request{Method: "POST", Path: "/"}
			c.sign(&r, "k", "s")
			body.Headers = append([][2]string{{":authority", "a"}, {":path", "/"}, {":method", "POST"}, {":scheme", "http"}}, r.Headers...)
			ex := native.New(t, native.Options{Config: []byte(c.config)}).Send(body)
			if good := len(body.Chunks) == 0; good && (ex.Reply != nil || !ex.Upstream.Ended) || !good && (ex.Reply == nil || ex.Upstream.Sent()) {
				t.Errorf("%s, %s: %+v, sent %v", dialect, how, ex.Reply, ex.Upstream.Sent())
			}
		}
	}
}

// A signature has one form, and is a secret: nothing else than it is as good.
func TestFormsOfASignature(t *testing.T) {
	right := mac("s", "GET\n\n\n\n\n/")
	raw, _ := base64.StdEncoding.DecodeString(right)
	for _, wrong := range []string{
		"", " ", right[:len(right)-1], right + "=", right + "\r\n", right[:4] + "\n" + right[4:], base64.RawStdEncoding.EncodeToString(raw), "a" + right, right + "," + right,
		mac("", "GET\n\n\n\n\n/"), mac("s", ""), mac("s", "GET\n\n\n\n\n/?"),
	} {
		r := caRequest("GET", "/", "", "")
		r.Headers[1][1] = wrong
		if got := ask(t, caOne, r); got != "400" && got != "401" {
			t.Errorf("%q: %s", wrong, got)
		}
	}
}

// Only the dialect's own headers are hidden.
func TestHide(t *testing.T) {
	get := plugintest.Request{Method: "GET", Path: "/", Headers: [][2]string{{"authorization", "Bearer upstream's"}}}
	signCA(&get, "k", "s")
	upstream := hidden(t, `{"hide_credentials":true,"consumers":[{"name":"c","key":"k","secret":"s"}]}`, get)
	if upstream.Get("x-ca-key")+upstream.Get("x-ca-signature") != "" || upstream.Get("authorization") != "Bearer upstream's" || upstream.Get("x-ca-timestamp") == "" {
		t.Errorf("x-ca: %v", upstream)
	}
	get = plugintest.Request{Method: "GET", Path: "/", Headers: [][2]string{{"x-ca-key", "another's"}}}
	signAPISIX(&get, "k", "s")
	upstream = hidden(t, `{"hide_credentials":true,"consumers":[{"name":"c","access_key":"k","secret_key":"s"}]}`, get)
	if upstream.Get("authorization") != "" || upstream.Get("x-ca-key") != "another's" || upstream.Get("date") == "" {
		t.Errorf("apisix: %v", upstream)
	}
}

// hidden is what upstream gets of a request that passes.
func hidden(t *testing.T, config string, r plugintest.Request) native.Headers {
	t.Helper()
	ex := native.New(t, native.Options{Config: []byte(config)}).Request(append([][2]string{{":authority", "a"}, {":path", r.Path}, {":method", r.Method}, {":scheme", "http"}}, r.Headers...))
	if ex.Reply != nil || ex.Upstream.Headers.Get("x-mse-consumer") != "c" {
		t.Fatalf("%+v", ex.Reply)
	}
	return ex.Upstream.Headers
}
