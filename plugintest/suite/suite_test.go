package suite

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/gotest"
	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/plugintest/cases"
)

const plugin = "../../plugins/hello-world"

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// covered runs a case with coverage and returns the percentage that was told.
func covered(t *testing.T, text string) (percent float64, profile string) {
	t.Helper()
	var out bytes.Buffer
	file := filepath.Join(t.TempDir(), "wasm.cov")
	err := Run(context.Background(), Options{
		Dir: plugin, Cases: []string{write(t, "cases.yaml", text)}, Engines: []plugintest.Engine{plugintest.Compiler}, Coverage: file, Stdout: &out,
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	m := regexp.MustCompile(`coverage: ([0-9.]+)% of statements`).FindStringSubmatch(out.String())
	b, err := os.ReadFile(file)
	if m == nil || err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	percent, err = strconv.ParseFloat(m[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return percent, string(b)
}

// Statements that run as Wasm are in the profile, and those that don't are not.
func TestCoverage(t *testing.T) {
	some, profile := covered(t, "cases: [{name: a}]")
	more, moreProfile := covered(t, "cases: [{name: a}, {name: b, config: {mockEnable: true}}]")
	if some <= 0 || more <= some || more >= 100 {
		t.Errorf("%.1f%%, with mockEnable %.1f%%", some, more)
	}
	const mock = `main\.go:\d+\.\d+,\d+\.\d+ \d+ [1-9]`
	count := func(p string) int { return len(regexp.MustCompile(mock).FindAllString(p, -1)) }
	if !strings.HasPrefix(profile, "mode: atomic\n") || count(moreProfile) <= count(profile) {
		t.Errorf("%s\n%s", profile, moreProfile)
	}
}

func TestSplit(t *testing.T) {
	for _, data := range []string{"", "1234567", "\x28\x00\x00\x00\x00\x00\x00\x00short", "\xff\xff\xff\xff\xff\xff\xff\xff" + strings.Repeat("x", 50), "\x01\x00\x00\x00\x00\x00\x00\x00" + strings.Repeat("x", 50)} {
		if _, _, err := split([]byte(data)); err == nil {
			t.Errorf("%q is taken", data)
		}
	}
	meta, counters, err := split([]byte("\x28\x00\x00\x00\x00\x00\x00\x00" + strings.Repeat("m", 40) + "c"))
	if err != nil || len(meta) != 40 || string(counters) != "c" {
		t.Errorf("%q %q %v", meta, counters, err)
	}
}

// Go tests and cases are told together.
func TestBoth(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":      "module example.com/x\n\ngo 1.24\n",
		"main.go":     "package main\n\nfunc main() {}\n",
		"x_test.go":   "package main\n\nimport \"testing\"\n\nfunc TestGood(*testing.T) {}\n\nfunc TestBad(t *testing.T) { t.Fatal(\"bad ran\") }\n",
		"cases.yaml":  "cases: [{name: not today, skip: no need}]",
		"tests.md":    "",
		"other.yaml":  "not: cases",
		"config.yaml": "a: b",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	junit := filepath.Join(dir, "out.xml")
	err := Run(context.Background(), Options{Dir: dir, JUnit: junit, JSON: true, Stdout: &out, Engines: []plugintest.Engine{plugintest.Compiler}})
	if !errors.Is(err, gotest.ErrFailed) || errors.Is(err, cases.ErrFailed) {
		t.Errorf("error %v", err)
	}
	for _, want := range []string{`"Action":"fail","Package":"example.com/x","Test":"TestBad"`, `"Action":"skip","Package":"` + filepath.Join(dir, "cases.yaml") + `","Test":"not today/compiler"`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in\n%s", want, out.String())
		}
	}
	b, err := os.ReadFile(junit)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<testsuite name="example.com/x" tests="2" failures="1" skipped="0"`, "bad ran", `name="not today/compiler"`, `<skipped message="no need">`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("no %s in\n%s", want, b)
		}
	}
}

func TestErrors(t *testing.T) {
	run := func(o Options) error { return Run(context.Background(), o) }
	file := write(t, "x.wasm", "\x00asm\x01\x00\x00\x00")
	var o Options
	if err := o.Target(file, nil); err != nil || o.Beside != filepath.Dir(file) {
		t.Fatal(err, o)
	}
	if err := run(o); err == nil || !strings.Contains(err.Error(), "has no cases.yaml") {
		t.Error(err)
	}
	o.Cases, o.Coverage = []string{write(t, "cases.yaml", "cases: [{name: a}]")}, "x"
	if err := run(o); err == nil || !strings.Contains(err.Error(), "give its directory, not a module") {
		t.Error(err)
	}
	if err := o.Target("./none", nil); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if err := o.Target("registry.example/p:1", func(string) (plugintest.Module, error) { return nil, errors.New("asked") }); err == nil || err.Error() != "asked" {
		t.Error(err)
	}
	if _, err := ParseEngines([]string{"compiler", "v8"}); err == nil || !strings.Contains(err.Error(), `no engine "v8"`) {
		t.Error(err)
	}
}
