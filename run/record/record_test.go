package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSecret(t *testing.T) {
	m := Masks{Names: []string{"X-Tenant"}}
	for _, name := range []string{"Authorization", "proxy-authorization", "Cookie", "set-cookie", "X-API-Key", "apikey", "access_token",
		"clientSecret", "Password", "x-amz-signature", "private_key", "SESSIONID", "x-tenant"} {
		if !m.Secret(name) {
			t.Errorf("%s is no secret", name)
		}
	}
	for _, name := range []string{":path", "x-request-id", "max_tokens", "tokenHeader", "accept", "key", "", "cookie_name"} {
		if m.Secret(name) {
			t.Errorf("%s is a secret", name)
		}
	}
}

func TestExchangeMasks(t *testing.T) {
	e := Exchange{
		Request: Message{Headers: [][2]string{{":path", "/a?token=abc%2Fdef&b=1#x"}, {"authorization", "Bearer 0123456789"}, {"content-type", "application/x-www-form-urlencoded"}},
			Body: Bytes("user=ann&password=p%40ssword")},
		Response: Message{Headers: [][2]string{{":status", "302"}, {"location", "/b?access_token=zzz"}, {"x-echo", "got 0123456789"}},
			Body: Bytes(`{"n":77777777777777777777,"deep":[{"secret":"s","n":1.50}]}`)},
		Upstream: &Call{Request: Message{Headers: [][2]string{{":path", "/p@ssword"}}, Body: Bytes("plain abc/def")}},
		Callouts: []Call{{Query: Bytes("*2\r\n$4\r\nAUTH\r\n$6\r\nhidden\r\n")},
			{Response: Message{Headers: [][2]string{{":status", "200"}, {"content-encoding", "gzip"}}, Body: Bytes("\x1f\x8bsecret")}}},
	}
	Masks{}.Exchange(&e)
	text, err := encode(e)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"abc", "0123456789\"", "p%40ss", "p@ss", "zzz", `:"s"`, "hidden", "\x8b"} {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("%q is in %s", secret, text)
		}
	}
	for _, kept := range []string{"b=1#x", "user=ann", "77777777777777777777", "1.50"} {
		if !bytes.Contains(text, []byte(kept)) {
			t.Errorf("%q is not in %s", kept, text)
		}
	}
	if r := e.Callouts[1].Response; r.Body != nil || r.Size != 8 {
		t.Errorf("a compressed body: %q, size %d", r.Body, r.Size)
	}
}

func TestConfigMasks(t *testing.T) {
	for config, want := range map[string]string{
		"":                             "",
		`{"a":1}`:                      `{"a":1}`,
		`{"redis":{"password":"x"}}`:   `{"redis":{"password":"***"}}`,
		`{"apiKeys":["a","b"],"b":{}}`: `{"apiKeys":"***","b":{}}`,
		`{"tokenHeader":"X-Token"}`:    `{"tokenHeader":"X-Token"}`,
		"not JSON":                     `"***"`,
	} {
		if got := string(Masks{}.Config([]byte(config))); got != want {
			t.Errorf("%s became %s, want %s", config, got, want)
		}
	}
}

func TestBytes(t *testing.T) {
	for _, text := range []string{"", "plain", "base64:x", "\xff\x00", "ü"} {
		coded, err := json.Marshal(Bytes(text))
		if err != nil {
			t.Fatal(err)
		}
		var back Bytes
		if err := json.Unmarshal(coded, &back); err != nil || string(back) != text {
			t.Errorf("%q became %s and %q, %v", text, coded, back, err)
		}
	}
}

// TestRotation: two files together stay below the limit, and each begins with its
// chain.
func TestRotation(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.jsonl")
	r, err := New(Options{Path: path, MaxBytes: 4000, OnError: func(err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
	r.Chain([]Plugin{{Name: "p"}})
	for range 50 {
		line, err := encode(Exchange{Request: Message{Headers: [][2]string{{":path", "/" + strings.Repeat("x", 100)}}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.file.write(line); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	total := int64(0)
	for _, f := range []string{path, path + ".1"} {
		info, err := os.Stat(f)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("%v, %v", info, err)
		}
		total += info.Size()
		rec, err := ReadFile(f)
		if err != nil || len(rec.Chains) != 1 || rec.ChainOf[0] != 0 {
			t.Errorf("%s: %+v, %v", f, rec, err)
		}
	}
	if total > 4000 {
		t.Errorf("%d bytes, more than 4000", total)
	}
}

func TestReadRefuses(t *testing.T) {
	const good = `{"request":{"headers":[["X-A","b"]]}}` + "\n"
	for text, want := range map[string]string{
		"":                      ErrEmpty.Error(),
		"nonsense\n" + good:     "line 1: not a line",
		good + "{}\n" + good:    "line 2: it has neither",
		`{"plugins":[]}` + "\n": ErrEmpty.Error(),
		`{"request":{"headers":[[":path","x"]]}}` + "\n": "does not begin with a slash",
	} {
		if _, err := Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	r, err := Read(strings.NewReader(good + `{"request":{"hea`)) // a crash cut it off
	if err != nil || len(r.Exchanges) != 1 || r.Exchanges[0].Request.Get("x-a") != "b" || r.Exchanges[0].Request.Get(":method") != "GET" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestNewRefuses(t *testing.T) {
	if _, err := New(Options{Path: t.TempDir()}); err == nil {
		t.Error("a directory is taken for a file")
	}
	if _, err := ReadFile(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"plugins":[{"name":"p","config":{"a":1}}]}` + "\n" + `{"request":{"headers":[["a","b"]],"body":"base64:AA=="}}`)
	f.Add(`{"request":{"headers":[[":path","/?token=x"]]},"callouts":[{"query":"*1\r\n$4\r\nAUTH\r\n"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Read(strings.NewReader(text))
		if err != nil {
			return
		}
		for i := range r.Exchanges {
			Masks{}.Exchange(&r.Exchanges[i])
			if _, err := encode(r.Exchanges[i]); err != nil {
				t.Error(err)
			}
		}
	})
}
