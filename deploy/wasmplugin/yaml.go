package wasmplugin

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"go.yaml.in/yaml/v3"
)

// YAML writes JSON as YAML that both versions of YAML read alike, with keys in
// the same order and numbers as they are. The error is for what is no JSON.
func YAML(b []byte) ([]byte, error) {
	if !json.Valid(b) {
		return nil, errors.New("not valid JSON")
	}
	n, err := readJSON(b)
	if err != nil {
		return nil, err
	}
	style(n)
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	if err := e.Encode(n); err != nil {
		return nil, err
	}
	return out.Bytes(), e.Close()
}

// style takes the quotes off texts that need none.
func style(n *yaml.Node) {
	for _, c := range n.Content {
		style(c)
	}
	if n.Kind != yaml.ScalarNode {
		n.Style = 0
		return
	}
	if n.Tag != "!!str" {
		n.Tag = "" // a large number would get the tag of its type
		return
	}
	switch {
	case strings.Contains(n.Value, "\n") && !strings.HasPrefix(n.Value, " ") && !strings.ContainsAny(n.Value, "\r\t"):
		n.Style = yaml.LiteralStyle
	case n.Value != "" && plain(n.Value).form() == "a text" && n.Value != "<<" && !strings.Contains(n.Value, "\n"):
		n.Style = 0
	}
}
