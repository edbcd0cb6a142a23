package httpmatch

import (
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/config"
)

func TestText(t *testing.T) {
	for text, c := range map[string]struct{ yes, no string }{
		`{"exact":"X-A"}`:          {"x-a", "x-ab ax-a"},
		`{"prefix":"X-"}`:          {"x- x-a", "ax- x"},
		`{"suffix":"-ID"}`:         {"-id user-id", "id -idx"},
		`{"contains":"Auth"}`:      {"auth x-auth-y", "aut"},
		`{"regex":"^x-(A|b)$"}`:    {"x-a x-b", "x-ab y-x-a"},
		`{"regex":"\\D|\\QA.B"}`:   {"x a.b", "1"},
		`{"exact":"a","regex":""}`: {"a", "b"},
	} {
		m, err := config.Parse[Text]([]byte(text))
		if err != nil {
			t.Fatal(text, err)
		}
		if err := m.FoldCase(); err != nil {
			t.Fatal(text, err)
		}
		for _, s := range strings.Fields(c.yes) {
			if !m.Matches(s) {
				t.Errorf("%s does not match %s", text, s)
			}
		}
		for _, s := range strings.Fields(c.no) {
			if m.Matches(s) {
				t.Errorf("%s matches %s", text, s)
			}
		}
	}
	for _, text := range []string{`{}`, `{"exact":""}`, `{"exact":"a","prefix":"a"}`, `{"regex":"("}`, `{"is":"a"}`} {
		if _, err := config.Parse[Text]([]byte(text)); err == nil {
			t.Errorf("%s was accepted", text)
		}
	}
	if _, err := New("is", "a"); err == nil {
		t.Error("a way that there is not")
	}
	if m, err := New(Prefix, "/A"); err != nil || !m.Matches("/Ab") || m.Matches("/ab") || m.How() != Prefix {
		t.Errorf("%+v, %v", m, err)
	}
	if (&Text{}).Matches("") {
		t.Error("the zero value matches")
	}
}

func TestHost(t *testing.T) {
	for in, want := range map[string]string{
		"A.Test": "a.test", "a.test:80": "a.test", "a.test.": "a.test", "a.test.:80": "a.test", "[::1]:80": "[::1]", "[::1]": "[::1]", "": "",
	} {
		if got := Host(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestWildcard(t *testing.T) {
	for pattern, c := range map[string]struct{ yes, no string }{
		"a.test":  {"a.test", "b.a.test a.tes"},
		"*.test":  {"a.test a.b.test .test", "test a.test.evil"},
		"a.*":     {"a.b a.", "ba. a"},
		"*":       {"a", ""},
		"a*b*c":   {"abc aXbYc abbc", "ab acb xabc"},
		"a*a":     {"aa aba", "a"},
		"a*bc*bc": {"abcbc abcXbc", "abc"},
	} {
		for _, s := range strings.Fields(c.yes) {
			if !Wildcard(pattern, s) {
				t.Errorf("%s does not match %s", pattern, s)
			}
		}
		for _, s := range strings.Fields(c.no) {
			if Wildcard(pattern, s) {
				t.Errorf("%s matches %s", pattern, s)
			}
		}
	}
}

func TestHostForms(t *testing.T) {
	for authority, want := range map[string]string{
		"A.Test": "a.test", "a.test.": "a.test", "a.test.:80": "a.test", "a:b:80": "a:b", ":80": "", "[::1]": "[::1]", "[::1]:80": "[::1]", "": "", ":80]": ":80]",
	} {
		if got := Host(authority); got != want {
			t.Errorf("%s: %q, want %q", authority, got, want)
		}
	}
	if Wildcard("a*b*c", "axc") || Wildcard("a*b*c", "abx") || Wildcard("b*", "ab") || !Wildcard("a*b*c", "abc") {
		t.Error("patterns with several *")
	}
}

// Only names of headers have no case.
func TestRegexCase(t *testing.T) {
	plain := Text{Regex: "^a$"}
	if err := plain.Validate(); err != nil || plain.Matches("A") || !plain.Matches("a") {
		t.Errorf("%v", err)
	}
	made, err := New(Regex, "^a$")
	if err != nil || made.Matches("A") || !made.Matches("a") {
		t.Errorf("%v", err)
	}
}
