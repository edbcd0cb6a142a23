package http

import (
	"net/http"
	"reflect"
	"testing"
)

var keys = []string{"", "a", "A", "content-type", "Content-Type", "CONTENT-TYPE", "x--y", "-a", "a b", " a", "é", "a:b", "x_1-Z.2", "a-", "\x00", "A-b C", "host"}

func FuzzCanonicalHeaderKey(f *testing.F) {
	for _, key := range keys {
		f.Add(key)
	}
	f.Fuzz(func(t *testing.T, key string) {
		if got, want := CanonicalHeaderKey(key), http.CanonicalHeaderKey(key); got != want {
			t.Errorf("%q is %q, want %q", key, got, want)
		}
	})
}

// TestHeader does the same with both types.
func TestHeader(t *testing.T) {
	type header interface {
		Add(key, value string)
		Set(key, value string)
		Get(key string) string
		Values(key string) []string
		Del(key string)
	}
	run := func(h header) (seen []string) {
		for _, key := range keys {
			h.Add(key, "1"+key)
			h.Add(key, "2")
			seen = append(seen, h.Get(key))
			seen = append(seen, h.Values(key)...)
		}
		for i, key := range keys {
			if i%2 == 0 {
				h.Set(key, "3")
			}
			if i%3 == 0 {
				h.Del(key)
			}
			seen = append(seen, h.Get(key))
		}
		return seen
	}
	mine, theirs := Header{"raw": nil, "empty": {}}, http.Header{"raw": nil, "empty": {}}
	if got, want := run(mine), run(theirs); !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	clone := mine.Clone()
	if !reflect.DeepEqual(map[string][]string(clone), map[string][]string(theirs.Clone())) {
		t.Errorf("%q, want %q", clone, theirs)
	}
	clone.Add("Content-Type", "more")
	if !reflect.DeepEqual(map[string][]string(mine), map[string][]string(theirs)) {
		t.Error("a clone's changes show in its origin")
	}
	if Header(nil).Clone() != nil || Header(nil).Get("a") != "" || Header(nil).Values("a") != nil {
		t.Error("nil has values")
	}
}
