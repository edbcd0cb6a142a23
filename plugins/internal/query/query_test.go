package query

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

func Example() {
	path, query := Split("/a?apikey=k1&%zz&apikey=k%202#top")
	fmt.Println(path)
	for name, value := range Pairs(query) {
		fmt.Printf("%q %q\n", name, value)
	}
	fmt.Println(Escape("größe & mehr"))
	// Output:
	// /a
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

// Every byte as an escape, in each form, and what only looks like one.
func TestEveryEscape(t *testing.T) {
	for b := range 256 {
		for _, form := range []string{"%%%02x", "%%%02X"} {
			text := fmt.Sprintf("x"+form+"y", b)
			if got := Unescape(text, true); got != "x"+string([]byte{byte(b)})+"y" {
				t.Errorf("%s: %q", text, got)
			}
		}
		for _, text := range []string{string([]byte{byte(b)}), "a" + string([]byte{byte(b)}) + "b", string([]byte{byte(b), ' '})} {
			if got, want := Escape(text), url.QueryEscape(text); got != want {
				t.Errorf("%q: %s, want %s", text, got, want)
			}
			if b != '%' && b != '+' && Unescape("%41"+text, false) != "A"+text {
				t.Errorf("%q changed", text)
			}
		}
		if first, second := string([]byte{'%', byte(b), '0'}), string([]byte{'%', '0', byte(b)}); !isHex(byte(b)) && (Unescape(first, false) != first || Unescape(second, false) != second) {
			t.Errorf("%q or %q is an escape", first, second)
		}
	}
	if got := Unescape("+%2B", true); got != " +" {
		t.Errorf("%q", got)
	}
	if got := Unescape("+a", true); got != " a" {
		t.Errorf("%q", got)
	}
	for name, value := range Pairs("%41+b=%42+c") {
		if name != "A b" || value != "B c" {
			t.Errorf("%q %q", name, value)
		}
	}
}

func isHex(c byte) bool { return strings.IndexByte("0123456789abcdefABCDEF", c) >= 0 }

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
