package hub

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

var sum = "sha256:" + strings.Repeat("a", 64)

// text is a catalogue with one plugin, whose JSON members are added.
func text(members string) string {
	versions := `,"versions":[{"version":"1.0.0","digest":"` + sum + `"}]`
	if strings.Contains(members, `"versions":`) {
		versions = ""
	}
	return `{"schemaVersion":1,"plugins":[{"name":"a","description":"d"` + versions + members + `}]}`
}

// TestDecode: what a catalogue may be, and what it may not.
func TestDecode(t *testing.T) {
	long := strings.Repeat("x", maxConfig+1)
	for in, want := range map[string]string{
		text(""):                              "",
		text(`,"later":{"unknown":true}`):     "",
		`{"schemaVersion":1,"plugins":[]}`:    "",
		``:                                    "unexpected end",
		`[]`:                                  "cannot unmarshal",
		`{"plugins":[]}`:                      "schemaVersion is 0",
		`{"schemaVersion":2,"plugins":[]}`:    "schemaVersion is 2; this program reads 1",
		text(`,"name":"../up"`):               "small letters",
		text(`,"name":"a//b"`):                "small letters",
		text(`,"name":"catalogue"`):           "the catalogue's own",
		text(`,"name":""`):                    "small letters",
		text(`,"description":""`):             "no description",
		text(`,"versions":[]`):                "0 versions",
		text(`,"versions":[{"version":"1"}]`): "digest",
		text(`,"versions":[{"version":"1","digest":"sha256:x"}]`):                                           "digest",
		text(`,"versions":[{"version":"a b","digest":"` + sum + `"}]`):                                      "want the tag",
		text(`,"versions":[{"version":"1","schema":"x","digest":"` + sum + `"}]`):                           "schema",
		text(`,"versions":[{"version":"1","config":"` + long + `","digest":"` + sum + `"}]`):                "sample configuration",
		text(`,"versions":[{"version":"1","digest":"` + sum + `"},{"version":"1","digest":"` + sum + `"}]`): "there twice",
		strings.Replace(text(""), `"plugins":`, `"base":"nowhere","plugins":`, 1):                           "base",
		strings.Replace(text(""), `"plugins":`, `"base":"a.example/x:tag","plugins":`, 1):                   "base",
		`{"schemaVersion":1,"plugins":[` + strings.Repeat(`{},`, maxPlugins) + `{}]}`:                       "1001 plugins",
		strings.Repeat(" ", maxCatalogue+1):                                                                 "bytes; at most",
	} {
		c, err := Decode([]byte(in))
		shown := in[:min(len(in), 200)]
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", shown, err)
		case want != "" && (err == nil || !errors.Is(err, ErrCatalogue) || !strings.Contains(err.Error(), want) || c != nil):
			t.Errorf("%s: %v, want %q", shown, err, want)
		}
	}
	twice := strings.Replace(text(""), `}]}]}`, `}]},`+strings.TrimSuffix(strings.SplitN(text(""), `[`, 2)[1], `]}`)+`]}`, 1)
	if _, err := Decode([]byte(twice)); err == nil || !strings.Contains(err.Error(), "there twice") {
		t.Errorf("%s: %v", twice, err)
	}
}

// FuzzDecode: what is taken can be written, and reads the same.
func FuzzDecode(f *testing.F) {
	f.Add(text(""))
	f.Add(text(`,"versions":[{"version":"1.0.0-rc.1","digest":"` + sum + `"},{"version":"1.0.0","digest":"` + sum + `"}]`))
	f.Add(`{"schemaVersion":1,"base":"r.example/hub","plugins":[]}`)
	f.Fuzz(func(t *testing.T, in string) {
		c, err := Decode([]byte(in))
		if err != nil {
			if !errors.Is(err, ErrCatalogue) {
				t.Errorf("%v", err)
			}
			return
		}
		out, err := c.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Decode(out)
		if err != nil && len(out) <= maxCatalogue || err == nil && fmt.Sprint(*again) != fmt.Sprint(*c) {
			t.Errorf("%s: %v", out, err)
		}
	})
}
