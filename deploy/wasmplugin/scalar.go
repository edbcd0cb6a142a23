package wasmplugin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
	kyaml "sigs.k8s.io/yaml"
)

// scalar is a value of YAML as JSON. Plain words mean what they mean to kubectl,
// so "yes" and "on" are true; numbers keep their digits.
type scalar struct {
	json []byte
	err  string
}

var (
	jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)
	// special is what a plain word begins with that may be something else than a
	// text.
	special = "0123456789+-.~yYnNtTfFoO"
)

func scalarOf(n *yaml.Node) scalar {
	tag := n.ShortTag()
	if n.Style&yaml.TaggedStyle == 0 {
		if n.Style != 0 {
			return text(n.Value)
		}
		return plain(n.Value)
	}
	switch tag {
	case "!!str":
		return text(n.Value)
	case "!!int", "!!float", "!!bool", "!!null":
		s := plain(n.Value)
		if want := map[string]string{"!!bool": "true or false", "!!null": "nothing"}[tag]; s.err == "" && want != "" && s.form() != want {
			return scalar{err: "the value is not of the type that its tag names"}
		}
		return s
	}
	return scalar{err: fmt.Sprintf("the tag %s is not read; write a text, a number, true or false", quoted(tag))}
}

// plain resolves a word without quotes.
func plain(word string) scalar {
	switch {
	case word == "" || word == "null":
		return scalar{json: []byte("null")}
	case jsonNumber.MatchString(word):
		return scalar{json: []byte(word)}
	case !strings.ContainsRune(special, rune(word[0])) || len(word) > 128 || strings.ContainsAny(word, "\n"):
		return text(word)
	}
	b, err := kyaml.YAMLToJSON([]byte(word))
	if err != nil {
		if strings.Contains(err.Error(), "unsupported value") {
			return scalar{err: "JSON has no number for it"}
		}
		return text(word)
	}
	if b = bytes.TrimSpace(b); len(b) == 0 || strings.ContainsRune(`"[{`, rune(b[0])) {
		return text(word)
	}
	return scalar{json: b}
}

// text is a JSON string. What is not UTF-8 was refused by the reader of the file.
func text(s string) scalar {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return scalar{err: err.Error()}
	}
	return scalar{json: bytes.TrimSuffix(b.Bytes(), []byte("\n"))}
}

// form is the kind of the value, for messages.
func (s scalar) form() string {
	switch {
	case s.err != "" || len(s.json) == 0:
		return "no value"
	case s.json[0] == '"':
		return "a text"
	case s.json[0] == 't' || s.json[0] == 'f':
		return "true or false"
	case s.json[0] == 'n':
		return "nothing"
	}
	return "a number"
}
