package main

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"hash"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/plugintest"
	native "github.com/sluiceproxy/sluice/sdk/plugintest"
)

// answer is the consumer of a request that passes, else status and body of the
// answer.
func answer(t *testing.T, config string, r plugintest.Request) string {
	t.Helper()
	h := native.New(t, native.Options{Config: []byte(config)})
	headers := append([][2]string{{":authority", "a"}, {":path", r.Path}, {":method", r.Method}, {":scheme", "http"}}, r.Headers...)
	ex := h.Request(headers, []byte(r.Body))
	if ex.Reply == nil {
		return ex.Upstream.Headers.Get("x-mse-consumer")
	}
	return itoa(int64(ex.Reply.Status)) + " " + string(ex.Reply.Body)
}

func macOf(h func() hash.Hash, text string) string {
	m := hmac.New(h, []byte("s"))
	m.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// signature is an Authorization header over the text of these headers.
func signature(h func() hash.Hash, algorithm, headers, text string) [2]string {
	return [2]string{"authorization", `Signature keyId="k",algorithm="` + algorithm + `",headers="` + headers + `",signature="` + macOf(h, "k\n"+text) + `"`}
}

func TestAPISIX(t *testing.T) {
	const start = `{"consumers":[{"name":"c","access_key":"k","secret_key":"s"}]`
	denial := func(why string) string {
		return `401 {"message":"client request can't be validated: ` + strings.ReplaceAll(why, `"`, `\"`) + `"}`
	}
	at := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(dateForm) }
	type h = [2]string
	dated := func(date string) []h {
		return []h{{"date", date}, signature(sha256.New, "hmac-sha256", "date", "date: "+date+"\n")}
	}
	for name, c := range map[string]struct {
		config  string
		headers []h
		want    string
	}{
		"sha1":                   {`,"clock_skew":0}`, []h{signature(sha1.New, "hmac-sha1", "", "")}, "c"},
		"sha256":                 {`,"clock_skew":0}`, []h{signature(sha256.New, "hmac-sha256", "", "")}, "c"},
		"sha512":                 {`,"clock_skew":0}`, []h{signature(sha512.New, "hmac-sha512", "", "")}, "c"},
		"sha1 of sha256":         {`,"clock_skew":0}`, []h{signature(sha1.New, "hmac-sha256", "", "")}, denial("Invalid signature")},
		"sha256 of sha512":       {`,"clock_skew":0}`, []h{signature(sha256.New, "hmac-sha512", "", "")}, denial("Invalid signature")},
		"an unknown algorithm":   {`,"clock_skew":0}`, []h{signature(sha256.New, "hmac-md5", "", "")}, denial("Invalid algorithm")},
		"in capitals":            {`,"clock_skew":0}`, []h{signature(sha256.New, "HMAC-SHA256", "", "")}, denial("Invalid algorithm")},
		"not allowed":            {`,"clock_skew":0,"allowed_algorithms":["hmac-sha256"]}`, []h{signature(sha1.New, "hmac-sha1", "", "")}, denial("Invalid algorithm")},
		"another's key":          {`,"clock_skew":0}`, []h{{"authorization", `Signature keyId="x",algorithm="hmac-sha256",signature="x"`}}, denial("Invalid keyId")},
		"another scheme":         {`}`, []h{{"authorization", `Basic dTpw`}}, denial("Authorization header does not start with 'Signature '")},
		"malformed":              {`}`, []h{{"authorization", `Signature keyId`}}, denial("malformed Authorization header")},
		"no algorithm":           {`}`, []h{{"authorization", `Signature keyId="k",signature="x"`}}, denial("algorithm missing")},
		"no key":                 {`}`, []h{{"authorization", `Signature algorithm="x",signature="x"`}}, denial("keyId or signature missing")},
		"two headers":            {`,"clock_skew":0}`, []h{signature(sha256.New, "hmac-sha256", "", ""), signature(sha256.New, "hmac-sha256", "", "")}, denial("missing Authorization header")},
		"no Date":                {`}`, []h{signature(sha256.New, "hmac-sha256", "", "")}, denial("Date header missing. failed to validate clock skew")},
		"Date twice":             {`}`, append(dated(at(0)), h{"date", at(0)}), denial("Date header missing. failed to validate clock skew")},
		"now":                    {`}`, dated(at(0)), "c"},
		"4 minutes ago":          {`}`, dated(at(-4 * time.Minute)), "c"},
		"in 4 minutes":           {`}`, dated(at(4 * time.Minute)), "c"},
		"6 minutes ago":          {`}`, dated(at(-6 * time.Minute)), denial("Clock skew exceeded")},
		"in 6 minutes":           {`}`, dated(at(6 * time.Minute)), denial("Clock skew exceeded")},
		"another form of Date":   {`}`, dated("2025-01-01T00:00:00Z"), denial("Invalid GMT format time")},
		"Date that isn't signed": {`}`, []h{{"date", at(0)}, signature(sha256.New, "hmac-sha256", "", "")}, denial(`expected header "date" missing in signing`)},
		"wanted":                 {`,"clock_skew":0,"signed_headers":["x-a"]}`, []h{{"x-a", "1"}, signature(sha256.New, "hmac-sha256", "X-A", "X-A: 1\n")}, "c"},
		"wanted, none is signed": {`,"clock_skew":0,"signed_headers":["x-a"]}`, []h{{"x-a", "1"}, signature(sha256.New, "hmac-sha256", "", "")}, denial("headers missing")},
		"wanted, not signed":     {`,"clock_skew":0,"signed_headers":["x-a"]}`, []h{{"x-b", "1"}, signature(sha256.New, "hmac-sha256", "x-b", "x-b: 1\n")}, denial(`expected header "x-a" missing in signing`)},
		"signed and twice":       {`,"clock_skew":0}`, []h{{"X-A", "1"}, {"x-a", "2"}, signature(sha256.New, "hmac-sha256", "X-a", "X-a: 2\n")}, denial(`header "X-a" is there more than once`)},
		"not signed and twice":   {`,"clock_skew":0}`, []h{{"x-a", "1"}, {"x-a", "2"}, signature(sha256.New, "hmac-sha256", "", "")}, "c"},
		"signed, empty":          {`,"clock_skew":0}`, []h{{"x-a", ""}, signature(sha256.New, "hmac-sha256", "x-a", "x-a: \n")}, "c"},
		"signed and not there":   {`,"clock_skew":0}`, []h{signature(sha256.New, "hmac-sha256", "x-a", "")}, "c"},
		"the target":             {`,"clock_skew":0}`, []h{signature(sha256.New, "hmac-sha256", "@request-target", "GET /p?a=1\n")}, "c"},
		"another target":         {`,"clock_skew":0}`, []h{signature(sha256.New, "hmac-sha256", "@request-target", "GET /p\n")}, denial("Invalid signature")},
		"digest without a body":  {`,"clock_skew":0,"validate_request_body":true}`, []h{{"digest", "SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}, signature(sha256.New, "hmac-sha256", "", "")}, "c"},
		"another digest":         {`,"clock_skew":0,"validate_request_body":true}`, []h{{"digest", "SHA-256=x"}, signature(sha256.New, "hmac-sha256", "", "")}, denial("Invalid digest")},
		"no digest":              {`,"clock_skew":0,"validate_request_body":true}`, []h{signature(sha256.New, "hmac-sha256", "", "")}, "c"},
		"not allowed here":       {`,"clock_skew":0,"_rules_":[{"_match_domain_":["a"],"allow":["d"]}]}`, []h{signature(sha256.New, "hmac-sha256", "", "")}, denial("consumer 'c' is not allowed")},
	} {
		if got := answer(t, start+c.config, plugintest.Request{Method: "GET", Path: "/p?a=1", Headers: c.headers}); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// caSigned is a request that is signed with text.
func caSigned(h func() hash.Hash, text, body string, headers ...[2]string) plugintest.Request {
	return plugintest.Request{Method: "POST", Path: "/p?b=2&a=1", Body: body, Headers: append([][2]string{{"x-ca-key", "k"}, {"x-ca-signature", macOf(h, text)}}, headers...)}
}

func TestXCa(t *testing.T) {
	const usual = `{"consumers":[{"name":"c","key":"k","secret":"s"}]}`
	const bodies = `{"validate_request_body":true,"consumers":[{"name":"c","key":"k","secret":"s"}]}`
	const rule = `{"consumers":[{"name":"c","key":"k","secret":"s"}],"_rules_":[{"_match_domain_":["a"],"allow":["d"]}]}`
	type h = [2]string
	md5Of := func(s string) string { sum := md5.Sum([]byte(s)); return base64.StdEncoding.EncodeToString(sum[:]) }
	plain := "POST\n\n\n\n\n/p?a=1&b=2"
	withMD5 := func(s string) string { return "POST\n\n" + md5Of(s) + "\n\n\n/p?a=1&b=2" }
	form := h{"content-type", "text/x; application/X-WWW-form-urlencoded"}
	formText := func(p string) string { return "POST\n\n\n" + form[1] + "\n\n/p?" + p }
	for name, c := range map[string]struct {
		config string
		r      plugintest.Request
		want   string
	}{
		"SHA-256":                {usual, caSigned(sha256.New, plain, ""), "c"},
		"SHA-256, said":          {usual, caSigned(sha256.New, plain, "", h{"x-ca-signature-method", "HmacSHA256"}), "c"},
		"SHA-1":                  {usual, caSigned(sha1.New, plain, "", h{"x-ca-signature-method", "HmacSHA1"}), "c"},
		"SHA-1, not said":        {usual, caSigned(sha1.New, plain, ""), "400 Invalid Signature"},
		"SHA-1 of SHA-256":       {usual, caSigned(sha256.New, plain, "", h{"x-ca-signature-method", "HmacSHA1"}), "400 Invalid Signature"},
		"the method twice":       {usual, caSigned(sha256.New, plain, "", h{"x-ca-signature-method", ""}, h{"x-ca-signature-method", ""}), "400 Invalid Signature"},
		"Accept twice":           {usual, caSigned(sha256.New, "POST\ny\n\n\n\n/p?a=1&b=2", "", h{"accept", "x"}, h{"accept", "y"}), "400 Invalid Signature"},
		"a header":               {usual, caSigned(sha256.New, "POST\n\n\n\n\nx-a:1\nx-b:2\n/p?a=1&b=2", "", h{"x-b", "2"}, h{"X-A", "1"}, h{"x-ca-signature-headers", "X-B, x-a"}), "c"},
		"a header twice":         {usual, caSigned(sha256.New, "POST\n\n\n\n\nx-a:1\n/p?a=1&b=2", "", h{"x-a", "2"}, h{"x-a", "1"}, h{"x-ca-signature-headers", "x-a"}), "400 Invalid Signature"},
		"another, twice":         {usual, caSigned(sha256.New, plain, "", h{"x-a", "2"}, h{"x-a", "1"}), "c"},
		"no key":                 {usual, plugintest.Request{Method: "GET", Path: "/"}, "401 Invalid Key"},
		"two keys":               {usual, caSigned(sha256.New, plain, "", h{"x-ca-key", "k"}), "401 Invalid Key"},
		"two signatures":         {usual, caSigned(sha256.New, plain, "", h{"x-ca-signature", macOf(sha256.New, plain)}), "401 Empty Signature"},
		"not allowed here":       {rule, caSigned(sha256.New, plain, ""), "403 Unauthorized Consumer"},
		"a body":                 {usual, caSigned(sha256.New, plain, "any"), "c"},
		"a body with its sum":    {usual, caSigned(sha256.New, withMD5("any"), "any", h{"content-md5", md5Of("any")}), "c"},
		"a body with another's":  {usual, caSigned(sha256.New, withMD5("any"), "other", h{"content-md5", md5Of("any")}), "400 Invalid Content-MD5"},
		"a sum without a body":   {usual, caSigned(sha256.New, withMD5("any"), "", h{"content-md5", md5Of("any")}), "400 Invalid Content-MD5"},
		"a sum without a header": {bodies, caSigned(sha256.New, plain, "any"), "400 Invalid Content-MD5"},
		"an empty sum":           {bodies, caSigned(sha256.New, plain, "any", h{"content-md5", ""}), "400 Invalid Content-MD5"},
		"an empty sum, no body":  {bodies, caSigned(sha256.New, plain, "", h{"content-md5", ""}), "c"},
		"no body, none needed":   {bodies, caSigned(sha256.New, plain, ""), "c"},
		"a form":                 {bodies, caSigned(sha256.New, formText("a=1&b=2&c=3"), "c=3", form), "c"},
		"another form":           {bodies, caSigned(sha256.New, formText("a=1&b=2&c=3"), "c=4", form), "400 Invalid Signature"},
		"a form with its sum":    {bodies, caSigned(sha256.New, strings.Replace(formText("a=1&b=2&c=3"), "\n\n\n", "\n\n"+md5Of("c=3")+"\n", 1), "c=3", form, h{"content-md5", md5Of("c=3")}), "c"},
		"a form with another":    {bodies, caSigned(sha256.New, strings.Replace(formText("a=1&b=2&c=3"), "\n\n\n", "\n\n"+md5Of("c=4")+"\n", 1), "c=3", form, h{"content-md5", md5Of("c=4")}), "400 Invalid Content-MD5"},
		"a form without a value": {usual, caSigned(sha256.New, formText("a=1&b=2&c"), "c", form), "c"},
		"with its equals sign":   {usual, caSigned(sha256.New, formText("a=1&b=2&c="), "c", form), "c"},
	} {
		if got := answer(t, c.config, c.r); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// The text that a client should have signed is one line of at most 4096 bytes.
func TestShown(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "a\nb\x00c\x7f~ ß": "a#b#c#~ ß", strings.Repeat("a", maxShown): strings.Repeat("a", maxShown), strings.Repeat("a", maxShown+1): strings.Repeat("a", maxShown),
	} {
		if got := shown(text); got != want {
			t.Errorf("%.20q: %.20q", text, got)
		}
	}
}

// What is no body of a websocket is looked at as one.
func TestUpgrades(t *testing.T) {
	for _, c := range []struct {
		headers [][2]string
		want    bool
	}{{nil, true}, {[][2]string{{"Content-Length", "1"}}, false}, {[][2]string{{"transfer-encoding", "chunked"}}, false}} {
		if m := newMessage(c.headers); m.isUpgrade(true) != c.want || m.isUpgrade(false) {
			t.Errorf("%v", c.headers)
		}
	}
}

func TestTooLarge(t *testing.T) {
	d := &ca{signers: map[string]*signer{"k": {name: "c", secret: []byte("s")}}}
	m := newMessage([][2]string{{":method", "GET"}, {":path", "/"}, {"x-ca-key", "k"}, {"x-ca-signature", macOf(sha256.New, "GET\n\n\n\n\n/")}})
	body := make([]byte, maxBody+1)
	if _, why := d.body(m, body); why != caTooLarge {
		t.Errorf("%+v", why)
	}
	if name, why := d.body(m, body[1:]); name != "c" || why != nil {
		t.Errorf("%q %+v", name, why)
	}
}

// A time may be as far from the gateway's as it says, on both sides.
func TestWithin(t *testing.T) {
	for milli, want := range map[int64]bool{0: true, 60000: true, -60000: true, 60001: false, -60001: false, 1 << 62: false, -1 << 62: false} {
		if within(milli, 60) != want {
			t.Errorf("%d ms", milli)
		}
	}
	for milli, want := range map[int64]bool{time.Now().UnixMilli(): true, 0: false, 1<<63 - 1: false, -1 << 63: false} {
		if near(milli, 31536000) != want {
			t.Errorf("at %d", milli)
		}
	}
}
