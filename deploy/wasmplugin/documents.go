package wasmplugin

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// documents splits a file into its documents; empty ones are left out.
func (r *reader) documents(data []byte) (docs []*yaml.Node) {
	if len(data) > maxFile {
		r.failAt(0, "", "has more than %d bytes", maxFile)
		return nil
	}
	if looksLikeJSON(data) {
		n, err := readJSON(data)
		if err != nil {
			r.failAt(1, "", "%v", err)
			return nil
		}
		return []*yaml.Node{n}
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	for range maxDocuments {
		var doc yaml.Node
		err := d.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return docs
		}
		if err != nil {
			r.failAt(lineOf(err), "", "not valid YAML: %s", strings.TrimPrefix(line(err), "yaml: "))
			return nil
		}
		if len(doc.Content) == 1 && !isNull(doc.Content[0]) {
			docs = append(docs, doc.Content[0])
		}
	}
	r.failAt(0, "", "has more than %d documents", maxDocuments)
	return nil
}

var yamlLine = regexp.MustCompile(`^(?:yaml: )?line (\d+): `)

// lineOf is the line that an error of the YAML reader names, else 1.
func lineOf(err error) int {
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		if n, e := strconv.Atoi(m[1]); e == nil {
			return n
		}
	}
	return 1
}

// line is an error in one line, without the number that the place has.
func line(err error) string {
	return yamlLine.ReplaceAllString(strings.Join(strings.Fields(err.Error()), " "), "")
}

// resolve follows aliases.
func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode && n.Alias != nil {
		n = n.Alias
	}
	return n
}

// isNull reports whether a value is as good as absent.
func isNull(n *yaml.Node) bool {
	n = resolve(n)
	if n.Kind != yaml.ScalarNode {
		return n.Kind == 0
	}
	s := scalarOf(n)
	return s.err == "" && string(s.json) == "null"
}

// form says what a node is, without its value, which may be a secret.
func form(n *yaml.Node) string {
	switch n = resolve(n); n.Kind {
	case yaml.MappingNode:
		return "an object"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		return scalarOf(n).form()
	}
	return "nothing"
}

// quoted is a value for a message, cut off when it is long.
func quoted(text string) string {
	if len(text) > 80 {
		return fmt.Sprintf("%.77q and more", text)
	}
	return strconv.Quote(text)
}
