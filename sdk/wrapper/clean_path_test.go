package wrapper

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestCleanPath(t *testing.T) {
	for in, want := range map[string]string{
		"/": "/", "/a": "/a", "/a/": "/a/", "/a?x=/../b": "/a", "/a#b": "/a", "/a;v=1": "/a", "/a;v=1/b;w": "/a/b",
		"//a///b//": "/a/b/", "/a/./b": "/a/b", "/a/../b": "/b", "/a/..": "/", "/a/.": "/a/", "/a/b/../": "/a/",
		"/%61dmin": "/admin", "/a/%2e%2e/b": "/b", "/a/%2E/b": "/a/b", "/a/..;x/b": "/b", "/A": "/A",
		"/%41%42": "/AB", "/100%25": "/100%", "/%C3%A4": "/ä", "/a b": "/a b", "/;x": "/", "/a/;/b": "/a/b", "?": "", "/..a": "/..a",
		"": "", "a": "", "*": "", "/..": "", "/a/../..": "", "/%2e%2e": "", "/a%2fb": "", "/a%2Fb": "", "/a\\b": "", "/a%5cb": "",
		"/%": "", "/%4": "", "/%zz": "", "/%252e": "", "/%00": "", "/a%0ab": "", "/a\x00": "", "http://h/a": "",
	} {
		got, err := CleanPath(in)
		if got != want || (err != nil) != (want == "") || err != nil && !errors.Is(err, ErrAmbiguousPath) {
			t.Errorf("%q: got %q, %v, want %q", in, got, err, want)
		}
	}
}

// What comes out names itself: cleaning it changes nothing, and there is nothing
// in it that could be read in another way.
func FuzzCleanPath(f *testing.F) {
	for _, seed := range []string{"/", "/a/../b;c?d", "/%2e%2e/%252e", "//a/./b/..;/c%20"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		clean, err := CleanPath(path)
		if err != nil {
			return
		}
		if !strings.HasPrefix(clean, "/") || strings.Contains(clean, "//") || strings.Contains(clean+"/", "/../") || strings.Contains(clean+"/", "/./") {
			t.Errorf("%q became %q", path, clean)
		}
		if strings.ContainsAny(clean, "?#;%") {
			return // those were escaped; a second decoding is not ours
		}
		if again, err := CleanPath(clean); err != nil || again != clean {
			t.Errorf("%q became %q, and that %q, %v", path, clean, again, err)
		}
	})
}

func ExampleCleanPath() {
	path, err := CleanPath("/public/..;/%61dmin//users?page=2")
	fmt.Println(path, err)
	_, err = CleanPath("/public/%252e%252e/admin")
	fmt.Println(err)
	// Output:
	// /admin/users <nil>
	// ambiguous path
}
