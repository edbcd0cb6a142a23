// Package loose is for configuration values that are written in more than one
// way: YAML makes a number of 102234, although it is somebody's key.
package loose

import (
	"errors"

	"github.com/sluiceproxy/sluice/sdk/jsonscan"
)

// Text is a string, or a number or truth value, which is the text that it is
// written with.
type Text string

// ErrText is returned for a value that is no text: a list, an object, null.
var ErrText = errors.New("must be a string or a number")

// UnmarshalJSON implements config.Unmarshaler.
func (t *Text) UnmarshalJSON(json []byte) error {
	switch {
	case len(json) == 0 || json[0] == '{' || json[0] == '[' || string(json) == "null":
		return ErrText
	case json[0] == '"' && len(json) > 1:
		*t = Text(jsonscan.Unescape(nil, json[1:len(json)-1]))
	default:
		*t = Text(json)
	}
	return nil
}

// Value is a Text, or a list or an object, which is the text of its JSON. null is
// empty.
type Value string

// UnmarshalJSON implements config.Unmarshaler.
func (v *Value) UnmarshalJSON(json []byte) error {
	if string(json) == "null" {
		*v = ""
		return nil
	}
	if len(json) > 0 && (json[0] == '{' || json[0] == '[') {
		*v = Value(json)
		return nil
	}
	return (*Text)(v).UnmarshalJSON(json)
}
