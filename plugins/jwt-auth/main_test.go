package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"

	"github.com/sluiceproxy/sluice/plugins/internal/jose"
	"github.com/sluiceproxy/sluice/plugins/internal/jwks"
	"github.com/sluiceproxy/sluice/test/josetest"
)

// configOf is a configuration with these consumers, and no rules.
func configOf(consumers ...string) string {
	return `{"consumers":[` + strings.Join(consumers, ",") + `]}`
}

// consumerOf is the consumer c with a key set and more keys.
func consumerOf(set string, more ...string) string { return named("c", set, more...) }

func named(name, set string, more ...string) string {
	jwks, err := json.Marshal(set)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{%s}`, strings.Join(append([]string{`"name":"` + name + `"`, `"jwks":` + string(jwks)}, more...), ","))
}

// request is one with these headers besides the pseudo headers.
func request(path string, headers ...[2]string) [][2]string {
	return append([][2]string{{":method", "GET"}, {":path", path}, {":authority", "a.test"}, {":scheme", "http"}}, headers...)
}

func bearer(token string) [2]string { return [2]string{"authorization", "Bearer " + token} }

func start(t testing.TB, config string) *plugintest.Host {
	t.Helper()
	return plugintest.New(t, plugintest.Options{Config: []byte(config)})
}

// want sends a request; body is that of the answer, or "" for one that passes.
func want(t *testing.T, h *plugintest.Host, what string, r [][2]string, body string) *plugintest.Exchange {
	t.Helper()
	ex := h.Request(r)
	switch {
	case body == "" && (ex.Reply != nil || !ex.Upstream.Ended):
		t.Errorf("%s: %+v, want it to pass", what, ex.Reply)
	case body != "" && (ex.Reply == nil || string(ex.Reply.Body) != body || ex.Upstream.Sent()):
		t.Errorf("%s: %+v, want %s", what, ex.Reply, body)
	}
	return ex
}

const (
	missing = "Jwt missing"
	several = "Jwt more than once"
	expired = "Jwt expired"
	fails   = "Jwt verification fails"
	denied  = "Access Denied"
)

func TestPlaces(t *testing.T) {
	key := josetest.New("k", "HS256")
	token, set := key.Token(`{}`), josetest.Set(key)
	usual := start(t, configOf(consumerOf(set)))
	own := start(t, configOf(consumerOf(set, `"from_headers":[{"name":"X-Jwt","value_prefix":""},{"name":"X-Jwt2","value_prefix":"jwt="}],"from_params":["a b"],"from_cookies":["session"]`)))
	for name, c := range map[string]struct {
		host    *plugintest.Host
		request [][2]string
		body    string
	}{
		"bearer":                        {usual, request("/", bearer(token)), ""},
		"bearer in lower case":          {usual, request("/", [2]string{"authorization", "bearer " + token}), ""},
		"bearer with more spaces":       {usual, request("/", [2]string{"Authorization", "Bearer   " + token}), ""},
		"bearer without a space":        {usual, request("/", [2]string{"authorization", "Bearer" + token}), missing},
		"basic":                         {usual, request("/", [2]string{"authorization", "Basic " + token}), missing},
		"no scheme":                     {usual, request("/", [2]string{"authorization", token}), missing},
		"nothing behind bearer":         {usual, request("/", [2]string{"authorization", "Bearer "}), missing},
		"parameter":                     {usual, request("/?a=1&access_token=" + token + "&b"), ""},
		"parameter with a fragment":     {usual, request("/?access_token=" + token + "#x"), ""},
		"escaped name and value":        {usual, request("/?acc%65ss_token=" + strings.ReplaceAll(token, ".", "%2e")), ""},
		"parameter behind the fragment": {usual, request("/#?access_token=" + token), missing},
		"empty parameter":               {usual, request("/?access_token="), missing},
		"parameter with a bad escape":   {usual, request("/?access_token=" + token + "%zz"), fails},
		"name in capitals":              {usual, request("/?ACCESS_TOKEN=" + token), missing},
		"two headers":                   {usual, request("/", bearer(token), bearer(token)), several},
		"two headers, one is another's": {usual, request("/", bearer(token), bearer("x")), several},
		"header and another scheme":     {usual, request("/", bearer(token), [2]string{"authorization", "Basic x"}), several},
		"two joined by a comma":         {usual, request("/", bearer(token+", Bearer "+token)), fails},
		"two parameters":                {usual, request("/?access_token=" + token + "&access_token=" + token), several},
		"parameter and header":          {usual, request("/?access_token="+token, bearer(token)), several},
		"parameter and empty parameter": {usual, request("/?access_token=" + token + "&access_token="), several},
		"a cookie that nobody asked":    {usual, request("/", [2]string{"cookie", "session=" + token}), missing},
		"own header":                    {own, request("/", [2]string{"x-jwt", " " + token + " "}), ""},
		"own prefix":                    {own, request("/", [2]string{"X-Jwt2", "jwt=" + token}), ""},
		"own prefix in capitals":        {own, request("/", [2]string{"X-Jwt2", "JWT=" + token}), missing},
		"own parameter":                 {own, request("/?a+b=" + token), ""},
		"cookie":                        {own, request("/", [2]string{"cookie", "a=b; session=" + token}), ""},
		"cookie in quotes":              {own, request("/", [2]string{"cookie", `session="` + token + `"`}), ""},
		"cookie lines":                  {own, request("/", [2]string{"cookie", "a=b"}, [2]string{"cookie", "session=" + token}), ""},
		"two cookies":                   {own, request("/", [2]string{"cookie", "session=x; session=" + token}), several},
		"cookie with spaces":            {own, request("/", [2]string{"cookie", "a=b;\tsession = " + token + " ;c"}), ""},
		"two cookies, one with spaces":  {own, request("/", [2]string{"cookie", "session =x; session=" + token}), several},
		"cookie's end of name":          {own, request("/", [2]string{"cookie", "xsession=" + token}), missing},
		"not the usual places":          {own, request("/?access_token="+token, bearer(token)), missing},
		"a short scheme and parameter":  {usual, request("/?access_token="+token, [2]string{"authorization", "x"}), ""},
		"only a prefix":                 {own, request("/", [2]string{"x-jwt2", "jwt="}), missing},
		"only a prefix, and a cookie":   {own, request("/", [2]string{"x-jwt2", "jwt="}, [2]string{"cookie", "session=" + token}), several},
		"only a prefix, and another":    {own, request("/", [2]string{"x-jwt2", "jwt="}, [2]string{"x-jwt", token}), several},
		"empty parameter twice":         {usual, request("/?access_token=&access_token="), several},
		"a pseudo header's name":        {usual, request("/", [2]string{":authorization", "Bearer " + token}), missing},
		"a long query without a token":  {usual, request("/?" + strings.Repeat("a&", 5000)), missing},
	} {
		want(t, c.host, name, c.request, c.body)
	}
}

// Several consumers: the first whose token it is, and who may pass.
func TestConsumers(t *testing.T) {
	a, b := josetest.New("k", "ES256"), josetest.New("k", "RS256")
	config := `{"consumers":[` + named("a", josetest.Set(a), `"issuer":"one"`) + "," +
		named("b", josetest.Set(b), `"issuer":"two","audiences":["x"],"claims":{"role":"admin"},"require_exp":true,"clock_skew_seconds":5`) + `]` +
		`,"global_auth":true,"_rules_":[{"_match_domain_":["only-b.test"],"allow":["b"]}]}`
	h := start(t, config)
	exp := func(in time.Duration) string { return fmt.Sprint(time.Now().Add(in).Unix()) }
	good := `{"iss":"two","aud":["y","x"],"role":"admin","exp":` + exp(time.Hour) + `}`
	for name, c := range map[string]struct{ host, token, consumer, body string }{
		"a":                    {"a.test", a.Token(`{"iss":"one"}`), "a", ""},
		"a, another issuer":    {"a.test", a.Token(`{"iss":"two"}`), "", fails},
		"a, no issuer":         {"a.test", a.Token(`{}`), "", fails},
		"a's key, b's claims":  {"a.test", a.Token(good), "", fails},
		"b":                    {"a.test", b.Token(good), "b", ""},
		"b, another audience":  {"a.test", b.Token(strings.Replace(good, `"x"`, `"z"`, 1)), "", fails},
		"b, another role":      {"a.test", b.Token(strings.Replace(good, `admin`, `user`, 1)), "", fails},
		"b, no exp":            {"a.test", b.Token(`{"iss":"two","aud":"x","role":"admin"}`), "", fails},
		"b, expired":           {"a.test", b.Token(`{"iss":"two","aud":"x","role":"admin","exp":` + exp(-10*time.Second) + `}`), "", expired},
		"b, within the skew":   {"a.test", b.Token(`{"iss":"two","aud":"x","role":"admin","exp":` + exp(-2*time.Second) + `}`), "b", ""},
		"a, within its skew":   {"a.test", a.Token(`{"iss":"one","exp":` + exp(-50*time.Second) + `}`), "a", ""},
		"a, from the future":   {"a.test", a.Token(`{"iss":"one","nbf":` + exp(90*time.Second) + `}`), "", fails},
		"a, issued in future":  {"a.test", a.Token(`{"iss":"one","iat":` + exp(90*time.Second) + `}`), "", fails},
		"expired and forged":   {"a.test", josetest.New("k", "ES256").Token(`{"iss":"one","exp":1}`), "", fails},
		"a where b may pass":   {"only-b.test", a.Token(`{"iss":"one"}`), "", denied},
		"b where b may pass":   {"only-b.test", b.Token(good), "b", ""},
		"forged, b may pass":   {"only-b.test", josetest.New("k", "RS256").Token(good), "", fails},
		"nobody, b may pass":   {"only-b.test", "", "", missing},
		"ES256 with b's claim": {"a.test", josetest.HMAC("k", "HS256", make([]byte, 32)).Token(good), "", fails},
	} {
		r := request("/", bearer(c.token), [2]string{"x-mse-consumer", "b"})
		r[2][1] = c.host
		ex := want(t, h, name, r, c.body)
		if got := ex.Upstream.Headers.Values("x-mse-consumer"); c.consumer != "" && (len(got) != 1 || got[0] != c.consumer) {
			t.Errorf("%s: consumer %q", name, got)
		}
	}
}

// A token counts for the consumer whose place it is in, and for no other.
func TestPlacesAreTheConsumers(t *testing.T) {
	a, b := josetest.New("", "HS256"), josetest.New("", "HS256")
	h := start(t, configOf(
		named("a", josetest.Set(a), `"from_params":["pa"],"from_headers":[{"name":"Cookie","value_prefix":"raw "}]`),
		named("b", josetest.Set(b), `"from_params":["pb"],"from_cookies":["cb"]`)))
	for name, c := range map[string]struct {
		request [][2]string
		body    string
	}{
		"a's parameter":                 {request("/?pa=" + a.Token(`{}`)), ""},
		"b's parameter":                 {request("/?pb=" + b.Token(`{}`)), ""},
		"a's token in b's parameter":    {request("/?pb=" + a.Token(`{}`)), fails},
		"b's token in a's parameter":    {request("/?pa=" + b.Token(`{}`)), fails},
		"b's cookie":                    {request("/", [2]string{"cookie", "cb=" + b.Token(`{}`)}), ""},
		"a's token in b's cookie":       {request("/", [2]string{"cookie", "cb=" + a.Token(`{}`)}), fails},
		"a header of cookies":           {request("/", [2]string{"cookie", "raw " + a.Token(`{}`)}), ""},
		"a header of cookies, and more": {request("/", [2]string{"cookie", "raw " + a.Token(`{}`)}, [2]string{"cookie", "x=y"}), several},
	} {
		want(t, h, name, c.request, c.body)
	}
}

// Many headers that may hold a token: two lines of any of them are refused, in
// whatever case their names are written.
func TestManyTokenHeaders(t *testing.T) {
	key := josetest.New("", "HS256")
	token := key.Token(`{}`)
	var from []string
	for i := range 70 {
		from = append(from, fmt.Sprintf(`{"name":"X-T%d","value_prefix":"t="}`, i))
	}
	h := start(t, configOf(consumerOf(josetest.Set(key), `"from_headers":[`+strings.Join(from, ",")+`]`)))
	for i := range 70 {
		name := fmt.Sprintf("x-t%d", i)
		want(t, h, name, request("/", [2]string{name, "t=" + token}), "")
		want(t, h, name+" and another scheme", request("/", [2]string{name, "t=" + token}, [2]string{"x-t", "x"}, [2]string{strings.ToUpper(name), "x"}), several)
		want(t, h, name+" and another header", request("/", [2]string{name, "t=" + token}, [2]string{fmt.Sprintf("x-t%d", (i+1)%70), "x"}), "")
	}
}

// The answer is that of the consumer who came closest.
func TestRank(t *testing.T) {
	ranks := [][]error{
		{nil, errMissing}, {jose.ErrMalformed, jose.ErrNoKey, jose.ErrSignature, errIssuer}, {jose.ErrAlgorithm, jose.ErrCritical, jose.ErrNotYet, jose.ErrClaim, jwks.ErrUnavailable}, {jose.ErrExpired}, {errNotAllowed},
	}
	for i := range ranks {
		for _, err := range ranks[i] {
			if rank(err) != rank(ranks[i][0]) || i > 0 && rank(err) <= rank(ranks[i-1][0]) {
				t.Errorf("%v is %d", err, rank(err))
			}
		}
	}
}

func TestHeaderNames(t *testing.T) {
	for name, ok := range map[string]bool{"x-a": true, "!#$%&'*+-.^_`|~09AZaz": true, "": false, "a b": false, "a\tb": false, "\x1f": false, "\x7f": false, "\x80": false, "ä": false} {
		if isToken(name) != ok {
			t.Errorf("%q: %v", name, !ok)
		}
	}
	for _, c := range []byte(`"(),/:;<=>?@[\]{}`) {
		if isToken("a" + string(c)) {
			t.Errorf("%c", c)
		}
	}
}

// The table of package consumer: who needs a token.
func TestGlobalAuth(t *testing.T) {
	key := josetest.New("", "HS256")
	one := consumerOf(josetest.Set(key))
	for config, body := range map[string]string{
		configOf(one): missing,
		`{"global_auth":true,"consumers":[` + one + `]}`:                                                               missing,
		`{"global_auth":false,"consumers":[` + one + `]}`:                                                              "",
		`{"consumers":[` + one + `],"_rules_":[{"_match_domain_":["b.test"],"allow":["c"]}]}`:                          "",
		`{"consumers":[` + one + `],"_rules_":[{"_match_domain_":["a.test"],"allow":["c"]}]}`:                          missing,
		`{"global_auth":true,"consumers":[` + one + `],"_rules_":[{"_match_domain_":["b.test"],"allow":["c"]}]}`:       missing,
		`{"global_auth":false,"consumers":[` + one + `],"_rules_":[{"_match_domain_":["a.test"],"allow":["c"]}]}`:      missing,
		`{"global_auth":false,"consumers":[` + one + `],"_rules_":[{"_match_domain_":["a.test"],"allow":["nobody"]}]}`: missing,
	} {
		want(t, start(t, config), config, request("/"), body)
	}
}

func TestClaims(t *testing.T) {
	key := josetest.New("", "HS256")
	h := start(t, configOf(consumerOf(josetest.Set(key), `"claims_to_headers":[{"claim":"sub","header":"X-User"},{"claim":"n","header":"x-n"},`+
		`{"claim":"l","header":"x-l"},{"claim":"o","header":"x-o"},{"claim":"r1","header":"x-role","override":false},{"claim":"r2","header":"x-role","override":false}]`)))
	forged := [][2]string{{"x-user", "root"}, {"X-N", "1"}, {"x-l", "1"}, {"x-o", "1"}, {"x-role", "root"}, {"x-role", "admin"}}
	for claims, wanted := range map[string][]string{
		`{}`: {"", "", "", "", ""},
		`{"sub":"größe","n":1730000000,"l":["a, b",1],"o":{"a" : "b \" c" , "d":[ ]},"r1":"x","r2":"y"}`: {"größe", "1730000000", `["a, b",1]`, `{"a":"b \" c","d":[]}`, "x,y"},
		`{"sub":"","n":true,"l":null,"r2":"y"}`:                     {"", "true", "", "", "y"},
		"{\"o\":\t{\r\"a \\\" \\\\\" :\n[ 1 ,\t\"\\u0020 \"\r\n]}}": {"", "", "", `{"a \" \\":[1,"\u0020 "]}`, ""},
		`{"sub":"a\u0009b","n":1.5}`:                                {"a\tb", "1.5", "", "", ""},
	} {
		ex := want(t, h, claims, request("/", append(forged, bearer(key.Token(claims)))...), "")
		for i, name := range []string{"x-user", "x-n", "x-l", "x-o", "x-role"} {
			if got := strings.Join(ex.Upstream.Headers.Values(name), ","); got != wanted[i] {
				t.Errorf("%s: %s is %q, want %q", claims, name, got, wanted[i])
			}
		}
	}
	for _, claims := range []string{`{"sub":"a\nb: c"}`, `{"sub":"a\r\nb"}`, `{"sub":"\u0000"}`, `{"sub":"\u007f"}`} {
		want(t, h, claims, request("/", bearer(key.Token(claims))), fails)
	}
}

// What one rule writes into a header nobody may send elsewhere either.
func TestClaimsOfRules(t *testing.T) {
	key := josetest.New("", "HS256")
	set := josetest.Set(key)
	one := func(header string) string {
		return `"consumers":[` + consumerOf(set, `"claims_to_headers":[{"claim":"sub","header":"`+header+`"}]`) + `]`
	}
	h := start(t, `{"global_auth":false,`+one("X-All")+`,"_rules_":[{"_match_domain_":["b.test"],"allow":["c"],`+one("X-B")+`},{"_match_domain_":["c.test"],"allow":["c"],`+one("X-C")+`}]}`)
	for host, writes := range map[string]string{"a.test": "", "b.test": "x-b", "c.test": "x-c"} {
		r := request("/", bearer(key.Token(`{"sub":"joe"}`)), [2]string{"x-all", "root"}, [2]string{"x-b", "root"}, [2]string{"X-C", "root"})
		r[2][1] = host
		ex := want(t, h, host, r, "")
		for _, name := range []string{"x-all", "x-b", "x-c"} {
			if got := ex.Upstream.Headers.Get(name); got != map[bool]string{true: "joe"}[name == writes] {
				t.Errorf("%s: %s is %q", host, name, got)
			}
		}
	}
}

// A token is taken out of the query, whichever way its name is written.
func TestTokenIsTakenOut(t *testing.T) {
	key := josetest.New("", "HS256")
	token := key.Token(`{}`)
	h := start(t, configOf(consumerOf(josetest.Set(key), `"keep_token":false,"from_params":["a b"],"from_cookies":["s"]`)))
	for _, c := range []struct{ path, cookie, wantPath, wantCookie string }{
		{"/p?a+b=" + token + "&x=%41", "", "/p?x=%41", ""}, {"/p?x&a%20b=" + token, "y=z", "/p?x", "y=z"}, {"/p?a+b=" + token + "#f", "", "/p#f", ""},
		{"/p?", "s=" + token, "/p?", ""}, {"/p?q", "x=1;s = " + token + " ; y=2", "/p?q", "x=1; y=2"},
	} {
		r := request(c.path)
		if c.cookie != "" {
			r = append(r, [2]string{"cookie", c.cookie})
		}
		up := want(t, h, c.path, r, "").Upstream.Headers
		if up.Get(":path") != c.wantPath || up.Get("cookie") != c.wantCookie {
			t.Errorf("%s, %s: %q, %q", c.path, c.cookie, up.Get(":path"), up.Get("cookie"))
		}
	}
}

// Nothing that is logged has a token or a key in it.
func TestLogsShowNoSecrets(t *testing.T) {
	key := josetest.New("", "HS256")
	short := josetest.HMAC("", "HS256", []byte("a short one"))
	h := start(t, configOf(consumerOf(josetest.Set(key, short))))
	for _, token := range []string{key.Token(`{"exp":1}`), key.Token(`{"sub":7}`), short.Token(`{}`), "a.b.c", key.Sign(`{"alg":"none"}`, `{}`)} {
		h.Request(request("/", bearer(token)))
		for _, l := range h.Logs() {
			if strings.Contains(l.Message, token) || strings.Contains(l.Message, josetest.Encode([]byte("a short one"))) {
				t.Errorf("the log has a secret: %s", l)
			}
		}
	}
	if log := strings.Join(h.LogsAt(proxywasm.LogLevelWarn), "\n"); !strings.Contains(log, "consumer c: jwks: key 1: ") {
		t.Errorf("no warning of a key that is not used: %q", log)
	}
}

func TestRefusedConfigurations(t *testing.T) {
	set := josetest.Set(josetest.New("k", "HS256"))
	one := consumerOf(set)
	for config, says := range map[string]string{
		`{}`:                             "consumers: is required",
		`{"consumers":[]}`:               "consumers: must have at least 1",
		configOf(one, one):               "a second consumer with the name c",
		configOf(consumerOf("")):         "one of jwks and remote_jwks",
		configOf(consumerOf("nonsense")): "not a JSON web key set",
		configOf(consumerOf(set, `"remote_jwks":{"service_name":"a.dns"}`)):                    "one of jwks and remote_jwks",
		configOf(consumerOf(set, `"from_headers":[{"name":"a b"}]`)):                           "not a header's name",
		configOf(consumerOf(set, `"from_headers":[{"name":":path"}]`)):                         "not a header's name",
		configOf(consumerOf(set, `"claims_to_headers":[{"claim":"a","header":":authority"}]`)): "not a header's name",
		configOf(consumerOf(set, `"claims_to_headers":[{"claim":"a","header":"Host"}]`)):       "host is not for claims",
		configOf(consumerOf(set, `"clock_skew_seconds":-1`)):                                   "clock_skew_seconds",
		configOf(named(`a\nb`, set)):                                                           "can't be written into a header",
		`{"consumers":[` + one + `],"_rules_":[{"_match_domain_":["a.test"]}]}`:                "allow",
	} {
		h, err := plugintest.Start(t, plugintest.Options{Config: []byte(config)})
		log := strings.Join(h.LogsAt(proxywasm.LogLevelError), "\n") + strings.Join(h.LogsAt(proxywasm.LogLevelCritical), "\n")
		if err == nil || !strings.Contains(log, says) {
			t.Errorf("%.80s: %v, log %q, want %q", config, err, log, says)
		}
		if key := strings.Split(set, `"`)[9]; strings.Contains(log, key) && len(key) > 20 {
			t.Errorf("the log has a key: %s", log)
		}
	}
}

// BenchmarkRequest is a request that passes, natively.
func BenchmarkRequest(b *testing.B) {
	for _, alg := range []string{"HS256", "RS256", "ES256", "EdDSA"} {
		key := josetest.New("k", alg)
		h := start(b, configOf(consumerOf(josetest.Set(key))))
		r := request("/", bearer(key.Token(`{"sub":"alice","exp":4102444800}`)))
		b.Run(alg, func(b *testing.B) {
			for b.Loop() {
				if ex := h.Request(r); ex.Reply != nil {
					b.Fatal(ex.Reply)
				}
			}
		})
	}
}
