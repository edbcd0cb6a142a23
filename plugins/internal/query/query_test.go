package query

import (
	"fmt"
	"net/url"
	"testing"
)

func Example() {
	path, query := Split("/a?apikey=k1&%zz&apikey=k%202#top")
	fmt.Println(path)
	fmt.Printf("%q\n", Values(query, "apikey"))
	for name, value := range Pairs(query) {
		fmt.Printf("%q %q\n", name, value)
	}
	fmt.Println(Escape("größe & mehr"))
	// Output:
	// /a
	// ["k1" "k 2"]
	// "apikey" "k1"
	// "%zz" ""
	// "apikey" "k 2"
	// gr%C3%B6%C3%9Fe+%26+mehr
}

func TestUnescape(t *testing.T) {
	for s, want := range map[string]string{
		"": "", "a+b": "a b", "%41": "A", "%2": "%2", "%": "%", "%%41": "%A", "%4g": "%4g", "%00": "\x00", "%e4": "\xe4", "%252e": "%2e",
	} {
		if got := Unescape(s, true); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
	if got := Unescape("a+b%2b", false); got != "a+b+" {
		t.Errorf("%q", got)
	}
}

func TestPairs(t *testing.T) {
	for query, want := range map[string]string{
		"": "", "&&": "", "a": "a=", "a=1&a=2": "a=1,a=2", "=x": "=x", "a=b=c": "a=b=c", "a;b=1": "a;b=1", "a%3D=%26": "a==&",
	} {
		got := ""
		for name, value := range Pairs(query) {
			if got != "" {
				got += ","
			}
			got += name + "=" + value
		}
		if got != want {
			t.Errorf("%q: %q, want %q", query, got, want)
		}
	}
	for range Pairs("a=1&b=2") {
		break
	}
}

// Escape and Unescape are net/url's where that has no error.
func FuzzUnescape(f *testing.F) {
	for _, s := range []string{"a+b%41", "%zz", "größe", "a b&c=d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if want, err := url.QueryUnescape(s); err == nil && Unescape(s, true) != want {
			t.Errorf("%q: %q, want %q", s, Unescape(s, true), want)
		}
		if got := Escape(s); got != url.QueryEscape(s) || Unescape(got, true) != s {
			t.Errorf("%q: %q, want %q", s, got, url.QueryEscape(s))
		}
	})
}
