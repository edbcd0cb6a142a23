package consumer

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func hashed(clear string) string {
	sum := sha256.Sum256([]byte(clear))
	return Hashed + hex.EncodeToString(sum[:])
}

func TestKeys(t *testing.T) {
	var k Keys
	if _, found := k.Find(""); found {
		t.Error("found without keys")
	}
	for i, stored := range []string{"one", hashed("two"), strings.ToUpper(hashed("three")[7:])} {
		if err := k.Add(stored, fmt.Sprint("c", i+1)); err != nil {
			t.Fatal(err)
		}
	}
	for given, want := range map[string]string{
		"one": "c1", "two": "c2", strings.ToUpper(hashed("three")[7:]): "c3", // no prefix: in clear
		"": "", "One": "", "one ": "", hashed("one"): "", hashed("two"): "", hashed("two")[7:]: "", "on": "", "one\x00": "",
	} {
		if got, found := k.Find(given); got != want || found != (want != "") {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
	for _, again := range []string{"one", hashed("one"), "two", hashed("two")} {
		if err := k.Add(again, "x"); !errors.Is(err, ErrDuplicate) {
			t.Errorf("%q again: %v", again, err)
		}
	}
}

func TestSecrets(t *testing.T) {
	for _, stored := range []string{"pass word", hashed("pass word"), Hashed + strings.ToUpper(hashed("pass word")[7:])} {
		s, err := NewSecret(stored)
		if err != nil || !s.Is("pass word") || s.Is("") || s.Is("pass") || s.Is(stored+"x") {
			t.Errorf("%q: %v", stored, err)
		}
	}
	for _, bad := range []string{"", Hashed, Hashed + "00", Hashed + strings.Repeat("g", 64), hashed("a") + "00", hashed("a")[:70]} {
		s, err := NewSecret(bad)
		if err == nil || s.Is("") || s.Is("a") {
			t.Errorf("%q was taken", bad)
		}
		if err != nil && len(bad) > 10 && strings.Contains(err.Error(), bad[8:]) {
			t.Errorf("the error shows the credential: %v", err)
		}
	}
	if (Secret{}).Is("") {
		t.Error("no secret is equal to no credential")
	}
}

func BenchmarkFind(b *testing.B) {
	for _, n := range []int{1, 10000} {
		var k Keys
		for i := range n {
			_ = k.Add(fmt.Sprint("key-", i), "c")
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, found := k.Find("key-0"); !found {
					b.Fatal()
				}
			}
		})
	}
}
