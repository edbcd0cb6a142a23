package serviceext

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/plugintest/cases"
)

// run runs a file of cases on hello-world.
func run(t *testing.T, text string, o Options) (*cases.Report, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tests.textpb")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o.Files, o.Module = []string{path}, plugintest.Dir("../../plugins/hello-world")
	return Run(context.Background(), o)
}

const good = `
env { log_level: DEBUG time_secs: 5 }
test {
  name: "adds the header" benchmark: true
  request_headers {
    input { header { key: "X-A" value: "1" } header { key: "x-a" value: "2" } }
    result {
      has_header { key: "Hello" value: "world" }
      has_header { key: "x-a" value: "1, 2" }
      no_header { key: "x-b" }
      headers { exact: "hello: world" }
      headers { regex: "x-b: .*" invert: true }
    }
  }
  request_body { input { content: "abc" } result { body { exact: "abc" } } }
}
test {
  name: "a head of HTTP/1.1"
  num_chunks: 2
  request_headers {
    input { content: "GET /a?b HTTP/1.1\nHost: h\nX-A: 1\n" }
    result {
      has_header { key: ":path" value: "/a?b" } has_header { key: ":authority" value: "h" } has_header { key: "x-a" value: "1" }
    }
  }
  response_headers { input { content: "HTTP/1.1 404 Not Found\r\n" } result { has_header { key: ":status" value: "404" } } }
  response_body { input { content: "abcde" } result { body { regex: "a.*e" } } }
}
test { name: "adds the header" response_headers { } }
`

func TestGood(t *testing.T) {
	r, err := run(t, good, Options{})
	if err != nil {
		t.Fatal(err, r)
	}
	if len(r.Results) != 6 || r.Results[0].Engine != plugintest.Compiler || r.Results[1].Engine != plugintest.Interpreter || r.Results[5].Case != "adds the header (line 29)" {
		t.Errorf("%+v", r.Results)
	}
}

// Each expectation fails where it is not met.
func TestFailures(t *testing.T) {
	for text, want := range map[string]string{
		`has_header { key: "hello" value: "moon" }`: `the header hello is "world", want "moon"`,
		`has_header { key: "x" }`:                   "the header x is not there",
		`no_header { key: "hello" }`:                `the header hello is "world", want none`,
		`headers { exact: "a: b" }`:                 "no header like a: b",
		`headers { regex: "hello.*" invert: true }`: "there is a header that matches",
		`headers { regex: "hello" }`:                "no header that matches hello",
		`body { exact: "x" }`:                       "no body like x",
		`body { file: "none" }`:                     "no such file",
		`immediate { http_status: 200 }`:            "the plugin did not answer",
		`log { regex: ".*" }`:                       "no log line that matches .*",
	} {
		r, err := run(t, "test { request_headers { result { "+text+" } } }", Options{Engines: []plugintest.Engine{plugintest.Compiler}})
		if !errors.Is(err, cases.ErrFailed) || !strings.Contains(strings.Join(r.Results[0].Messages, "\n"), want) {
			t.Errorf("%s: %v %+v, want %q", text, err, r, want)
		}
	}
}

func TestImmediate(t *testing.T) {
	config := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(config, []byte(`{"mockEnable":true}`), 0o600); err != nil {
		t.Fatal(err)
	}
	o := Options{Config: config, Engines: []plugintest.Engine{plugintest.Compiler}}
	const text = `test { request_headers { result { immediate { http_status: 200 } body { exact: "hello world" } no_header { key: "hello" } } } response_headers { result { no_header { key: ":status" } } } }`
	if r, err := run(t, text, o); err != nil {
		t.Error(err, r)
	}
	if r, err := run(t, strings.Replace(text, "200", "201", 1), o); err == nil || !strings.Contains(r.Results[0].Messages[0], "the answer's status is 200, want 201") {
		t.Error(err, r)
	}
	if r, err := run(t, "test { request_headers { } }", o); err == nil || !strings.Contains(r.Results[0].Messages[0], "the plugin answered 200 itself") {
		t.Error(err, r)
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "there is no test",
		"test { nam: \"x\" }":                  "line 1: test.nam: unknown field; there are name, benchmark",
		"env { log_level: LOUD } test { }":     "no level LOUD",
		"test { num_chunks: 0 }":               "want one chunk at least",
		"test { num_chunks: 1 chunk_size: 1 }": "exclude one another",
		"test { num_chunks: 2 request_body { } request_body { } }": "there is one request_body",
		"test { plugin_init { log { } } }":                         "a matcher needs one of exact, regex and file",
		`test { plugin_init { log { regex: "(" } } }`:              "error parsing regexp",
	} {
		if _, err := Parse("f", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	if _, err := run(t, "test { }", Options{Engines: []plugintest.Engine{plugintest.Envoy}}); err == nil || !strings.Contains(err.Error(), "compiler and interpreter only") {
		t.Error(err)
	}
}

func TestChunks(t *testing.T) {
	n := func(i int64) *int64 { return &i }
	for _, c := range []struct {
		test Test
		text string
		want string
	}{
		{Test{}, "abcde", "abcde"},
		{Test{}, "", ""},
		{Test{NumChunks: n(2)}, "abcde", "ab|cde"},
		{Test{NumChunks: n(9)}, "abc", "abc"},
		{Test{ChunkSize: n(2)}, "abcde", "ab|cd|e"},
		{Test{ChunkSize: n(1)}, "abc", "a|b|c"},
		{Test{ChunkSize: n(9)}, "abc", "abc"},
	} {
		if got := strings.Join(c.test.chunks(c.text), "|"); got != c.want {
			t.Errorf("%+v of %q: %q, want %q", c.test, c.text, got, c.want)
		}
	}
}

func TestHead(t *testing.T) {
	fields, err := head("POST http://h:1/p?q HTTP/1.1\r\nHost: other\r\nA:  b \r\n\r\nbody", true)
	if err != nil || len(fields) != 5 || fields[3] != (Header{":authority", "h:1"}) || fields[2] != (Header{":path", "/p?q"}) || fields[4] != (Header{"a", "b"}) {
		t.Errorf("%v %v", fields, err)
	}
	for _, text := range []string{"", "GET /", "GET / FTP/1", "GET x HTTP/1.1", "GET / HTTP/1.1\nno header", "GET / HTTP/1.1\n: x", "GET / HTTP/1.1\na b: x"} {
		if _, err := head(text, true); err == nil {
			t.Errorf("%q is taken as a request", text)
		}
	}
	for _, text := range []string{"", "HTTP/1.1", "HTTP/1.1 20", "HTTP/1.1 2x0 OK", "FTP/1 200 OK"} {
		if _, err := head(text, false); err == nil {
			t.Errorf("%q is taken as a response", text)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Fuzz(func(t *testing.T, text []byte) {
		if s, err := Parse("f", text); err == nil && len(s.Test) == 0 {
			t.Error("a file without a test is taken")
		}
	})
}
