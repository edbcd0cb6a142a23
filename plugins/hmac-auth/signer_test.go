package main

import (
	"crypto/hmac"
	"encoding/base64"
	"strings"
	"testing"
)

// What a signer keeps of one signature has no part in the next.
func TestSigner(t *testing.T) {
	who := &signer{secret: []byte("secret")}
	for round := range 3 {
		for _, a := range []algorithm{withSHA256, withSHA1, withSHA512} {
			for _, text := range []string{"a text", "", "a longer text, of which only the beginning is the other one's", "a text"} {
				h := hmac.New(a.hash(), []byte("secret"))
				h.Write([]byte(text))
				want := base64.StdEncoding.EncodeToString(h.Sum(nil))
				half := len(text) / 2
				if !who.has(want, a, text[:half], text[half:]) {
					t.Errorf("round %d, algorithm %d: %q is not signed by %s", round, a, text, want)
				}
				for _, wrong := range []string{"", want[1:], want + "=", "A" + want} {
					if who.has(wrong, a, text) {
						t.Errorf("round %d, algorithm %d: %q is signed by %q", round, a, text, wrong)
					}
				}
				if who.has(want, a, text, "x") {
					t.Errorf("round %d, algorithm %d: %q has the signature of %q", round, a, text+"x", text)
				}
			}
		}
	}
}

// A long text is signed as a short one is, and is not kept for each consumer.
func TestSignerKeepsLittle(t *testing.T) {
	who := &signer{secret: []byte("secret")}
	for _, n := range []int{10, maxKept / 2, 1 << 20, 100, 1 << 20} {
		text := strings.Repeat("x", n)
		h := hmac.New(withSHA256.hash(), who.secret)
		h.Write([]byte(text + "y"))
		want := base64.StdEncoding.EncodeToString(h.Sum(nil))
		if !who.has(want, withSHA256, text, "y") || who.has(want, withSHA256, text, "z") {
			t.Errorf("%d bytes: not the signature of this text alone", n)
		}
		if cap(who.text) > maxKept {
			t.Errorf("%d bytes: %d are kept", n, cap(who.text))
		}
	}
}
