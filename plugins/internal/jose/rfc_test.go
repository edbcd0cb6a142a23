package jose

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// vector is an example of an RFC: a key, and a JWS in compact form that it made.
type vector struct {
	Name, Payload, Token string
	Key                  json.RawMessage
}

func vectors(t *testing.T) (all []vector) {
	t.Helper()
	file, err := os.ReadFile("testdata/rfc.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(file, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) < 9 {
		t.Fatalf("%d vectors", len(all))
	}
	return all
}

// setOf is a set of keys without any that is ignored.
func setOf(t *testing.T, keys ...string) *Set {
	t.Helper()
	s, err := ParseSet([]byte(`{"keys":[` + strings.Join(keys, ",") + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Ignored) > 0 {
		t.Fatalf("ignored: %q", s.Ignored)
	}
	return s
}

// verify is the verdict over a token with a budget that is no limit.
func verify(s *Set, token *Token) error {
	b := Budget(MaxKeys)
	return s.Verify(token, &b)
}

func TestVectors(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			s := setOf(t, string(v.Key))
			token, payload, err := parseJWS(v.Token)
			if err != nil {
				t.Fatal(err)
			}
			if raw, ok := decode(payload); !ok || string(raw) != v.Payload {
				t.Errorf("payload %q", raw)
			}
			if err := verify(s, token); err != nil {
				t.Error(err)
			}
			for _, place := range []int{5, len(v.Token) / 2, len(v.Token) - 10} {
				changed, _, err := parseJWS(change(v.Token, place))
				if err == nil && verify(s, changed) == nil {
					t.Errorf("the change at %d was not seen", place)
				}
			}
		})
	}
}

// change replaces the character at i, or the one before where that is a dot.
func change(token string, i int) string {
	if token[i] == '.' {
		i--
	}
	with := "A"
	if token[i] == 'A' {
		with = "B"
	}
	return token[:i] + with + token[i+1:]
}

// Every key of the RFCs against every token of another: none may pass.
func TestVectorsWithOtherKeys(t *testing.T) {
	all := vectors(t)
	for _, v := range all {
		token, _, err := parseJWS(v.Token)
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range all {
			same := string(other.Key) == string(v.Key) || strings.Contains(v.Name, "7520, 4.1") && strings.Contains(other.Name, "7520, 4.2") ||
				strings.Contains(v.Name, "7520, 4.2") && strings.Contains(other.Name, "7520, 4.1")
			if !same && verify(setOf(t, string(other.Key)), token) == nil {
				t.Errorf("%s verified with the key of %s", v.Name, other.Name)
			}
		}
	}
}
