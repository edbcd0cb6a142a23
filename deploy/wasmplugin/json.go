package wasmplugin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"
)

// jsonReader makes nodes of JSON, with lines and numbers as they are written.
// YAML's own reader takes no pair of surrogates and would round a large number.
type jsonReader struct {
	*json.Decoder
	data  []byte
	line  int // of data[:read]
	read  int64
	nodes int
}

// looksLikeJSON reports whether the text is read as JSON.
func looksLikeJSON(data []byte) bool {
	data = bytes.TrimLeft(data, " \t\r\n")
	return len(data) > 0 && data[0] == '{' && json.Valid(data)
}

// readJSON makes a node of a text that looksLikeJSON.
func readJSON(data []byte) (*yaml.Node, error) {
	r := &jsonReader{Decoder: json.NewDecoder(bytes.NewReader(data)), data: data, line: 1}
	r.UseNumber()
	n, err := r.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := r.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the JSON value")
	}
	return n, nil
}

// at is the line of what was read last.
func (r *jsonReader) at() int {
	end := min(r.InputOffset(), int64(len(r.data)))
	r.line += bytes.Count(r.data[r.read:end], []byte("\n"))
	r.read = end
	return r.line
}

func (r *jsonReader) value(depth int) (*yaml.Node, error) {
	t, err := r.Token()
	if err != nil {
		return nil, err
	}
	r.nodes++
	if depth > maxDepth || r.nodes > maxNodes {
		return nil, fmt.Errorf("more than %d levels or %d values", maxDepth, maxNodes)
	}
	n := &yaml.Node{Kind: yaml.ScalarNode, Line: r.at()}
	switch v := t.(type) {
	case json.Delim:
		return n, r.inner(n, v, depth)
	case string:
		n.Value, n.Tag, n.Style = v, "!!str", yaml.DoubleQuotedStyle
	case json.Number:
		n.Value, n.Tag = v.String(), "!!float"
	case bool:
		n.Value, n.Tag = fmt.Sprint(v), "!!bool"
	default:
		n.Value, n.Tag = "null", "!!null"
	}
	return n, nil
}

// inner reads what is between braces or brackets. An object's keys are values
// like any other to the loop, which the node's form wants as well.
func (r *jsonReader) inner(n *yaml.Node, open json.Delim, depth int) error {
	n.Kind, n.Tag = yaml.MappingNode, "!!map"
	if open == '[' {
		n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
	}
	for r.More() {
		c, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.Content = append(n.Content, c)
	}
	_, err := r.Token()
	r.at()
	return err
}
