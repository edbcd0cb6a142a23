package main

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// What is found to have one form has one.
func TestPlain(t *testing.T) {
	for path, want := range map[string]bool{
		"/": true, "/get?a=1": true, "/a/b/": true, "/a/?x": true, "/a.b/c..d": true, "/a?b=/../c": true,
		"": false, "a": false, "/a?": false, "//a": false, "/a//": false, "/a/.": false, "/..": false, "/a;b": false, `/a\b`: false, "/%61": false, "/a?b=+": false, "/a#b": false,
	} {
		if isPlain(path) != want {
			t.Errorf("%q: plain is %v", path, !want)
		}
	}
	const letters = `/a.%;\?+#2e&=`
	plain := 0
	for range 200000 {
		text := make([]byte, rand.IntN(9))
		for i := range text {
			text[i] = letters[rand.IntN(len(letters))]
		}
		checkPlain(t, "/"+string(text), &plain)
	}
	if plain < 1000 {
		t.Errorf("%d plain paths among those of the test", plain)
	}
}

func checkPlain(t *testing.T, path string, plain *int) {
	t.Helper()
	if !isPlain(path) {
		return
	}
	*plain++
	if all := appendReadings(nil, path); !slices.Equal(all, []string{path}) {
		t.Fatalf("%q has the forms %q", path, all)
	}
}

func FuzzPlain(f *testing.F) {
	for _, path := range []string{"/", "/a/b?c=d", "/a/./b", "/a/%2e", "/a//b"} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		checkPlain(t, path, new(int))
	})
}
