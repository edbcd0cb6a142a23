package jose

import (
	"errors"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/josetest"
)

var algorithms = []string{
	"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
}

const joe = `{"iss":"joe"}`

// Each key verifies its own tokens and no others'.
func TestEveryAlgorithm(t *testing.T) {
	keys := map[string]josetest.Key{}
	for _, alg := range algorithms {
		keys[alg] = josetest.New("", alg)
	}
	for _, alg := range algorithms {
		token, err := Parse(keys[alg].Token(joe))
		if err != nil {
			t.Fatal(alg, err)
		}
		for _, other := range algorithms {
			if err := verify(setOf(t, keys[other].JWK()), token); (err == nil) != (alg == other) {
				t.Errorf("a token of %s with a key of %s: %v", alg, other, err)
			}
		}
		if err := verify(setOf(t, josetest.New("", alg).JWK()), token); !errors.Is(err, ErrSignature) {
			t.Errorf("%s with another key: %v", alg, err)
		}
	}
}

// What an attacker sends who knows the public keys.
func TestForgedTokens(t *testing.T) {
	rsa, ec, own := josetest.New("r", "RS256"), josetest.New("e", "ES256"), josetest.New("r", "RS256")
	var n string
	for _, part := range strings.Split(rsa.JWK(), `"`) {
		if len(part) > 300 {
			n = part
		}
	}
	good := rsa.Token(joe)
	header, rest, _ := strings.Cut(good, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	none := josetest.Encode([]byte(`{"alg":"none"}`))
	zeros := josetest.Encode(make([]byte, 64))
	es := josetest.Encode([]byte(`{"alg":"ES256","kid":"e"}`)) + "." + payload + "."
	set := setOf(t, rsa.JWK(), ec.JWK())
	for name, c := range map[string]struct {
		token string
		want  error
	}{
		"none, RFC 7515 A.5":          {"eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.", ErrAlgorithm},
		"none with a signature":       {none + "." + payload + "." + signature, ErrAlgorithm},
		"None":                        {rsa.Sign(`{"alg":"None"}`, joe), ErrAlgorithm},
		"rs256 in lower case":         {rsa.Sign(`{"alg":"rs256"}`, joe), ErrAlgorithm},
		"no alg":                      {rsa.Sign(`{"kid":"r"}`, joe), ErrMalformed},
		"alg is a number":             {rsa.Sign(`{"alg":256}`, joe), ErrMalformed},
		"alg twice":                   {rsa.Sign(`{"alg":"RS256","alg":"none"}`, joe), ErrMalformed},
		"alg twice, escaped":          {rsa.Sign(`{"alg":"RS256","\u0061lg":"none"}`, joe), ErrMalformed},
		"HMAC with the modulus":       {josetest.HMAC("r", "HS256", []byte(n)).Token(joe), ErrNoKey},
		"HMAC with the key's text":    {josetest.HMAC("r", "HS256", []byte(rsa.JWK())).Token(joe), ErrNoKey},
		"HMAC without a secret":       {josetest.HMAC("r", "HS256", nil).Token(joe), ErrNoKey},
		"RSA key used for PSS":        {rsa.Sign(`{"alg":"PS256","kid":"r"}`, joe), ErrSignature},
		"EC key, header says RS256":   {ec.Sign(`{"alg":"RS256","kid":"e"}`, joe), ErrNoKey},
		"own key with the right kid":  {own.Token(joe), ErrSignature},
		"own key in the header":       {own.Sign(`{"alg":"RS256","jwk":`+own.JWK()+`}`, joe), ErrSignature},
		"own key behind jku":          {own.Sign(`{"alg":"RS256","jku":"https://evil.example/jwks","x5u":"https://evil.example/c"}`, joe), ErrSignature},
		"own key in x5c":              {own.Sign(`{"alg":"RS256","x5c":["MIIB"]}`, joe), ErrSignature},
		"unknown kid":                 {rsa.Sign(`{"alg":"RS256","kid":"x"}`, joe), ErrNoKey},
		"kid of another key":          {rsa.Sign(`{"alg":"RS256","kid":"e"}`, joe), ErrNoKey},
		"kid is a number":             {rsa.Sign(`{"alg":"RS256","kid":7}`, joe), ErrMalformed},
		"kid is empty":                {rsa.Sign(`{"alg":"RS256","kid":""}`, joe), ErrMalformed},
		"kid in another case":         {rsa.Sign(`{"alg":"RS256","kid":"R"}`, joe), ErrNoKey},
		"crit":                        {rsa.Sign(`{"alg":"RS256","kid":"r","crit":["exp"],"exp":1}`, joe), ErrCritical},
		"crit, empty":                 {rsa.Sign(`{"alg":"RS256","kid":"r","crit":[]}`, joe), ErrCritical},
		"b64":                         {rsa.Sign(`{"alg":"RS256","kid":"r","b64":false,"crit":["b64"]}`, joe), ErrCritical},
		"payload of another token":    {header + "." + josetest.Encode([]byte(`{"iss":"eve"}`)) + "." + signature, ErrSignature},
		"header of another token":     {josetest.Encode([]byte(`{"alg":"RS256","kid":"r"}`)) + "." + payload + "." + signature, ErrSignature},
		"no signature":                {header + "." + payload + ".", ErrSignature},
		"two parts":                   {header + "." + payload, ErrMalformed},
		"four parts":                  {good + ".", ErrMalformed},
		"five parts":                  {good + ".a.b", ErrMalformed},
		"nothing":                     {"", ErrMalformed},
		"dots":                        {"..", ErrMalformed},
		"padding":                     {good + "=", ErrMalformed},
		"base64 of the other kind":    {strings.Replace(good, "-", "+", 1) + "+", ErrMalformed},
		"line break":                  {header + "." + payload + ".\n" + signature, ErrMalformed},
		"line break in the payload":   {header + "." + payload[:4] + "\r\n" + payload[4:] + "." + signature, ErrMalformed},
		"space":                       {" " + good, ErrMalformed},
		"payload is a list":           {rsa.Sign(`{"alg":"RS256","kid":"r"}`, `[]`), ErrMalformed},
		"payload is not JSON":         {rsa.Sign(`{"alg":"RS256","kid":"r"}`, `{"a":1}x`), ErrMalformed},
		"claim twice":                 {rsa.Sign(`{"alg":"RS256","kid":"r"}`, `{"iss":"joe","iss":"eve"}`), ErrMalformed},
		"claims nested deep":          {rsa.Sign(`{"alg":"RS256","kid":"r"}`, `{"a":`+strings.Repeat("[", 40)+strings.Repeat("]", 40)+`}`), ErrMalformed},
		"very long":                   {rsa.Sign(`{"alg":"RS256","kid":"r"}`, `{"a":"`+strings.Repeat("a", MaxToken)+`"}`), ErrMalformed},
		"ECDSA of zeros":              {es + zeros, ErrSignature},
		"ECDSA of nothing":            {es, ErrSignature},
		"ECDSA, too long":             {es + zeros + "AAAA", ErrSignature},
		"ECDSA as ASN.1":              {es + josetest.Encode([]byte{0x30, 6, 2, 1, 1, 2, 1, 1}), ErrSignature},
		"a signature of another hash": {rsa.Sign(`{"alg":"RS512","kid":"r"}`, joe), ErrSignature},
	} {
		token, err := Parse(c.token)
		if err == nil {
			err = verify(set, token)
		}
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if token, err := Parse(good); err != nil || verify(set, token) != nil {
		t.Errorf("the real one: %v", err)
	}
}

// A token that is just short enough, and one with a character more.
func TestLongTokens(t *testing.T) {
	key := josetest.New("", "HS256")
	set, seen := setOf(t, key.JWK()), map[int]bool{}
	for header := range 3 {
		for n := range 40 {
			// 43 characters of signature, two dots, and four for each three bytes.
			pad := (MaxToken-43-2-40)*3/4 - 20 + n
			text := key.Sign(`{"alg":"HS256"`+strings.Repeat(" ", 1+header)+`}`, `{"a":"`+strings.Repeat("a", pad)+`"}`)
			token, err := Parse(text)
			switch {
			case len(text) <= MaxToken && (err != nil || verify(set, token) != nil):
				t.Errorf("%d bytes: %v", len(text), err)
			case len(text) > MaxToken && !errors.Is(err, ErrMalformed):
				t.Errorf("%d bytes: %v", len(text), err)
			}
			seen[len(text)-MaxToken] = true
		}
	}
	if !seen[0] || !seen[1] {
		t.Errorf("the limit is not among %v", seen)
	}
}

// A bit behind the end of base64 gives a token a second text.
func TestOneTextForEachToken(t *testing.T) {
	key := josetest.New("", "HS256") // 32 bytes: the last of 43 characters has two bits too many
	token := key.Token(joe)
	last := strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", token[len(token)-1])
	other := token[:len(token)-1] + string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[last^1])
	if _, err := Parse(other); !errors.Is(err, ErrMalformed) {
		t.Errorf("%v", err)
	}
}

func TestBudget(t *testing.T) {
	var keys []string
	for range 5 {
		keys = append(keys, josetest.New("", "HS256").JWK())
	}
	last := josetest.New("", "HS256")
	token, err := Parse(last.Token(joe))
	if err != nil {
		t.Fatal(err)
	}
	set := setOf(t, append(keys, last.JWK())...)
	for _, c := range []struct {
		budget, left Budget
		want         error
	}{{6, 0, nil}, {7, 1, nil}, {5, 0, ErrSignature}, {0, 0, ErrSignature}} {
		b := c.budget
		if err := set.Verify(token, &b); !errors.Is(err, c.want) || b != c.left {
			t.Errorf("a budget of %d: %v and %d left", c.budget, err, b)
		}
	}
}

// FuzzParse looks for texts that panic, and for any that a key accepts.
func FuzzParse(f *testing.F) {
	rsa, ec, hmac := josetest.New("r", "RS256"), josetest.New("e", "ES256"), josetest.New("h", "HS256")
	set, err := ParseSet([]byte(josetest.Set(rsa, ec, hmac)))
	if err != nil {
		f.Fatal(err)
	}
	other := josetest.New("h", "HS256")
	for _, seed := range []string{"", "..", "a.b.c", other.Token(joe), other.Sign(`{"alg":"none"}`, `{}`)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		token, err := Parse(text)
		if err == nil && verify(set, token) == nil {
			t.Errorf("%q was accepted", text)
		}
	})
}
