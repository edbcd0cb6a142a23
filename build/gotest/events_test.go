package gotest

import (
	"bytes"
	"strings"
	"testing"
)

func TestEvents(t *testing.T) {
	var other bytes.Buffer
	var got []string
	e := &Events{Other: &other, Each: func(e Event) { got = append(got, e.Action+" "+e.Test+e.Output) }}
	const text = "{\"Action\":\"run\",\"Test\":\"A\"}\n# example.com/x\n{broken\n{\"Action\":\"output\",\"Output\":\"a\\n\"}\n{\"Action\":\"pass\",\"Test\":\"A\"}"
	for _, piece := range strings.SplitAfter(text, "o") {
		if n, err := e.Write([]byte(piece)); n != len(piece) || err != nil {
			t.Fatal(n, err)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if want := "run A|output a\n|pass A"; strings.Join(got, "|") != want {
		t.Errorf("%q, want %q", got, want)
	}
	if want := "# example.com/x\n{broken\n"; other.String() != want {
		t.Errorf("%q, want %q", other.String(), want)
	}
}

// A line without an end is not kept for ever.
func TestEventsBounded(t *testing.T) {
	var other bytes.Buffer
	e := &Events{Other: &other}
	if _, err := e.Write(bytes.Repeat([]byte("x"), maxLine+1)); err != nil || len(e.rest) != 0 || other.Len() != maxLine+2 {
		t.Errorf("%v, kept %d, wrote %d", err, len(e.rest), other.Len())
	}
}

func TestJUnit(t *testing.T) {
	var j JUnit
	for _, e := range []Event{
		{Action: "output", Package: "p", Test: "A", Output: "=== RUN A\n"},
		{Action: "output", Package: "p", Test: "A", Output: "    a_test.go:1: wrong \x00 \xff <&>\n"},
		{Action: "fail", Package: "p", Test: "A", Elapsed: 0.25},
		{Action: "pass", Package: "p", Test: "B", Elapsed: 1},
		{Action: "skip", Package: "p", Test: "C"},
		{Action: "fail", Package: "p"},
		{Action: "output", Package: "q", Output: "does not compile\n"},
		{Action: "fail", Package: "q"},
		{Action: "pass", Package: "r"},
	} {
		j.Add(e)
	}
	var b bytes.Buffer
	if err := j.Write(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`<testsuite name="p" tests="3" failures="1" skipped="1" time="1.250">`,
		`<failure message="a_test.go:1: wrong ` + "\uFFFD \uFFFD" + ` &lt;&amp;&gt;">`,
		`<testcase classname="q" name="(the package itself)" time="0.000">`, `message="does not compile"`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), `"r"`) {
		t.Errorf("a package without tests is there:\n%s", b.String())
	}
}
