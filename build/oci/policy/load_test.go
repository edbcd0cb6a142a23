package policy

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/oci/sign"
)

// write puts a policy and a key beside it.
func write(t *testing.T, text string) (file string, key *sign.PublicKey) {
	t.Helper()
	private, err := sign.Generate(sign.ECDSA)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file = filepath.Join(dir, "policy.yaml")
	for name, content := range map[string][]byte{file: []byte(text), filepath.Join(dir, "team.pub"): private.Public().PEM()} {
		if err := os.WriteFile(name, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return file, private.Public()
}

func TestLoad(t *testing.T) {
	file, key := write(t, `
default: accept
rules:
  - images: [r.example/team/**, "oci:**"]
    action: signed
    keys: [team.pub]
    signedAs: [r.example/team/p]
    annotations: {env: prod}
  - images: [s.example/*]
    action: reject
`)
	p, err := Load(file)
	if err != nil {
		t.Fatal(err)
	}
	r := p.Rules[0]
	if p.Default != Accept || p.Source != file || len(p.Rules) != 2 || r.Action != Signed || r.Threshold != 1 || r.Annotations["env"] != "prod" ||
		r.Keys[0].Fingerprint() != key.Fingerprint() || r.SignedAs[0] != "r.example/team/p" || p.Rules[1].Action != Reject {
		t.Errorf("got %+v", p)
	}
	for _, begin := range []string{"---\n", "%YAML 1.1\n---\n", "\n # c\n--- # x\n"} {
		if _, err := Parse("x", []byte(begin+"default: accept\nrules: []\n")); err != nil {
			t.Errorf("%q: %v", begin, err)
		}
	}
	inline := "rules:\n- images: ['**']\n  action: signed\n  keys:\n  - |\n    " + strings.ReplaceAll(strings.TrimSpace(string(key.PEM())), "\n", "\n    ") + "\n"
	if p, err := Parse("x", []byte(inline)); err != nil || p.Rules[0].Keys[0].Fingerprint() != key.Fingerprint() || p.Default != Reject {
		t.Errorf("inline: %+v, %v", p, err)
	}
}

// TestBadPolicies: what says nothing clear is refused, with its path.
func TestBadPolicies(t *testing.T) {
	rule := func(text string) string { return "rules:\n- {" + text + "}\n" }
	for _, tt := range []struct{ text, path, says string }{
		{"", "", "empty"},
		{"- a", "", "a list"},
		{"a: [", "", "YAML"},
		{"default: accept\ndefault: reject", "", "YAML"},
		{"defalt: accept", "defalt", "unknown name"},
		{"default: signed", "default", "accept, reject"},
		{"default: true", "default", "accept, reject"},
		{"default:", "default", "missing"},
		{"rules: 3", "rules", "a number"},
		{"rules: [3]", "rules[0]", "a number"},
		{rule("images: [a/b]"), "rules[0].action", "missing"},
		{rule("action: accept"), "rules[0].images", "none"},
		{rule("images: a/b, action: accept"), "rules[0].images", "text"},
		{rule("images: [1], action: accept"), "rules[0].images[0]", "a number"},
		{rule("images: [''], action: accept"), "rules[0].images[0]", "empty"},
		{"default: accept\n---\ndefault: reject", "", "line 2 begins a second"},
		{"# a\n---\n# b\n---\ndefault: reject", "", "line 4 begins a second"},
		{"default: accept\r--- {default: reject}", "", "line 2 begins a second"},
		{"default: accept\u2028---\tx", "", "line 2 begins a second"},
		{"default: accept\n...\ndefault: reject", "", "line 2 begins a second"},
		{rule("images: ['[a'], action: accept"), "rules[0].images[0]", "no pattern"},
		{rule("images: ['r[ab].example/**'], action: accept"), "rules[0].images[0]", "no pattern"},
		{rule(`images: ['a\b'], action: accept`), "rules[0].images[0]", "no pattern"},
		{rule("images: ['oci:images/*'], action: accept"), "rules[0].images[0]", "from the root"},
		{rule("images: ['" + strings.Repeat("a/", maxParts) + "**'], action: accept"), "rules[0].images[0]", "more than 64 parts"},
		{rule("images: ['a/b**'], action: accept"), "rules[0].images[0]", "whole part"},
		{rule("images: ['oci://a/b'], action: accept"), "rules[0].images[0]", "without a scheme"},
		{rule("images: ['a/b:1'], action: accept"), "rules[0].images[0]", "tag"},
		{rule("images: ['a/b@sha256:0'], action: accept"), "rules[0].images[0]", "digest"},
		{rule("images: [a], action: deny"), "rules[0].action", "deny"},
		{rule("images: [a], action: accept, key: x"), "rules[0].key", "unknown name"},
		{rule("images: [a], action: accept, keys: [team.pub]"), "rules[0].keys", "signed"},
		{rule("images: [a], action: reject, signedAs: [b]"), "rules[0].signedAs", "signed"},
		{rule("images: [a], action: signed"), "rules[0].keys", "none"},
		{rule("images: [a], action: signed, keys: [missing.pub]"), "rules[0].keys[0]", "missing.pub"},
		{rule("images: [a], action: signed, keys: [policy.yaml]"), "rules[0].keys[0]", "PEM"},
		{rule("images: [a], action: signed, keys: [team.pub], threshold: 0"), "rules[0].threshold", "1 to 1"},
		{rule("images: [a], action: signed, keys: [team.pub, team.pub], threshold: 2"), "rules[0].threshold", "1 to 1"},
		{rule("images: [a], action: signed, keys: [team.pub], threshold: 1.5"), "rules[0].threshold", "whole number"},
		{rule("images: [a], action: signed, keys: [team.pub], annotations: [a]"), "rules[0].annotations", "a list"},
		{rule("images: [a], action: signed, keys: [team.pub], annotations: {a: 1}"), "rules[0].annotations.a", "a number"},
		{"rules: [" + strings.Repeat("1,", maxRules) + "1]", "rules", "1001"},
	} {
		file, _ := write(t, tt.text)
		_, err := Load(file)
		var bad *SyntaxError
		if !errors.As(err, &bad) || !errors.Is(err, ErrSyntax) || bad.Path != tt.path || !strings.Contains(err.Error(), tt.says) || !strings.Contains(err.Error(), file) {
			t.Errorf("%.80q: got %v", tt.text, err)
		}
	}
	file, _ := write(t, strings.Repeat("#", maxFile+1))
	if _, err := Load(file); err == nil || !strings.Contains(err.Error(), "1048576") {
		t.Errorf("large file: %v", err)
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func TestMatch(t *testing.T) {
	for _, tt := range []struct {
		pattern, name string
		want          bool
	}{
		{"r.example/a/b", "r.example/a/b", true},
		{"r.example/a/b", "r.example/a/b/c", false},
		{"r.example/a/b", "r.example/a", false},
		{"r.example/*", "r.example/a", true},
		{"r.example/*", "r.example/a/b", false},
		{"r.example/**", "r.example/a/b", true},
		{"r.example/**", "r.example", true},
		{"r.example/**/b", "r.example/b", true},
		{"r.example/**/b", "r.example/x/y/b", true},
		{"r.example/**/b", "r.example/x/y/c", false},
		{"**", "r.example/a", true},
		{"**/b", "r.example/a/b", true},
		{"**/a/**/b", "r/a/x/a/b", true},
		{"r.example/a-?", "r.example/a-1", true},
		{"localhost:*/**", "localhost:5000/a", true},
		{"*.example/**", "r.example/a", true},
		{"*.example/**", "r.example.evil/a", false},
		{"r.example/**", "r.example.evil/a", false},
		{"r.example/**", "R.Example/a", true},
		{"r.example/**", "r.example:443/a", true},
		{"r.example/**", "r.example./a", true},
		{"r.example/**", "r.example:5000/a", false},
		{"docker.io/team/*", "index.docker.io/team/a", true},
		{"index.docker.io/team/*", "registry-1.docker.io/team/a", true},
		{"oci:**", "oci:images", true},
		{"oci:**", "oci:/a/b", true},
		{"oci:/a/*", "oci:/a/b", true},
		{"oci:/a/*", "oci:/A/b", false},
		{"**", "oci:images", true},
		{"**/images", "oci:images", false},
		{"oci:**", "r.example/a", false},
		{"*", "oci:images", false},
		{"**/a", "oci:/x/a", false},
		{"", "r.example/a", false},
		{"[", "r.example/a", false},
		{"[::1]:5000/*", "[::1]:5000/a", true},
		{"[::1]/*", "[::1]:443/a", true},
		{"[::1]/*", ":/a", false},
		{"r.example/**", "r.example:/a", true},
		{"r.example/**", "r.example:0443/a", true},
		{"r.example/**", "r.example.:80/a", true},
		{"r.example:5000/**", "r.example:05000/a", true},
		{"r.example/**", "r.example/" + strings.Repeat("a/", 100) + "b", true},
		{"**/evil/**", strings.Repeat("a/", 100) + "evil", true},
		{"oci:/a[1]/*", "oci:/a[1]/b", true},
		{strings.Repeat("**/", 60) + "x", strings.Repeat("a/", 60) + "y", false},
		{strings.Repeat("a/", 100) + "**", strings.Repeat("a/", 100) + "b", false},
	} {
		if got := Match(tt.pattern, tt.name); got != tt.want {
			t.Errorf("Match(%q, %q) = %t", tt.pattern, tt.name, got)
		}
	}
}

// FuzzParse: any text is a policy or refused, and what is one says for each rule
// what it does.
func FuzzParse(f *testing.F) {
	f.Add([]byte("default: accept\nrules:\n- images: [a/b]\n  action: reject\n"))
	f.Add([]byte("rules:\n- images: ['**']\n  action: signed\n  keys: [x]\n"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := Parse("policy.yaml", text)
		if err != nil {
			return
		}
		for _, r := range p.Rules {
			if len(r.Images) == 0 || r.Action == "" || r.Action == Signed && len(r.Keys) == 0 {
				t.Errorf("%q gives %+v", text, r)
			}
		}
	})
}
