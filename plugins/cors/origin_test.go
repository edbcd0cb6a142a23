package main

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func allowed(c *Config, text string) bool {
	o, ok := parseOrigin(text)
	return c.allows(text, o, ok)
}

// sameAsRegexp compares glob with the regular expression that a pattern stands for.
func sameAsRegexp(t *testing.T, pattern, text string) (matched bool) {
	t.Helper()
	parts := strings.Split(pattern, "*")
	quoted := make([]string, len(parts))
	for i, part := range parts {
		quoted[i] = regexp.QuoteMeta(part)
	}
	want := regexp.MustCompile(`(?s)\A` + strings.Join(quoted, ".*") + `\z`).MatchString(text)
	if got := glob(parts, text); got != want {
		t.Fatalf("%q matches %q: %v", pattern, text, got)
	}
	return want
}

func TestGlob(t *testing.T) {
	word := func(letters string, most int) string {
		b := make([]byte, rand.IntN(most+1))
		for i := range b {
			b[i] = letters[rand.IntN(len(letters))]
		}
		return string(b)
	}
	matched := 0
	for range 50000 {
		if sameAsRegexp(t, word("ab.*", 6), word("ab.", 8)) {
			matched++
		}
	}
	if matched < 500 {
		t.Errorf("%d matches among those of the test", matched)
	}
}

func FuzzGlob(f *testing.F) {
	for _, c := range [][2]string{{"*.example.com", "a.example.com"}, {"a*b*a", "aba"}, {"a*a", "a"}, {"", ""}, {"**", "x"}} {
		f.Add(c[0], c[1])
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) < 100 && utf8.ValidString(pattern) && utf8.ValidString(text) {
			sameAsRegexp(t, pattern, text)
		}
	})
}
