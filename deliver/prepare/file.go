package prepare

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// fromFile reads the module of a file:// URL. A relative path is one from the
// directory of the resource's file.
func (p *Preparer) fromFile(w *wasmplugin.Plugin) (*fetched, error) {
	path, err := filePath(w)
	if err != nil {
		return nil, failed(w, Resolve, "resource", err)
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() && !info.IsDir() { // opening a pipe would wait
		return nil, failed(w, Fetch, "file", fmt.Errorf("%w: %s is no ordinary file", ErrContent, path))
	}
	code, err := build.ReadFile(path)
	if err != nil {
		return nil, failed(w, Fetch, "file", err)
	}
	code, err = unbox(code)
	if err != nil {
		return nil, failed(w, Fetch, "file", fmt.Errorf("%s: %w", path, err))
	}
	f, err := p.judge(w, code)
	if f != nil {
		f.fromStore, f.warnings = true, nil // whoever writes the file may write the resource
	}
	return f, err
}

// filePath is the path of a file:// URL.
func filePath(w *wasmplugin.Plugin) (string, error) {
	path, err := url.PathUnescape(strings.TrimPrefix(w.URL, "file://"))
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	path = filepath.FromSlash(path)
	switch {
	case path == "" || strings.ContainsRune(path, 0):
		return "", fmt.Errorf("%w: %q names no file", ErrUnsupported, w.URL)
	case filepath.IsAbs(path):
		return filepath.Clean(path), nil
	case w.Source == "":
		return "", errors.Join(fmt.Errorf("%w: the path of %q is relative, and the resource is from no file", ErrUnsupported, w.URL))
	}
	return filepath.Join(filepath.Dir(sourceFile(w.Source)), path), nil
}

// sourceFile is the file in "file:line".
func sourceFile(source string) string {
	if i := strings.LastIndexByte(source, ':'); i > 0 && strings.Trim(source[i+1:], "0123456789") == "" {
		return source[:i]
	}
	return source
}

// exists reports whether there is a file at path.
func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
