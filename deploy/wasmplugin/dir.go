package wasmplugin

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

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
	files, err := Files(path)
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

// Files lists the files of resources in a directory, as [ReadDir] reads them, or is
// the file itself. The error is for what is not there, or for more than 2000 files.
func Files(path string) (files []string, err error) {
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
