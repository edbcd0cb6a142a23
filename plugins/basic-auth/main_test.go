package main

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/sdk/config"
	native "github.com/sluiceproxy/sluice/sdk/plugintest"
)

func TestParse(t *testing.T) {
	for header, want := range map[string]string{
		basic("u:p"): "u p", "bAsIc dTpw": "u p", "Basic   dTpw": "u p", basic("u:"): "u ", basic(":p"): " p", basic(":"): " ",
		basic("u:p:q::"): "u p:q::", basic("ü:ß"): "ü ß", basic("test:123£"): "test 123£", // the RFC's own example, section 2.1
		"Basic dGVzdDoxMjPCow==": "test 123£", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==": "Aladdin open sesame",
		"": "none", "Basic": "none", "Bearer dTpw": "none", "Basicc dTpw": "none", "Basic\tdTpw": "none", "dTpw": "none",
		"Basic ": "invalid", basic("up"): "invalid", basic("u\x00:p"): "invalid", basic("u:p\x7f"): "invalid", basic("u:p\n"): "invalid",
		basic("u:\xff"): "invalid", "Basic dTpw=": "invalid", "Basic dTpwYQ": "invalid", "Basic dTpwYR==": "invalid", "Basic dTpw dTpw": "invalid",
		"Basic dT\npw": "invalid", "Basic dTp_": "invalid", "Basic dTpw\n": "invalid", "Basic dTpw ": "invalid",
	} {
		user, password, err := parse(header)
		got := user + " " + password
		switch {
		case errors.Is(err, errNone):
			got = "none"
		case err != nil:
			got = "invalid"
		}
		if got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{basic("u:p"), "basic dTpw", "Basic ", "Basic \xff", "Basic dTpwYR=="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		user, password, err := parse(header)
		if err != nil {
			return
		}
		if strings.Contains(user, ":") || hasControl(user+password) {
			t.Fatalf("%q: %q %q", header, user, password)
		}
		// One credential has one form: whoever compares the text finds it too.
		if want := base64.StdEncoding.EncodeToString([]byte(user + ":" + password)); strings.TrimLeft(header[6:], " ") != want {
			t.Fatalf("%q is %q", header, want)
		}
	})
}

const bcryptOfSecret = `$2y$05$jhINzWo9SjLLZdNY9vNI4Od2O3yGQgalCfj1fkq91c9jbFpEiDuIG` // of s3cr:et

func TestUsers(t *testing.T) {
	var u users
	for _, c := range []Consumer{
		{"a", "admin:123456"}, {"b", "admin:other"}, {"c", "x:sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"d", "alice:" + bcryptOfSecret}, {"e", ":empty user"},
	} {
		if err := u.add(c); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ user, password, want string }{
		{"admin", "123456", "a"}, {"admin", "other", "b"}, {"x", "abc", "c"}, {"alice", "s3cr:et", "d"}, {"alice", "s3cr:et", "d"}, {"", "empty user", "e"},
		{"admin", "abc", ""}, {"Admin", "123456", ""}, {"admin", "", ""}, {"nobody", "123456", ""}, {"", "", ""},
		{"x", "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", ""}, {"alice", bcryptOfSecret, ""}, {"alice", "s3cr:eT", ""},
		{"alice", strings.Repeat("a", 73), ""},
	} {
		if got, err := u.identify(c.user, c.password); got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s:%s: %q, %v; want %q", c.user, c.password, got, err, c.want)
		}
	}
	if err := u.add(Consumer{"z", "admin:123456"}); err == nil {
		t.Error("a credential twice")
	}
}

// What bcrypt cuts off behind 72 bytes is a part of the password all the same.
func TestLongPassword(t *testing.T) {
	long := strings.Repeat("a", 72)
	h := newHash(t, long, 4)
	if !h.Is(long) || h.Is(long[1:]) {
		t.Error("a password of 72 bytes")
	}
	for range 2 {
		if h.Is(long+"a") || newHash(t, long, 4).Is(long+"a") {
			t.Error("a password of 73 bytes was taken")
		}
	}
}

// newHash is a password stored with bcrypt at that cost.
func newHash(t *testing.T, password string, cost int) *hashed {
	t.Helper()
	b, err := bcrypt.GenerateFromPassword([]byte(password), cost)
	if err != nil {
		t.Fatal(err)
	}
	h, err := newHashed(string(b))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// A hash is computed once for a password that is right, and never for good.
func TestHashedOnce(t *testing.T) {
	h := newHash(t, "right", maxCost)
	if h.Is("wrong") || h.is || !h.Is("right") {
		t.Fatal("bcrypt")
	}
	h.hash = nil // nothing to compute with
	if !h.Is("right") || h.Is("wrong") || h.Is("") {
		t.Error("what is known is not used")
	}
}

// How a password is stored its form says; what is no hash is a password.
func TestForms(t *testing.T) {
	for stored, isHash := range map[string]bool{
		bcryptOfSecret: true, "$2a$" + bcryptOfSecret[4:]: true, "$2b$" + bcryptOfSecret[4:]: true,
		"$2x$" + bcryptOfSecret[4:]: false, bcryptOfSecret[:59]: false, bcryptOfSecret + "a": false, "$2a$": false, "$2b$" + strings.Repeat("x", 50): false, strings.Repeat("x", 60): false,
	} {
		p, err := newPassword(stored)
		if err != nil {
			t.Errorf("%s: %v", stored, err)
		} else if p.Is("s3cr:et") != isHash || p.Is(stored) == isHash {
			t.Errorf("%s is taken for a hash: %v", stored, !isHash)
		}
	}
	if _, err := newPassword("$2y$11$" + bcryptOfSecret[7:]); err == nil {
		t.Error("a cost of 11")
	}
}

func TestRefusedConfigurations(t *testing.T) {
	for c, says := range map[string]string{
		``:                 "consumers: is required",
		`{"consumers":[]}`: "at least 1 element",
		`{"consumers":[{"name":"a","credential":"secret1"}]}`:                             "user:password",
		`{"consumers":[{"name":"a","credential":"secret1:"}]}`:                            "user:password",
		`{"consumers":[{"name":"a,b","credential":"u:secret1"}]}`:                         "consumer's name",
		`{"consumers":[{"name":"a","credential":"u:secret1\n"}]}`:                         "control characters",
		`{"consumers":[{"name":"a","credential":"u:sha256:secret1"}]}`:                    "64 hexadecimal digits",
		`{"realm":"a\nb","consumers":[{"name":"a","credential":"u:secret1"}]}`:            "realm",
		`{"realm":"a\u007fb","consumers":[{"name":"a","credential":"u:secret1"}]}`:        "realm",
		`{"realm":"a\\b","consumers":[{"name":"a","credential":"u:secret1"}]}`:            "realm",
		`{"realm":"a\"b","consumers":[{"name":"a","credential":"u:secret1"}]}`:            "realm",
		`{"consumers":[{"name":"a","credential":"u:$2y$99$` + bcryptOfSecret[7:] + `"}]}`: "bcrypt",
	} {
		_, err := config.Parse[Config]([]byte(c))
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", c, err, says)
		} else if strings.Contains(err.Error(), "secret1") {
			t.Errorf("%s: the error shows a credential: %v", c, err)
		}
	}
}

// A rule shares the table of users with the global configuration, unless it has
// consumers of its own.
func TestRulesShareUsers(t *testing.T) {
	g, err := config.Parse[Config]([]byte(`{"consumers":[{"name":"a","credential":"u:p"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	same, err := config.Override(g, []byte(`{"allow":["a"]}`))
	if err != nil || same.users != g.users {
		t.Errorf("another table for a rule, %v", err)
	}
	own, err := config.Override(g, []byte(`{"allow":["b"],"consumers":[{"name":"b","credential":"v:p"}]}`))
	if err != nil || own.users == g.users {
		t.Errorf("the same table for a rule with consumers, %v", err)
	}
}

func TestNothingInTheLog(t *testing.T) {
	plugintest.Run(t, plugintest.Plugin{Config: `{"consumers":[{"name":"a","credential":"user77:hunter2"}]}`}, func(t *testing.T, gw *plugintest.Gateway) {
		for _, c := range []string{"user77:hunter2", "user77:hunter3", "user78:hunter2"} {
			gw.Get("/", [2]string{"authorization", basic(c)})
		}
		for _, l := range gw.Logs() {
			if strings.Contains(l.Text, "hunter") || strings.Contains(l.Text, "user7") {
				t.Errorf("the log has credentials: %s", l)
			}
		}
	})
}

func BenchmarkRequest(b *testing.B) {
	for name, credential := range map[string]string{"clear": "u:p", "bcrypt": "u:" + bcryptOfSecret} {
		b.Run(name, func(b *testing.B) {
			h := native.New(b, native.Options{Config: []byte(`{"consumers":[{"name":"a","credential":"` + credential + `"}]}`)})
			given := basic("u:p")
			if name == "bcrypt" {
				given = basic("u:s3cr:et")
			}
			r := [][2]string{{":authority", "a"}, {":path", "/"}, {":method", "GET"}, {":scheme", "http"}, {"authorization", given}}
			b.ReportAllocs()
			for b.Loop() {
				if ex := h.Request(r); ex.Reply != nil {
					b.Fatal(ex.Reply.Status)
				}
			}
		})
	}
}
