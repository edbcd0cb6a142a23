package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A package with a test that sees the border and the call, but neither the sum
// nor the flag.
const source = `package logic

import "strings"

func main() { println(1 + 1) }

func Allowed(age int, b *strings.Builder) bool {
	if age < 18 {
		b.WriteString("too young")
		return false
	}
	return true
}

func Sum(a, b int) int { return a + b }

func Flag() bool { return !true }
`

const tests = `package logic

import ("strings"; "testing")

func TestAllowed(t *testing.T) {
	var b strings.Builder
	if Allowed(17, &b) || b.String() == "" || !Allowed(18, &b) {
		t.Fatal("wrong")
	}
}
`

func logic(t *testing.T, test string) string {
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module logic\n\ngo 1.24\n", "logic.go": source, "logic_test.go": test} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFaults(t *testing.T) {
	all, err := faults(logic(t, tests))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range all {
		got = append(got, f.what)
	}
	want := "< became <=, < became >, 18 became 19, b.WriteString isn't called, false became true, " +
		"true became false, + became -, ! is gone, true became false"
	if text := strings.Join(got, ", "); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	if n := len(spread(all, 3)); n != 3 {
		t.Errorf("%d of 3 faults", n)
	}
}

func TestLoops(t *testing.T) {
	const loop = "package p\n\nfunc f(n int) {\n\tfor {\n\t\tif n--; ok() {\n\t\t\tbreak\n\t\t}\n\t}\n}\n"
	all, err := inFile("p.go", []byte(loop))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range all {
		got = append(got, string(f.apply([]byte(loop))))
	}
	want := []string{
		strings.Replace(loop, "n--", "n++", 1),
		strings.Replace(loop, "ok()", "!(ok())", 1),
		strings.Replace(loop, "break", "_ = 0", 1),
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func TestPlugin(t *testing.T) {
	r, err := tester{timeout: time.Minute, parallel: 2, once: true}.plugin(context.Background(), logic(t, tests), 0)
	if err != nil {
		t.Fatal(err)
	}
	text := r.text(false)
	for _, want := range []string{"logic.go:15: + became -\n", "logic.go:17: ! is gone\n", "6 of 9 faults noticed, 66.7 %"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestTestsThatFailAnyway(t *testing.T) {
	dir := logic(t, strings.ReplaceAll(tests, `!Allowed(18`, `Allowed(18`))
	_, err := tester{timeout: time.Minute, parallel: 2, once: true}.plugin(context.Background(), dir, 0)
	if err == nil || !strings.Contains(err.Error(), "fail without a fault") {
		t.Errorf("got %v", err)
	}
}

func TestCommand(t *testing.T) {
	for args, want := range map[string]string{
		"":                         "name one or more directories",
		"-least 101 -sample 1 DIR": "fewer than 101 %",
		"nowhere":                  "no Go code",
	} {
		fields := strings.Fields(strings.ReplaceAll(args, "DIR", logic(t, tests)))
		if err := command(context.Background(), fields); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", args, err, want)
		}
	}
}

func TestJudge(t *testing.T) {
	failed := errors.New("exit status 1")
	for _, c := range []struct {
		err, stopped error
		out          string
		want         verdict
	}{
		{nil, nil, "ok  \tlogic\t0.1s\n", survived},
		{failed, nil, "--- FAIL: TestX\nFAIL\nFAIL\tlogic\t0.1s\nFAIL\n", noticed},
		{failed, nil, "panic: test timed out after 30s\nFAIL\tlogic\t30s\n", noticed},
		{failed, nil, "FAIL\tlogic [build failed]\n", unbuilt},
		{failed, nil, "go: no space left on device\n", broken},
		{failed, context.DeadlineExceeded, "", broken},
	} {
		if got := judge(c.err, c.stopped, c.out); got != c.want {
			t.Errorf("%v, %v, %q: %v, want %v", c.err, c.stopped, c.out, got, c.want)
		}
	}
}

func TestPatience(t *testing.T) {
	for took, want := range map[time.Duration]time.Duration{0: 20 * time.Second, 3 * time.Second: 50 * time.Second} {
		if got := patience(took); got != want {
			t.Errorf("%v: %v, want %v", took, got, want)
		}
	}
}

func TestJSON(t *testing.T) {
	r := &report{dir: "p", seeded: 9}
	r.add(fault{}, noticed)
	r.add(fault{file: "a.go", line: 2, what: "! is gone"}, survived)
	r.add(fault{}, unbuilt)
	const want = `{"dir":"p","seeded":9,"tested":2,"noticed":1,"percent":50,"survived":["a.go:2: ! is gone"]}` + "\n"
	if got, err := r.json(); err != nil || got != want {
		t.Errorf("%s, %v", got, err)
	}
}

// Faults of each kind behind a switch: the package compiles once with all but
// those that are no Go.
func TestSwitched(t *testing.T) {
	const more = `package logic

const size = 1 << 2

func Count(words []string, wide int32) (n int32) {
	var table [3]int
	for i := 0; i < len(words); i++ {
		if words[i] == "" {
			continue
		}
		if n++; n == wide+10 || len(words[i])+1 > size*2 && !(len(table) < 3) {
			break
		}
	}
	return n * -1
}

func Join(a, b string) string { return a + b }
`
	dir := logic(t, tests)
	if err := os.WriteFile(filepath.Join(dir, "more.go"), []byte(more), 0o600); err != nil {
		t.Fatal(err)
	}
	all, err := faults(dir)
	if err != nil {
		t.Fatal(err)
	}
	w := tester{timeout: time.Minute}
	stop, err := w.compile(context.Background(), dir, all)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	var alone []string
	for i, f := range all {
		if !w.switched[i] {
			alone = append(alone, f.what)
		}
	}
	want := []string{"3 became 4", "* became /", "1 became 2", "+ became -"} // a length, constants, texts
	if !slices.Equal(alone, want) {
		t.Errorf("not switched: %q, want %q", alone, want)
	}
	for number, want := range map[int]verdict{0: survived, 1: noticed, len(all) + 1: survived} {
		if got, out := w.execute(context.Background(), dir, number); got != want {
			t.Errorf("fault %d: %v\n%s", number, got, out)
		}
	}
}
