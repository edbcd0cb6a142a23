package schema

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/config/internal/registry"
)

// Format is one way to show a schema.
type Format string

// Formats.
const (
	FormatJSONSchema Format = "json-schema"
	FormatCRD        Format = "crd"
	FormatTable      Format = "table"
	FormatExample    Format = "example"
)

// Render shows the schema in a format. Errors: a format that isn't one of the
// four, and those of Example.
func (s *Schema) Render(f Format) ([]byte, error) {
	switch f {
	case FormatJSONSchema:
		return s.JSONSchema(), nil
	case FormatCRD:
		return s.CRD(), nil
	case FormatTable:
		return []byte(s.Table()), nil
	case FormatExample:
		return s.Example()
	}
	return nil, fmt.Errorf("no format %q: use json-schema, crd, table or example", f)
}

// emitted is what Emit writes, for the command that reads it.
type emitted struct {
	Plugins  []string `json:"plugins"`
	Plugin   string   `json:"plugin"`
	Document string   `json:"document"`
	Error    string   `json:"error,omitempty"`
}

// Request says what Emit writes.
type Request struct {
	// Plugin is the plugin's name. It may be empty where the program has one.
	Plugin string
	// Format is how its schema is shown.
	Format Format
	// Into is a file with markers: the document is its text with the table in
	// place. Empty for the schema alone.
	Into string
}

// Emit is what `sluice schema` makes a plugin call: it writes the schema of the
// plugin's configuration to a file, as a JSON object, and reports whether there
// was one. If none is registered yet it is written when one is.
func Emit(file string, r Request) bool {
	if len(registry.All()) == 0 {
		registry.Notify(func() { r.emit(file) })
		return false
	}
	r.emit(file)
	return true
}

func (r Request) emit(file string) {
	var out emitted
	if err := out.fill(r); err != nil {
		out.Error = err.Error()
	}
	text, err := json.Marshal(out)
	if err == nil {
		err = os.WriteFile(file, text, 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "schema:", err)
	}
}

func (e *emitted) fill(r Request) error {
	all, err := Registered()
	if err != nil {
		return err
	}
	var chosen *Schema
	for _, s := range all {
		e.Plugins = append(e.Plugins, s.Plugin)
		if s.Plugin == r.Plugin || r.Plugin == "" && len(all) == 1 {
			chosen = s
		}
	}
	switch {
	case chosen == nil && r.Plugin == "":
		return fmt.Errorf("it holds several plugins, name one of %s", strings.Join(e.Plugins, ", "))
	case chosen == nil:
		return fmt.Errorf("it holds no plugin %q with a typed configuration, only %s", r.Plugin, strings.Join(e.Plugins, ", "))
	}
	e.Plugin = chosen.Plugin
	text, err := chosen.Render(r.Format)
	if err == nil && r.Into != "" {
		text, err = refreshFile(r.Into, text)
	}
	e.Document = string(text)
	return err
}
