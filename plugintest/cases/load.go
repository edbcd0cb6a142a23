package cases

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Find returns the files of cases in a directory: cases.yaml and *.cases.yaml,
// in the order of their names.
func Find(dir string) (files []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name := e.Name()
		base := strings.TrimSuffix(strings.TrimSuffix(name, ".yml"), ".yaml")
		if base != name && !e.IsDir() && (base == "cases" || strings.HasSuffix(base, ".cases")) {
			files = append(files, filepath.Join(dir, name))
		}
	}
	return files, nil
}

// Load reads a file of cases. Errors in it are *Problem, joined where there are
// several. Files that it names must be there.
func Load(path string) (*File, error) {
	data, err := readBounded(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

// Parse is Load of a file that was read; path is where it lies.
func Parse(path string, data []byte) (*File, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s has %d bytes, more than %d", path, len(data), maxFile)
	}
	var doc yaml.Node
	reader := yaml.NewDecoder(bytes.NewReader(data))
	if err := reader.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, &Problem{File: path, Line: 1, Text: "the file is empty"}
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var second yaml.Node
	if err := reader.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, &Problem{File: path, Line: max(second.Line, 1), Text: "the file has more than one YAML document"}
	}
	f := &File{Path: path}
	d := &decoder{file: path}
	root := &doc
	if doc.Kind == yaml.DocumentNode && len(doc.Content) == 1 {
		root = doc.Content[0]
	}
	if cycles(root, map[*yaml.Node]bool{}) {
		return nil, &Problem{File: path, Line: 1, Text: "an alias holds itself"}
	}
	d.value(root, "", f)
	if len(d.problems) == 0 {
		f.check(d)
	}
	return f, d.err()
}

// cycles reports whether an alias is inside what it stands for. The map has nodes
// that were looked at: true while they are open.
func cycles(n *yaml.Node, open map[*yaml.Node]bool) bool {
	isOpen, seen := open[n]
	if seen {
		return isOpen
	}
	open[n] = true
	defer func() { open[n] = false }()
	if n.Kind == yaml.AliasNode {
		return cycles(n.Alias, open)
	}
	for _, c := range n.Content {
		if cycles(c, open) {
			return true
		}
	}
	return false
}

// check looks for what single keys can't tell.
func (f *File) check(d *decoder) {
	seen := map[string]bool{}
	for i := range f.Cases {
		c := &f.Cases[i]
		at, key := &yaml.Node{Line: c.line}, fmt.Sprintf("cases[%d]", i)
		if seen[c.Name] {
			d.fail(at, key+".name", "another case has the name %q", c.Name)
		}
		seen[c.Name] = true
		c.Setup = c.over(f.Setup)
		c.check(d, at, key)
	}
	if len(f.Cases) == 0 {
		d.fail(&yaml.Node{Line: 1}, "cases", "there is no case")
	}
}

func (c *Case) check(d *decoder, at *yaml.Node, key string) {
	own := c.used()
	if len(c.Steps) > 0 && own {
		d.fail(at, key, "steps stand in place of request, answer, upstream, client, calls, commands and golden")
	}
	if c.Refused != nil && (own || len(c.Steps) > 0) {
		d.fail(at, key, "a case whose configuration is refused has no request")
	}
	if _, err := c.clock(); err != nil {
		d.fail(at, key+".clock", "%v", err)
	}
	for i, l := range c.Logs {
		d.pattern(at, fmt.Sprintf("%s.logs[%d].regex", key, i), l.Regex)
		if l.Contains == "" && l.Not == "" && l.Regex == "" {
			d.fail(at, fmt.Sprintf("%s.logs[%d]", key, i), "want contains, not or regex")
		}
	}
	for name, replies := range c.Redis {
		for i, r := range replies {
			d.pattern(at, fmt.Sprintf("%s.redis.%s[%d].command", key, name, i), r.Command)
		}
	}
	for i, s := range c.steps() {
		if err := s.check(&c.Setup); err != nil {
			d.fail(at, fmt.Sprintf("%s, exchange %d", key, i+1), "%v", err)
		}
	}
}

// used reports whether anything of a step is set.
func (s *Step) used() bool {
	return s.Request != nil || s.Answer != nil || s.Upstream != nil || s.Client != nil || s.Calls != nil ||
		s.Commands != nil || s.Golden != ""
}

// check looks for names that nothing has.
func (s *Step) check(setup *Setup) error {
	for name := range s.Calls {
		if _, ok := setup.Clusters[name]; !ok {
			return fmt.Errorf("calls: there is no fake service %q in clusters", name)
		}
	}
	for name := range s.Commands {
		if _, ok := setup.Redis[name]; !ok {
			return fmt.Errorf("commands: there is no fake server %q in redis", name)
		}
	}
	if strings.ContainsAny(s.Golden, `/\`) || strings.HasPrefix(s.Golden, ".") {
		return fmt.Errorf("golden: %q is no name: no slash, no point in front", s.Golden)
	}
	return nil
}

// steps are the exchanges of a case.
func (c *Case) steps() []Step {
	if len(c.Steps) > 0 {
		return c.Steps
	}
	return []Step{c.Step}
}

// clock is the time of the plugin's clock, zero for the machine's.
func (s *Setup) clock() (time.Time, error) {
	if s.Clock == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, s.Clock)
	if err != nil {
		return t, fmt.Errorf("want a time such as 2030-01-02T03:04:05Z, got %q", s.Clock)
	}
	return t, nil
}

// readBounded reads a file of at most maxFile bytes.
func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(b) > maxFile {
		err = fmt.Errorf("%s has more than %d bytes", path, maxFile)
	}
	return b, err
}
