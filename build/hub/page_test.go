package hub

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table in docs/hub.md anew")

// plugins is the repository's hub.
const plugins = "../../plugins"

// TestRepository: every plugin of the repository with a spec.yaml is in its
// catalogue, with what the catalogue needs; others are for teaching.
func TestRepository(t *testing.T) {
	c, broken, err := ReadDir(plugins)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range broken {
		t.Errorf("%v", b)
	}
	specs, _ := filepath.Glob(filepath.Join(plugins, "*", "spec.yaml"))
	if len(specs) < 14 {
		t.Errorf("%d plugins with a spec.yaml", len(specs))
	}
	for _, spec := range specs {
		p, err := c.Find(filepath.Base(filepath.Dir(spec)))
		if err != nil {
			t.Errorf("%s: %v", spec, err)
			continue
		}
		if p.Teaching || p.Title == "" || p.Description == "" || p.Phase == "" || p.Versions[0].Config == "" {
			t.Errorf("%s: %+v", spec, p)
		}
		text, err := os.ReadFile(spec)
		if err != nil || strings.Contains(string(text), "configSchema:") && (len(p.Fields) == 0 || p.Versions[0].Schema == "") {
			t.Errorf("%s: %v, no fields of the configuration", spec, err)
		}
	}
	for _, p := range c.Plugins {
		if _, err := os.Stat(filepath.Join(p.Dir, "spec.yaml")); p.Teaching != os.IsNotExist(err) || p.Description == "" {
			t.Errorf("%s: teaching is %v, %q", p.Name, p.Teaching, p.Description)
		}
	}
	guards := ""
	for _, p := range c.Plugins {
		if p.Guard && p.Name != "waf" {
			guards += p.Name + " "
		}
	}
	if guards != "basic-auth ext-auth hmac-auth ip-restriction jwt-auth key-auth request-block " {
		t.Errorf("guards are %s", guards)
	}
}

// TestPage holds the table in docs/hub.md to the plugins, and the catalogue's
// fields there to the types.
func TestPage(t *testing.T) {
	c, _, err := ReadDir(plugins)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("\n| plugin | what it does | phase, priority | guard |\n|---|---|---|---|\n")
	for _, p := range c.Plugins {
		if p.Teaching {
			continue
		}
		guard := ""
		if p.Guard {
			guard = "yes"
		}
		fmt.Fprintf(&b, "| [%s](../plugins/%[1]s) | %s | %s, %d | %s |\n", p.Name, p.Description, p.Phase, p.Priority, guard)
	}
	b.WriteString("\n")
	file := "../../docs/hub.md"
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(page), "do not edit -->\n")
	table, after, ok2 := strings.Cut(rest, "<!-- plugins: end -->")
	if !ok || !ok2 {
		t.Fatal("docs/hub.md has no marks around the table")
	}
	if *update {
		if err := os.WriteFile(file, []byte(before+"do not edit -->\n"+b.String()+"<!-- plugins: end -->"+after), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if table != b.String() {
		t.Errorf("docs/hub.md: the table is an old one; run: go test ./build/hub -run TestPage -update")
	}
	for prefix, v := range map[string]any{"": Catalogue{}, "plugins[].": Plugin{}, "plugins[].versions[].": Version{}} {
		for i := range reflect.TypeOf(v).NumField() {
			name, _, _ := strings.Cut(reflect.TypeOf(v).Field(i).Tag.Get("json"), ",")
			if name == "-" || name == "plugins" || name == "teaching" {
				continue
			}
			if !strings.Contains(after, "`"+prefix+name) && !strings.Contains(after, "`."+name+"`") {
				t.Errorf("docs/hub.md does not have %s%s", prefix, name)
			}
		}
	}
	for _, word := range []string{ArtifactType, MediaType, Repository, Variable} {
		if !strings.Contains(after, word) {
			t.Errorf("docs/hub.md does not have %s", word)
		}
	}
}
