package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/config"

	"github.com/sluiceproxy/sluice/plugins/internal/jose"
	"github.com/sluiceproxy/sluice/test/josetest"
)

// parsed is a configuration without rules.
func parsed(t *testing.T, text string) Config {
	t.Helper()
	c, err := config.Parse[Config]([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// at is the verdict over a token at a time.
func (c *Config) at(token string, now time.Time) (consumer string, err error) {
	p, err := c.authenticate(context.Background(), request("/", bearer(token)), now)
	if err != nil {
		return "", err
	}
	return p.consumer.Name, nil
}

func (c *Config) kept() int {
	n, _ := c.cache.Size()
	return n
}

// What depends on the time is looked at each time.
func TestCacheAndTime(t *testing.T) {
	key := josetest.New("k", "ES256")
	c := parsed(t, configOf(consumerOf(josetest.Set(key), `"clock_skew_seconds":5`)))
	token := key.Token(`{"nbf":1000,"iat":1000,"exp":2000}`)
	for _, step := range []struct {
		now  int64
		kept int
		want error
	}{
		{994, 0, jose.ErrNotYet},
		{995, 1, nil},
		{2004, 1, nil},
		{2005, 1, jose.ErrExpired},
		{1500, 1, nil}, // the clock was set back
		{994, 1, jose.ErrNotYet},
		{3000, 1, jose.ErrExpired},
	} {
		if _, err := c.at(token, time.Unix(step.now, 0)); !errors.Is(err, step.want) || c.kept() != step.kept {
			t.Errorf("at %d: %v with %d tokens kept, want %v with %d", step.now, err, c.kept(), step.want, step.kept)
		}
	}
	other := parsed(t, configOf(consumerOf(josetest.Set(key))))
	if _, err := other.at(token, time.Unix(9000, 0)); !errors.Is(err, jose.ErrExpired) || other.kept() != 0 {
		t.Errorf("%v: a token that is over takes the room of one that is not", err)
	}
}

// One token before consumers and rules that differ: each decides for itself.
func TestCacheAndConsumers(t *testing.T) {
	one, two, now := josetest.New("k", "ES256"), josetest.New("k", "ES256"), time.Unix(1000, 0)
	c := parsed(t, configOf(
		named("a", josetest.Set(one), `"issuer":"a"`),
		named("b", josetest.Set(two)),
		named("c", josetest.Set(one), `"audiences":["c"]`),
		named("d", josetest.Set(one), `"require_exp":true`)))
	for claims, wanted := range map[string][2]string{
		`{"iss":"a"}`:             {"a", "b"},
		`{"aud":"c"}`:             {"c", "b"},
		`{"exp":4102444800}`:      {"d", "b"},
		`{}`:                      {"", "b"},
		`{"iss":"a","aud":"c"}`:   {"a", "b"},
		`{"iss":"A","aud":["c"]}`: {"c", "b"},
	} {
		for i, key := range []josetest.Key{one, two} {
			token := key.Token(claims)
			for range 3 {
				if got, err := c.at(token, now); got != wanted[i] || (err == nil) != (got != "") {
					t.Errorf("%s, key %d: %q, %v, want %q", claims, i, got, err, wanted[i])
				}
			}
		}
	}
}

// A key that a new configuration no longer has takes its tokens with it.
func TestCacheAndConfigurations(t *testing.T) {
	old, next := josetest.New("k", "RS256"), josetest.New("k", "RS256")
	token := old.Token(`{"iss":"one"}`)
	h := start(t, configOf(consumerOf(josetest.Set(old))))
	for _, step := range []struct{ name, config, body string }{
		{"the same", configOf(consumerOf(josetest.Set(old))), ""},
		{"another key", configOf(consumerOf(josetest.Set(next))), fails},
		{"no key", configOf(consumerOf(josetest.Set())), fails},
		{"both keys", configOf(consumerOf(josetest.Set(next, old))), ""},
		{"another issuer", configOf(consumerOf(josetest.Set(old), `"issuer":"two"`)), fails},
		{"another audience", configOf(consumerOf(josetest.Set(old), `"audiences":["x"]`)), fails},
		{"its exp", configOf(consumerOf(josetest.Set(old), `"require_exp":true`)), fails},
		{"another place", configOf(consumerOf(josetest.Set(old), `"from_headers":[{"name":"x-jwt"}]`)), missing},
		{"another algorithm", configOf(consumerOf(`{"keys":[` + old.JWK(`"alg":"PS256"`) + `]}`)), fails},
		{"back", configOf(consumerOf(josetest.Set(old))), ""},
	} {
		for range 2 {
			want(t, h, "before "+step.name, request("/", bearer(token)), "")
		}
		if err := h.Configure([]byte(step.config)); err != nil {
			t.Fatal(step.name, err)
		}
		for range 2 {
			want(t, h, step.name, request("/", bearer(token)), step.body)
		}
		if err := h.Configure([]byte(configOf(consumerOf(josetest.Set(old))))); err != nil {
			t.Fatal(err)
		}
	}
}

// Where the token is, who may pass and what upstream gets is found out each time.
func TestCacheAndRequests(t *testing.T) {
	key := josetest.New("k", "RS256")
	h := start(t, `{"consumers":[`+consumerOf(josetest.Set(key), `"claims_to_headers":[{"claim":"sub","header":"x-user"}]`)+
		`],"global_auth":true,"_rules_":[{"_match_domain_":["other.test"],"allow":["nobody"]}]}`)
	token := key.Token(`{"sub":"alice"}`)
	for range 3 {
		up := want(t, h, "passes", request("/", bearer(token), [2]string{"x-user", "root"}), "").Upstream.Headers
		if got := up.Values("x-user"); len(got) != 1 || got[0] != "alice" {
			t.Errorf("%q", got)
		}
		want(t, h, "twice", request("/?access_token="+token, bearer(token)), several)
		want(t, h, "joined", request("/", bearer(token+", "+token)), fails)
		want(t, h, "none", request("/"), missing)
		want(t, h, "a parameter", request("/?access_token="+token), "")
		other := request("/", bearer(token))
		other[2][1] = "other.test"
		want(t, h, "another route", other, denied)
	}
}

// Each part of a token that passes, changed.
func TestCacheAndChangedTokens(t *testing.T) {
	for _, alg := range []string{"RS256", "ES256", "HS256"} {
		key := josetest.New("k", alg)
		h, token := start(t, configOf(consumerOf(josetest.Set(key)))), key.Token(`{"sub":"alice"}`)
		want(t, h, alg, request("/", bearer(token)), "")
		begin := 0
		for _, part := range strings.Split(token, ".") {
			for _, i := range []int{begin, begin + len(part)/2, begin + len(part) - 1} {
				changed := []byte(token)
				changed[i] ^= 1
				want(t, h, fmt.Sprint(alg, " changed at ", i), request("/", bearer(string(changed))), fails)
			}
			begin += len(part) + 1
		}
		want(t, h, alg, request("/", bearer(token)), "")
	}
}

// Consumers with the same rules and many tokens have one cache, with a bound.
func TestCacheIsShared(t *testing.T) {
	key := josetest.New("k", "HS256")
	top := parsed(t, `{"global_auth":false,"consumers":[`+consumerOf(josetest.Set(key))+`]}`)
	rule, err := config.Override(top, []byte(`{"allow":["c"]}`))
	if err != nil {
		t.Fatal(err)
	}
	if rule.cache == nil || rule.cache != top.cache {
		t.Error("a rule has a cache of its own")
	}
	for i := range 5000 {
		if _, err := rule.at(key.Token(fmt.Sprintf(`{"n":%d}`, i)), time.Unix(1, 0)); err != nil {
			t.Fatal(err)
		}
	}
	if n, bytes := top.cache.Size(); n < 1000 || bytes < cacheBytes/2 || bytes > cacheBytes {
		t.Errorf("%d tokens with %d bytes", n, bytes)
	}
}

// What is answered as a wrong signature is does not cost one.
func TestCheapRefusals(t *testing.T) {
	key, forger := josetest.New("k", "ES512"), josetest.New("k", "ES512")
	c := parsed(t, configOf(consumerOf(josetest.Set(key), `"issuer":"one","audiences":["x"],"require_exp":true`)))
	now := time.Unix(1000, 0)
	for claims, spent := range map[string]jose.Budget{
		`{"iss":"one","aud":"x","exp":2000}`:              1,
		`{"iss":"one","aud":"x","exp":900}`:               1, // only who can sign learns of that
		`{"iss":"one","aud":"x","exp":900,"nbf":"a"}`:     1,
		`{"iss":"two","aud":"x","exp":2000}`:              0,
		`{"iss":"one","aud":"y","exp":2000}`:              0,
		`{"iss":"one","aud":"x"}`:                         0,
		`{"iss":"one","aud":"x","exp":"2000"}`:            0,
		`{"iss":"one","aud":"x","exp":2000,"nbf":9000}`:   0,
		`{"iss":"one","aud":"x","exp":2000,"nbf":"1"}`:    0,
		`{"iss":"one","aud":"x","exp":2000,"iat":9000}`:   0,
		`{"iss":"one","aud":"x","exp":2000,"iat":"1000"}`: 0,
	} {
		token, err := jose.Parse(forger.Token(claims))
		if err != nil {
			t.Fatal(err)
		}
		budget := jose.Budget(maxSignatures)
		err = c.Consumers[0].verify(context.Background(), token, now, &budget)
		if err == nil || errors.Is(err, jose.ErrExpired) || maxSignatures-budget != spent || rank(err) > 2 {
			t.Errorf("%s: %v with %d signatures, want %d", claims, err, maxSignatures-budget, spent)
		}
	}
}

// A token is read once for all consumers; each may see another text.
func TestReader(t *testing.T) {
	key := josetest.New("k", "HS256")
	r := reader{cache: jose.NewCache(cacheBytes)}
	text := key.Token(`{}`)
	one, err := r.read(text)
	two, again := r.read(text)
	if one == nil || one != two || err != nil || again != nil {
		t.Errorf("%v, %v", err, again)
	}
	for range 2 {
		if _, err := r.read("x"); !errors.Is(err, jose.ErrMalformed) {
			t.Errorf("%v", err)
		}
	}
	if _, err := r.read(""); !errors.Is(err, errMissing) {
		t.Errorf("%v", err)
	}
	if again, err := r.read(text); err != nil || again == nil {
		t.Errorf("%v", err)
	}
	c := parsed(t, configOf(named("a", josetest.Set(key), `"from_headers":[{"name":"authorization","value_prefix":""}]`), named("b", josetest.Set(key))))
	for range 2 {
		if got, err := c.at(text, time.Unix(1, 0)); got != "b" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
}
