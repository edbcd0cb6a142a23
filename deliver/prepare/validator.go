package prepare

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/sluiceproxy/sluice/build/oci/confschema"
)

// validator collects what is wrong with the parts of a configuration.
type validator struct {
	source   map[string]any
	schema   *jsonschema.Schema
	problems []Problem
	secrets  []string
}

const schemaName = "sluice:configuration"

func newValidator(schema confschema.Schema) (*validator, error) {
	source, ok := standard(map[string]any(schema)).(map[string]any)
	if !ok {
		return nil, errors.New("it is no object")
	}
	c := jsonschema.NewCompiler()
	c.UseLoader(noLoader{}) // a schema from an image names no files
	c.UseRegexpEngine(regexpOf)
	if err := c.AddResource(schemaName, source); err != nil {
		return nil, err
	}
	compiled, err := c.Compile(schemaName)
	if err != nil {
		return nil, err
	}
	return &validator{source: source, schema: compiled}, nil
}

// check compares one part of a configuration with the schema. What it lacks may be
// in inherited, which is what rules of some plugins build on.
func (v *validator) check(path string, part, inherited map[string]any) {
	hidden := &secretSet{}
	hidden.walk(v.source, part, nil, 0)
	v.secrets = append(v.secrets, hidden.values...)
	var invalid *jsonschema.ValidationError
	err := v.schema.Validate(part)
	if err == nil {
		return
	}
	if !errors.As(err, &invalid) {
		v.problems = append(v.problems, Problem{Path: path, Reason: "can't be compared with the schema"})
		return
	}
	for _, leaf := range leaves(invalid) {
		if missing, ok := leaf.ErrorKind.(*kind.Required); ok && len(leaf.InstanceLocation) == 0 {
			left := slices.DeleteFunc(slices.Clone(missing.Missing), func(key string) bool {
				_, there := inherited[key]
				return there
			})
			if len(left) == 0 {
				continue
			}
			leaf.ErrorKind = &kind.Required{Missing: left}
		}
		at := place(path, part, leaf.InstanceLocation)
		v.problems = append(v.problems, Problem{Path: at, Reason: reason(leaf, part, hidden.has(leaf.InstanceLocation))})
	}
}

// leaves are the causes of an error, without the groups around them. Of
// alternatives there is one that says so.
func leaves(e *jsonschema.ValidationError) []*jsonschema.ValidationError {
	switch e.ErrorKind.(type) {
	case *kind.AnyOf, *kind.OneOf, *kind.Not:
		return []*jsonschema.ValidationError{e}
	}
	if len(e.Causes) == 0 {
		return []*jsonschema.ValidationError{e}
	}
	var all []*jsonschema.ValidationError
	for _, cause := range e.Causes {
		all = append(all, leaves(cause)...)
	}
	return all
}

// noLoader loads nothing.
type noLoader struct{}

// Load refuses.
func (noLoader) Load(url string) (any, error) {
	return nil, fmt.Errorf("it refers to %.100q, and nothing is loaded", url)
}

// regexpOf reads a pattern. One that Go's syntax doesn't have takes everything: the
// plugin itself is asked later.
func regexpOf(text string) (jsonschema.Regexp, error) {
	r, err := regexp.Compile(text)
	if err != nil {
		return anything(text), nil //nolint:nilerr // see above
	}
	return r, nil
}

type anything string

// MatchString reports true.
func (anything) MatchString(string) bool { return true }

// String is the pattern.
func (a anything) String() string { return string(a) }
