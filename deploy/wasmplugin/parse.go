package wasmplugin

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Parse reads the plugins that a file asks for: YAML or JSON, several documents,
// lists of resources. name is the file's, for messages. Resources that run no
// plugin are left out; [Read] tells them.
//
// A file is taken as a whole or not at all: with an error there is no plugin. The
// error holds all problems, see [Problems].
func Parse(name string, data []byte) ([]Plugin, error) {
	c, err := Read(name, data)
	return c.Plugins, err
}

// Read is Parse that tells also what was skipped and what deserves a look.
func Read(name string, data []byte) (*Contents, error) {
	r := &reader{file: name}
	c := &Contents{}
	for _, doc := range r.documents(data) {
		r.resourceOrList(doc, "", c)
	}
	if len(r.problems) > 0 {
		return &Contents{}, r.err()
	}
	err := distinct(c)
	c.Warnings = append(c.Warnings, r.warnings...)
	return c, err
}

// ParseConfig reads a plugin's configuration from a file of its own, one document
// in YAML or JSON, in the form that [Plugin] has it: JSON with sorted keys and
// numbers as they are written. An empty file is nil, no configuration.
func ParseConfig(name string, data []byte) ([]byte, error) {
	r := &reader{file: name}
	docs := r.documents(data)
	if len(docs) > 1 {
		r.fail(docs[1], "", "a second document begins here; want one configuration")
	}
	var config map[string]any
	if len(docs) == 1 {
		r.config(&config)(docs[0], "")
	}
	if config == nil || len(r.problems) > 0 {
		return nil, r.err()
	}
	return canonical(config), nil
}

// ReadDir reads the files *.yaml, *.yml and *.json of a directory, in the order of
// their names, without those of directories in it and without hidden ones.
//
// A broken file does not hide the others: what is good comes together with the
// error, and [Broken] tells from which files something is missing. Two resources
// of one kind, namespace and name are an error that names both, and neither is
// returned.
func ReadDir(dir string) ([]Plugin, error) {
	c, err := Load(dir)
	return c.Plugins, err
}

// Load is ReadDir for a directory and Read for a file, and tells also what was
// skipped and what deserves a look.
func Load(path string) (*Contents, error) {
	files, err := filesOf(path)
	if err != nil {
		return &Contents{}, err
	}
	all, problems := &Contents{}, []error(nil)
	for _, file := range files {
		c, err := readFile(file)
		if err != nil {
			problems = append(problems, err)
		}
		all.add(c)
	}
	if len(files) > 1 {
		problems = append(problems, distinct(all))
	}
	return all, errors.Join(problems...)
}

// filesOf lists the files to read, or is the file itself.
func filesOf(path string) (files []string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name := e.Name()
		if !e.IsDir() && !strings.HasPrefix(name, ".") && slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(name)) {
			files = append(files, filepath.Join(path, name))
		}
	}
	if len(files) > maxFiles {
		return nil, fmt.Errorf("%s has %d files of resources, more than %d", path, len(files), maxFiles)
	}
	return files, nil
}

func readFile(file string) (*Contents, error) {
	data, err := readBounded(file)
	if err != nil {
		return &Contents{}, &Problem{File: file, Text: fmt.Sprintf("can't be read: %v", bare(err))}
	}
	return Read(file, data)
}

func readBounded(file string) ([]byte, error) {
	info, err := os.Stat(file) // before it is opened, which would wait for a pipe
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no regular file")
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile+1))
}

// bare is an error of the file system without the name, which the message has.
func bare(err error) error {
	var e *os.PathError
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

// distinct takes out plugins of one kind, namespace and name that come from
// several resources.
func distinct(c *Contents) error {
	first := map[string]string{} // where a resource is
	var problems []error
	twice := map[string]bool{}
	for _, p := range c.Plugins {
		id := p.Resource()
		at, ok := first[id]
		if !ok {
			first[id] = p.resourceAt
			continue
		}
		if at == p.resourceAt {
			continue // two plugins of one resource
		}
		twice[id] = true
		problems = append(problems, again(p, at), again(p.at(at), p.resourceAt))
	}
	if len(twice) == 0 {
		return nil
	}
	c.Plugins = slices.DeleteFunc(c.Plugins, func(p Plugin) bool { return twice[p.Resource()] })
	slices.SortStableFunc(problems, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	problems = slices.CompactFunc(problems, func(a, b error) bool { return a.Error() == b.Error() })
	return errors.Join(problems...)
}

// at is a plugin whose resource is elsewhere.
func (p Plugin) at(place string) Plugin { p.resourceAt = place; return p }

func again(p Plugin, other string) error {
	file, line := split(p.resourceAt)
	return &Problem{File: file, Line: line, Resource: p.Resource(), Path: "metadata.name",
		Text: fmt.Sprintf("%s is also at %s; neither is used until one is renamed or removed", p.Resource(), other)}
}

// split is the reverse of place.
func split(place string) (file string, line int) {
	i := strings.LastIndexByte(place, ':')
	_, _ = fmt.Sscan(place[i+1:], &line)
	return place[:max(i, 0)], line
}
