package run

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// file writes a file into a directory of the test's own.
func file(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	put(t, path, content)
	return path
}

// put writes a file and the directories above it, in one step as careful editors
// do, so that no test depends on how long a write takes.
func put(t testing.TB, path, content string) {
	t.Helper()
	tmp := filepath.Join(filepath.Dir(path), ".put")
	save(t, tmp, content)
	if err := os.Rename(tmp, path); err != nil {
		t.Fatal(err)
	}
}

// save writes a file and the directories above it: empties it and fills it.
func save(t testing.TB, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestReadConfig(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"c.yaml", "mockEnable: false\n", `{"mockEnable":false}`},
		{"c.yaml", "a: 1\nb: -7\nc: 9223372036854775807\nd: 1.5\n", `{"a":1,"b":-7,"c":9223372036854775807,"d":1.5}`},
		{"c.yaml", "a: \"1\"\nb: 'true'\nc: text\nd: ~\n", `{"a":"1","b":"true","c":"text","d":null}`},
		{"c.yaml", "1: a\ntrue: b\n", `{"1":"a","true":"b"}`},
		{"c.yaml", "- 1\n- [x, {k: z}]\n", `[1,["x",{"k":"z"}]]`},
		{"c.yaml", "a: yes\nb: \"yes\"\n", `{"a":true,"b":"yes"}`}, // as kubectl reads it
		{"c.yaml", "a: &x {b: 1}\nc: *x\n", `{"a":{"b":1},"c":{"b":1}}`},
		{"c.yaml", "a: |\n  two\n  lines\n", `{"a":"two\nlines\n"}`},
		{"c.yaml", "---\n# comment\na: 1\n", `{"a":1}`},
		{"c.yaml", "# comment\n%YAML 1.1\n---\na: 1\n", `{"a":1}`},
		{"c.yaml", `{"json": "is YAML too"}`, `{"json":"is YAML too"}`},
		{"c.yml", "a: grün\n", `{"a":"grün"}`},
		{"c.yaml", "", ""},
		{"c.yaml", "# only a comment\n", ""},
		{"c.yaml", "null\n", ""},
		{"c.json", "{\"a\": 12345678901234567890123, \"b\" : [ 1.0 ]}\n", "{\"a\": 12345678901234567890123, \"b\" : [ 1.0 ]}\n"},
		{"c.JSON", `{"a":{"a":1},"b":[{"a":1},{"a":1}]}`, `{"a":{"a":1},"b":[{"a":1},{"a":1}]}`},
		{"c.json", " \n", ""},
	} {
		got, err := ReadConfig(file(t, tt.name, tt.text))
		if err != nil || string(got) != tt.want {
			t.Errorf("%q: got %s, %v", tt.text, got, err)
		}
	}
}

func TestReadConfigErrors(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for i := 'b'; i <= 'k'; i++ {
		bomb += string(i) + ": &" + string(i) + " [" + strings.Repeat("*"+string(i-1)+",", 9) + "*" + string(i-1) + "]\n"
	}
	for _, tt := range []struct{ name, text, want string }{
		{"c.yaml", "a: 1\nb: [1\n", "not valid YAML: line"},
		{"c.yaml", "a: 1\n\tb: 2\n", "line 2"},
		{"c.yaml", "a: 1\nb: 2\na: 3\n", `line 3: key "a" already set`},
		{"c.yaml", "a: *nowhere\n", "unknown anchor"},
		{"c.yaml", "a: 1\n---\nb: 2\n", "line 2 begins a second YAML document"},
		{"c.yaml", "a: .nan\n", "c.yaml: not valid YAML"},
		{"c.yaml", bomb, "excessive aliasing"},
		{"c.yaml", strings.Repeat("[", 20000), "depth"},
		{"c.json", "{\"a\": 1,\n}", "not valid JSON: line 2"},
		{"c.json", "{} {}", "not valid JSON: line 1"},
		{"c.json", `{"a": {"b": 1, "b": 2}}`, `the key "a.b" is given twice`},
		{"c.json", strings.Repeat("[", 20000), "exceeded max depth"},
		{"c.yaml", strings.Repeat("# x\n", maxConfig/4+1), "larger than 4 MiB"},
	} {
		path := file(t, tt.name, tt.text)
		got, err := ReadConfig(path)
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), path+": ") {
			t.Errorf("%.40q: got %.40q, %v; want %q", tt.text, got, err, tt.want)
		} else if strings.Contains(err.Error(), "\n") {
			t.Errorf("%.40q: the error has several lines: %q", tt.text, err)
		}
	}
	if _, err := ReadConfig("no/such/file.yaml"); err == nil || !strings.Contains(err.Error(), "no/such/file.yaml") {
		t.Errorf("missing file: %v", err)
	}
}

func FuzzConfig(f *testing.F) {
	f.Add([]byte("a: 1\nb: [x, {y: z}]\n"))
	f.Add([]byte("a: &x 1\nb: *x\n"))
	f.Add([]byte("---\n"))
	f.Add([]byte("{\"a\": 1}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if out, err := yamlToJSON(b); err == nil && len(out) > 0 {
			if _, err := checkJSON(out); err != nil {
				t.Errorf("%q became %q: %v", b, out, err)
			}
		}
		_, _ = checkJSON(b)
		_, _, _ = parseRoutes(b)
	})
}
