package sign

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// word is a passphrase.
func word(text string) func() ([]byte, error) {
	return func() ([]byte, error) { return []byte(text), nil }
}

// TestFiles: a key comes out of its files as it went in, in each form.
func TestFiles(t *testing.T) {
	for _, kind := range Kinds() {
		key, err := Generate(kind)
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := key.PEM([]byte("secret"))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := key.PlainPEM()
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string][]byte{"sealed": sealed, "plain": plain} {
			again, err := ParsePrivate(text, word("secret"))
			if err != nil || again.Public().Fingerprint() != key.Public().Fingerprint() {
				t.Errorf("%s %s: %v", kind, name, err)
			}
		}
		public, err := ParsePublic(key.Public().PEM())
		if err != nil || public.String() != string(kind)+" "+key.Public().Fingerprint() {
			t.Errorf("%s: %v, %v", kind, public, err)
		}
		if _, err := ParsePrivate(sealed, word("wrong")); !errors.Is(err, ErrPassphrase) {
			t.Errorf("%s, wrong passphrase: %v", kind, err)
		}
		if _, err := ParsePrivate(sealed, nil); !errors.Is(err, errNoPassphrase) {
			t.Errorf("%s, no passphrase: %v", kind, err)
		}
	}
	if _, err := Generate("rsa"); !errors.Is(err, ErrMalformed) {
		t.Errorf("rsa: %v", err)
	}
}

// TestCosignKey reads a pair that cosign 2.4.0 has written.
func TestCosignKey(t *testing.T) {
	private, err := ParsePrivate(read(t, "cosign.key"), word("pw"))
	if err != nil {
		t.Fatal(err)
	}
	public, err := ParsePublic(read(t, "cosign.pub"))
	if err != nil || private.Public().Fingerprint() != public.Fingerprint() {
		t.Errorf("%v, %v, %v", private.Public(), public, err)
	}
	if !bytes.Equal(public.PEM(), read(t, "cosign.pub")) {
		t.Error("the public key is written otherwise")
	}
}

// TestSEC1: the form in which OpenSSL writes EC keys.
func TestSEC1(t *testing.T) {
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParsePrivate(pem.EncodeToMemory(&pem.Block{Type: pemEC, Bytes: der}), nil); err != nil {
		t.Error(err)
	}
	if _, err := ParsePrivate(pem.EncodeToMemory(&pem.Block{Type: pemEC, Bytes: der[:20]}), nil); !errors.Is(err, ErrMalformed) {
		t.Errorf("cut: %v", err)
	}
}

// block is a PEM file of a key in PKCS #8 or PKIX.
func block(t *testing.T, kind string, key any) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if kind == pemPublic {
		der, err = x509.MarshalPKIXPublicKey(key)
	}
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// TestBadKeys: what is no key, or not one of those that count, is named.
func TestBadKeys(t *testing.T) {
	p384, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	large, _ := rsa.GenerateKey(rand.Reader, 2048)
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	public := block(t, pemPublic, ed.Public())
	private := block(t, pemPrivate, ed)
	bad := strings.Replace(string(read(t, "cosign.key")), "BEGIN ENCRYPTED SIGSTORE", "BEGIN ENCRYPTED", 1)
	for _, tt := range []struct {
		name, says      string
		public, private []byte
	}{
		{"empty", "not in PEM", []byte{}, []byte{}},
		{"text", "not in PEM", []byte("hello"), []byte("hello")},
		{"other kind", "private", private, nil},
		{"other kind", "public", nil, public},
		{"encrypted as public", "private", read(t, "cosign.key"), nil},
		{"certificate", "CERTIFICATE", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte{1}}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte{1}})},
		{"two", "several", append(bytes.Clone(public), public...), append(bytes.Clone(private), private...)},
		{"no DER", "key", pem.EncodeToMemory(&pem.Block{Type: pemPublic, Bytes: []byte{1}}), pem.EncodeToMemory(&pem.Block{Type: pemPrivate, Bytes: []byte{1}})},
		{"P-384", "P-384", block(t, pemPublic, p384.Public()), block(t, pemPrivate, p384)},
		{"RSA", "rsa", block(t, pemPublic, large.Public()), block(t, pemPrivate, large)},
		{"too large", "65536", bytes.Repeat([]byte("x"), maxKeyFile+1), bytes.Repeat([]byte("x"), maxKeyFile+1)},
		{"broken PEM", "not in PEM", nil, []byte(bad)},
	} {
		if tt.public != nil {
			if _, err := ParsePublic(tt.public); !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%s as public: %v, want %q", tt.name, err, tt.says)
			}
		}
		if tt.private != nil {
			if _, err := ParsePrivate(tt.private, nil); !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%s as private: %v, want %q", tt.name, err, tt.says)
			}
		}
	}
}

// TestSealedBounds: the file can't ask for all memory, nor for no work.
func TestSealedBounds(t *testing.T) {
	good, _ := pem.Decode(read(t, "cosign.key"))
	for _, change := range [][2]string{
		{`"N":65536`, `"N":1073741824`}, {`"N":65536`, `"N":2`}, {`"N":65536`, `"N":-1`}, {`"r":8`, `"r":8000000`}, {`"p":1`, `"p":99999999`},
		{`"scrypt"`, `"argon2"`}, {`"nacl/secretbox"`, `"none"`}, {`"nonce":"`, `"nonce":"AAAA`}, {`"salt":"`, `"salt":"","old":"`}, {`{"kdf"`, `["kdf"`},
	} {
		text := strings.Replace(string(good.Bytes), change[0], change[1], 1)
		if text == string(good.Bytes) {
			t.Fatalf("%s is not in %s", change[0], text)
		}
		_, err := ParsePrivate(pem.EncodeToMemory(&pem.Block{Type: pemEncryptedOld, Bytes: []byte(text)}), word("pw"))
		if !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", change[1], err)
		}
	}
	if _, err := ParsePrivate(pem.EncodeToMemory(&pem.Block{Type: pemEncryptedOld, Bytes: good.Bytes}), word("pw")); err != nil {
		t.Errorf("the old name: %v", err)
	}
}

func TestWritePair(t *testing.T) {
	name := filepath.Join(t.TempDir(), "k")
	pair, err := WritePair(PairOptions{Name: name, Passphrase: []byte("x")})
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(pair.Private)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	before, _ := os.ReadFile(pair.Private)
	if _, err := WritePair(PairOptions{Name: name, Plain: true}); !errors.Is(err, os.ErrExist) {
		t.Errorf("again: %v", err)
	}
	if after, _ := os.ReadFile(pair.Private); !bytes.Equal(before, after) {
		t.Error("the key was replaced")
	}
	if _, err := WritePair(PairOptions{Name: name + "2"}); !errors.Is(err, errEmptyPassphrase) {
		t.Errorf("no passphrase: %v", err)
	}
	os.WriteFile(name+"3.pub", nil, 0o644)
	if _, err := WritePair(PairOptions{Name: name + "3", Plain: true}); err == nil {
		t.Error("a public key was replaced")
	}
	if _, err := os.Stat(name + "3.key"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("half a pair was left: %v", err)
	}
}
