package schema

import (
	"errors"
	"time"
)

// Formats of a schema, as the SDK knows them.
const (
	JSONSchema = "json-schema" // JSON Schema, draft 2020-12
	CRD        = "crd"         // a structural schema for Kubernetes, in YAML
	Table      = "table"       // a table in Markdown
	Example    = "example"     // a configuration in YAML, with comments
)

// Formats are all of them.
func Formats() []string { return []string{JSONSchema, CRD, Table, Example} }

var (
	// ErrUntyped is in the error about a plugin without a typed configuration.
	ErrUntyped = errors.New("no plugin with a typed configuration")
	// ErrSeveral is in the error about a module that holds several plugins, where
	// Options.Plugin names none.
	ErrSeveral = errors.New("it holds several plugins")
	// ErrStale is in the error about a file that Check finds different.
	ErrStale = errors.New("not up to date")
	// ErrFormat is in the error about a format that isn't there.
	ErrFormat = errors.New("no such format")
)

// DefaultTimeout is how long compiling and running a plugin may take.
const DefaultTimeout = 5 * time.Minute

// Options say which schema is wanted. The zero value is the JSON Schema of the
// plugin in the current directory.
type Options struct {
	// Dir is the directory of the plugin's main package, in any Go module.
	// Default ".".
	Dir string
	// Format is one of Formats. Default JSONSchema.
	Format string
	// Plugin is the plugin's name. It is needed where a module holds several.
	Plugin string
	// Output is a file to write. A table goes between the markers of a file that
	// is there, and replaces all of another. Default: none.
	Output string
	// Check compares Output with what would be written to it, and writes nothing.
	Check bool
	// Go is the go command. Default "go", from the PATH.
	Go string
	// Timeout bounds compiling and running. Default DefaultTimeout.
	Timeout time.Duration
}

// Result is a schema.
type Result struct {
	// Plugin is the plugin's name.
	Plugin string `json:"plugin"`
	// Format is the format.
	Format string `json:"format"`
	// Output is the file that was written or compared, or empty.
	Output string `json:"output,omitempty"`
	// Document is the schema, or with markers the whole file.
	Document string `json:"document"`
}

func (o Options) orDefaults() Options {
	if o.Dir == "" {
		o.Dir = "."
	}
	if o.Format == "" {
		o.Format = JSONSchema
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	return o
}
