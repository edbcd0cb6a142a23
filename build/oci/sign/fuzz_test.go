package sign

import (
	"errors"
	"testing"
	"time"
)

// FuzzPayload: any text is read or refused, and what is read can be judged.
func FuzzPayload(f *testing.F) {
	f.Add(read(f, "cosign.payload"))
	f.Add([]byte(`{"critical":{"type":"cosign container image signature"},"optional":{"expires":1}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ParsePayload(text)
		if err != nil {
			return
		}
		if err := p.Check(Claim{Names: []string{"a/b"}, Digest: "sha256:00", Now: time.Unix(0, 0)}); err == nil && p.Critical.Image.DockerManifestDigest != "sha256:00" {
			t.Error("accepted another digest")
		}
	})
}

// FuzzKeys: any file is read or refused.
func FuzzKeys(f *testing.F) {
	f.Add(read(f, "cosign.pub"))
	f.Add(read(f, "cosign.key"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if key, err := ParsePublic(text); err == nil && key.Kind() != ECDSA && key.Kind() != Ed25519 {
			t.Errorf("a key of kind %q", key.Kind())
		}
		stop := errors.New("stop") // scrypt would take all the time
		_, _ = ParsePrivate(text, func() ([]byte, error) { return nil, stop })
	})
}

// FuzzEnvelope: nothing that the key has not signed is opened.
func FuzzEnvelope(f *testing.F) {
	key := newKey(f, Ed25519)
	good, err := Envelop([]byte("{}"), key)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, text []byte) {
		if said, err := OpenEnvelope(text, key.Public()); err == nil && string(said) != "{}" {
			t.Errorf("opened %q", said)
		}
	})
}
