package scaffold

import (
	"embed"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/sluiceproxy/sluice/build/origin"
)

// templates has a directory for each example, and "common" for what they share.
//
//go:embed templates
var templates embed.FS

// values are what the templates can use.
type values struct {
	Name, Module, Example string
	SDKModule             string
	SDKVersion            string // what go.mod requires
	SDKDir                string // what go.mod replaces it with, or empty
}

// unreleased is required where go.mod replaces the SDK by a checkout.
const unreleased = "v0.0.0"

func render(dir string, o Options) error {
	v := values{o.Name, o.Module, o.Example, origin.Module, o.SDK.Version, o.SDK.Dir}
	if v.SDKDir != "" {
		v.SDKVersion = unreleased
	}
	for _, from := range []string{"common", o.Example} {
		if err := renderAll(dir, path.Join("templates", from), v); err != nil {
			return err
		}
	}
	return nil
}

func renderAll(dir, from string, v values) error {
	entries, err := fs.ReadDir(templates, from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := renderFile(filepath.Join(dir, fileName(e.Name())), path.Join(from, e.Name()), v); err != nil {
			return err
		}
	}
	return nil
}

// fileName is the name of the file that a template makes: templates end with
// .tmpl, and those of hidden files begin with "dot-", so that they are embedded.
func fileName(name string) string {
	name = strings.TrimSuffix(name, ".tmpl")
	if hidden, ok := strings.CutPrefix(name, "dot-"); ok {
		return "." + hidden
	}
	return name
}

func renderFile(to, from string, v values) (err error) {
	text, err := fs.ReadFile(templates, from)
	if err != nil {
		return err
	}
	// Go's composite literals are full of double braces.
	t, err := template.New(from).Delims("<<", ">>").Parse(string(text))
	if err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	return t.Execute(f, v)
}
