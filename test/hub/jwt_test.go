package hub

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/josetest"
)

// jwtTokens are tokens by their text, with the consumer whose they are; "" is
// nobody's. The oracle believes this list and looks into no token.
type jwtTokens struct {
	owner map[string]string
	all   []string
	good  []string
}

func (l *jwtTokens) add(owner, token string) {
	l.owner[token] = owner
	l.all = append(l.all, token)
	if owner != "" {
		l.good = append(l.good, token)
	}
}

func newTokens(one, two, strange josetest.Key) *jwtTokens {
	l := &jwtTokens{owner: map[string]string{}}
	const late = `,"exp":4102444800,"nbf":1,"iat":1}`
	l.add("c1", one.Token(`{"iss":"one"`+late))
	l.add("c1", one.Token(`{"iss":"one"}`))
	l.add("c1", one.Sign(`{"alg":"ES256"}`, `{"iss":"one"}`))
	l.add("c2", two.Token(`{"iss":"two","aud":["x","y"]}`))
	for _, nobody := range []string{
		one.Token(`{"iss":"two","aud":"x"}`), one.Token(`{}`), two.Token(`{"iss":"two"}`), two.Token(`{"iss":"one"}`), two.Token(`{"iss":"two","aud":"z"}`),
		one.Token(`{"iss":"one","exp":1}`), one.Token(`{"iss":"one","nbf":4102444800}`), one.Token(`{"iss":"one","iat":4102444800}`), one.Token(`{"iss":"one","exp":"4102444800"}`),
		one.Token(`{"iss":"one","iss":"one"}`), one.Token(`{"iss":["one"]}`), one.Token(`[]`), one.Token(`{"iss":"one"`),
		strange.Token(`{"iss":"one"}`), strange.Sign(`{"alg":"ES256","kid":"k1","jwk":`+strange.JWK()+`}`, `{"iss":"one"}`),
		strange.Sign(`{"alg":"ES256","jku":"http://127.0.0.1/jwks"}`, `{"iss":"one"}`),
		one.Sign(`{"alg":"none","kid":"k1"}`, `{"iss":"one"}`), one.Sign(`{"alg":"NONE"}`, `{"iss":"one"}`), one.Sign(`{"alg":"RS256","kid":"k1"}`, `{"iss":"one"}`),
		one.Sign(`{"alg":"ES256","kid":"k2"}`, `{"iss":"one"}`), one.Sign(`{"alg":"ES256","kid":"k1","crit":["x"],"x":1}`, `{"iss":"one"}`), one.Sign(`{"kid":"k1"}`, `{"iss":"one"}`),
		josetest.HMAC("k2", "HS256", []byte(two.JWK())).Token(`{"iss":"two","aud":"x"}`), josetest.HMAC("k1", "HS256", nil).Token(`{"iss":"one"}`),
		"eyJhbGciOiJub25lIn0.eyJpc3MiOiJvbmUifQ.", "a.b.c", "..", "x",
	} {
		l.add("", nobody)
	}
	return l
}

// some returns a token, as it is or damaged.
func (l *jwtTokens) some(r *rand.Rand) string {
	token := pick(r, l.good...)
	switch r.IntN(8) {
	case 0, 1, 2:
		token = pick(r, l.all...)
	case 3: // one character is another
		i := r.IntN(len(token))
		token = token[:i] + pick(r, "A", "B", "_", ".", "=", "9") + token[i+1:]
	case 4:
		token = pick(r, token+"=", token+".", "."+token, token[:r.IntN(len(token))], token+token, token+","+token, token+" "+token)
	}
	return token
}

func TestJWTAuth(t *testing.T) {
	one, two, strange := josetest.New("k1", "ES256"), josetest.New("k2", "RS256"), josetest.New("k1", "ES256")
	set := func(k josetest.Key) string { b, _ := json.Marshal(josetest.Set(k)); return string(b) }
	tokens := newTokens(one, two, strange)
	attack(t, guard{
		plugin: "jwt-auth",
		config: fmt.Sprintf(`{"global_auth":true,"consumers":[
			{"name":"c1","issuer":"one","jwks":%s,"claims_to_headers":[{"claim":"none","header":"x-user"}]},
			{"name":"c2","issuer":"two","audiences":["x"],"jwks":%s,"from_headers":[{"name":"X-Jwt","value_prefix":""}],"from_cookies":["jwt"]}],
			"_rules_":[{"_match_domain_":["hub.test"],"allow":["c1"]},{"_match_domain_":["[::1]"],"allow":["c1","c2"]}]}`, set(one), set(two)),
		stripped: []string{"X-User"},
		mutate: func(r *rand.Rand, q *request) {
			for range pick(r, 0, 1, 1, 1, 1, 1, 1, 2) {
				token := tokens.some(r)
				switch r.IntN(6) {
				case 0, 1, 2:
					q.add(pick(r, "authorization", "Authorization"), pick(r, "Bearer ", "Bearer ", "bearer ", "BEARER  ", "Basic ", "", "Bearer")+token)
				case 3:
					q.add(pick(r, "x-jwt", "X-JWT", "x_jwt"), token)
				case 4:
					q.add("cookie", pick(r, "", "a=b; ", "jwt2=x;")+pick(r, "jwt", "jwt", "Jwt")+"="+pick(r, token, `"`+token+`"`)+pick(r, "", "; c=d"))
				default:
					sep := "?"
					if strings.Contains(q.target, "?") {
						sep = pick(r, "&", "&", "&&", ";")
					}
					q.target += sep + pick(r, "access_token", "access_token", "access%5Ftoken", "Access_Token", "access_token[]") + "=" + url.QueryEscape(token)
				}
			}
			if oneIn(r, 3) {
				q.add(pick(r, "x-user", "X-User"), "root")
			}
			q.shuffle(r)
		},
		verdict: func(q *request) verdict { return tokens.verdict(q) },
	})
}

// verdict decides by the page of the plugin alone.
func (l *jwtTokens) verdict(q *request) verdict {
	var owners []string
	see := func(consumer, token string) {
		if owner := l.owner[token]; owner == consumer {
			owners = append(owners, owner)
		} else {
			owners = append(owners, "")
		}
	}
	if len(q.values("authorization")) > 1 || len(q.values("x-jwt")) > 1 {
		return refused
	}
	for _, v := range q.values("authorization") {
		if scheme, token, ok := strings.Cut(strings.TrimSpace(v), " "); ok && strings.EqualFold(scheme, "bearer") {
			see("c1", strings.TrimSpace(token))
		}
	}
	for _, v := range q.values("x-jwt") {
		see("c2", strings.TrimSpace(v))
	}
	for _, line := range q.values("cookie") {
		for _, pair := range strings.Split(line, ";") {
			if name, value, _ := strings.Cut(strings.Trim(pair, " \t"), "="); name == "jwt" {
				see("c2", strings.Trim(value, `"`))
			}
		}
	}
	_, query, _ := strings.Cut(q.target, "?")
	for _, part := range strings.Split(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		if name, err := url.QueryUnescape(name); err == nil && name == "access_token" {
			value, _ = url.QueryUnescape(value)
			see("c1", value)
		}
	}
	if len(owners) != 1 || owners[0] == "" {
		return refused
	}
	if owners[0] == "c2" && strings.HasPrefix(strings.ToLower(q.host), "hub.test") {
		return refused
	}
	return passes(owners[0])
}
