package schema

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/config"
	"github.com/sluiceproxy/sluice/sdk/config/internal/registry"
)

type first struct {
	A int `json:"a" default:"1"`
}

type second struct {
	B string `json:"b" pattern:"^[^a]$" required:"true"`
}

type unlikely struct {
	C string `json:"c" required:"true" pattern:"^(x*)y\\bz?$" minLength:"9"`
}

type broken struct {
	D chan int
}

// One after the other in one process: what is registered stays.
func TestEmit(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "answer.json")
	read := func() (e emitted) {
		t.Helper()
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &e); err != nil {
			t.Fatal(err)
		}
		os.Remove(file)
		return e
	}
	if Emit(file, Request{Format: FormatTable}) {
		t.Fatal("nothing is registered yet")
	}
	config.Register[first]("one", config.NoRules)
	if e := read(); e.Plugin != "one" || !strings.Contains(e.Document, "| `a` | integer | `1` |") || e.Error != "" {
		t.Errorf("written when it is registered: %+v", e)
	}
	config.Register[second]("two", config.WholeRules)
	os.Remove(file)
	for _, c := range []struct {
		r         Request
		doc, says string
	}{
		{Request{Format: FormatTable}, "", "several plugins, name one of one, two"},
		{Request{Format: FormatTable, Plugin: "three"}, "", `no plugin "three"`},
		{Request{Format: FormatTable, Plugin: "two"}, "| `b` | string | required |", ""},
		{Request{Format: FormatExample, Plugin: "two"}, "b: \"1\"", ""},
		{Request{Format: FormatCRD, Plugin: "two"}, "openAPIV3Schema:", ""},
		{Request{Plugin: "two"}, "", "no format"},
		{Request{Format: FormatTable, Plugin: "two", Into: filepath.Join(dir, "none")}, "", "no such file"},
		{Request{Format: FormatTable, Plugin: "two", Into: "emit_test.go"}, "", "there must be one line"},
		{Request{Format: FormatTable, Plugin: "one", Into: "testdata/README.md"}, "# limit\n", ""},
	} {
		if !Emit(file, c.r) {
			t.Fatal("nothing is registered")
		}
		if e := read(); !strings.Contains(e.Document, c.doc) || !strings.Contains(e.Error, c.says) || (c.says == "") != (e.Error == "") {
			t.Errorf("%+v: %+v", c.r, e)
		}
	}
	config.Register[broken]("bad", config.NoRules)
	if Emit(file, Request{Format: FormatTable, Plugin: "bad"}); !strings.Contains(read().Error, "chan int can't be read") {
		t.Error("a type that can't be described")
	}
	Emit(filepath.Join(dir, "no", "directory"), Request{Plugin: "one"}) // says so and goes on
	registry.Notify(nil)
	config.Register[first]("bad", config.NoRules) // for the tests that follow
}

func TestExampleThatCannotBeMadeUp(t *testing.T) {
	s, err := Of[unlikely]("unlikely", config.NoRules)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Example(); err == nil || !strings.Contains(err.Error(), "c: must ") || !strings.Contains(err.Error(), "tag `example`") {
		t.Errorf("error is %v", err)
	}
}

func TestRefresh(t *testing.T) {
	for name, text := range map[string]string{
		"no markers": "x", "one": Begin, "other": End, "order": End + Begin, "twice": Begin + Begin + End, "two ends": Begin + End + End,
	} {
		if _, err := Refresh([]byte(text), "table"); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	once, err := Refresh([]byte("a\n"+Begin+"\n"+End+"\nb\n"), "| x |\n")
	if err != nil {
		t.Fatal(err)
	}
	if twice, _ := Refresh(once, "| x |\n"); string(twice) != string(once) {
		t.Errorf("again: %s", twice)
	}
}

func TestCheckFile(t *testing.T) {
	s, err := Of[first]("one", config.NoRules)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "README.md")
	text, _ := Refresh([]byte("x\n"+Begin+"\n"+End+"\n"), s.Table())
	os.WriteFile(path, text, 0o600)
	if err := s.CheckFile(path); err != nil {
		t.Error(err)
	}
	if err := s.CheckFile(path + ".gone"); !os.IsNotExist(err) {
		t.Errorf("no file: %v", err)
	}
}
