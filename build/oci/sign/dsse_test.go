package sign

import (
	"errors"
	"strings"
	"testing"
)

// TestEncoding has the example of DSSE's specification.
func TestEncoding(t *testing.T) {
	if got := string(encoded("http://example.com/HelloWorld", []byte("hello world"))); got != "DSSEv1 29 http://example.com/HelloWorld 11 hello world" {
		t.Errorf("got %q", got)
	}
}

func TestEnvelopes(t *testing.T) {
	for _, kind := range Kinds() {
		key, other := newKey(t, kind), newKey(t, kind)
		e, err := Envelop([]byte(`{"a":1}`), key)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range []*PublicKey{key.Public(), nil} {
			if got, err := OpenEnvelope(e, k); err != nil || string(got) != `{"a":1}` {
				t.Errorf("%s: %q, %v", kind, got, err)
			}
		}
		if _, err := OpenEnvelope(e, other.Public()); !errors.Is(err, ErrOtherKey) {
			t.Errorf("%s, other key: %v", kind, err)
		}
		changed := strings.Replace(string(e), "eyJhIjoxfQ==", "eyJhIjoyfQ==", 1)
		if _, err := OpenEnvelope([]byte(changed), key.Public()); changed == string(e) || !errors.Is(err, ErrOtherKey) {
			t.Errorf("%s, changed: %v", kind, err)
		}
	}
}

func TestBadEnvelopes(t *testing.T) {
	key := newKey(t, ECDSA).Public()
	for text, want := range map[string]error{
		"":   ErrMalformed,
		"{}": ErrMalformed,
		`{"payloadType":"text/plain","payload":"","signatures":[]}`:                                                       ErrMalformed,
		`{"payloadType":"application/vnd.in-toto+json","payload":"%","signatures":[]}`:                                    ErrMalformed,
		`{"payloadType":"application/vnd.in-toto+json","payload":"","signatures":[]}`:                                     ErrOtherKey,
		`{"payloadType":"application/vnd.in-toto+json","payload":"","signatures":[{"sig":"%"}]}`:                          ErrOtherKey,
		`{"payloadType":"application/vnd.in-toto+json","payload":"","signatures":[{"sig":"AAAA"}]}`:                       ErrOtherKey,
		`{"payloadType":"application/vnd.in-toto+json","payload":"","signatures":[{}` + strings.Repeat(",{}", 100) + `]}`: ErrLimit,
		strings.Repeat(" ", MaxEnvelope+1):                                                                                ErrLimit,
	} {
		if _, err := OpenEnvelope([]byte(text), key); !errors.Is(err, want) {
			t.Errorf("%.90q: got %v, want %v", text, err, want)
		}
	}
}
