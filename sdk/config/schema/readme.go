package schema

import (
	"bytes"
	"errors"
	"fmt"
	"os"
)

// Markers of the part of a file that is generated. Each stands on a line of its
// own.
const (
	Begin = "<!-- configuration: made by sluice schema, do not edit -->"
	End   = "<!-- configuration: end -->"
)

// ErrStale is in the error about a file whose table is not the one of the
// plugin's configuration.
var ErrStale = errors.New("the table of the configuration is not up to date")

// Refresh puts a table between the markers of a file's text. Text without the
// two markers, once each and in order, is refused.
func Refresh(text []byte, table string) ([]byte, error) {
	begin, end := bytes.Index(text, []byte(Begin)), bytes.Index(text, []byte(End))
	if begin < 0 || end < begin || bytes.Count(text, []byte(Begin)) > 1 || bytes.Count(text, []byte(End)) > 1 {
		return nil, fmt.Errorf("there must be one line %q, and one line %q after it", Begin, End)
	}
	out := append([]byte{}, text[:begin+len(Begin)]...)
	out = append(out, "\n\n"+table+"\n"...)
	return append(out, text[end:]...), nil
}

// CheckFile compares the table in a file, such as README.md, with the
// configuration's. A test of a plugin calls it. Errors: ErrStale, and those of
// reading the file and of its markers.
func (s *Schema) CheckFile(path string) error {
	fresh, err := refreshFile(path, []byte(s.Table()))
	if err != nil {
		return err
	}
	text, err := os.ReadFile(path)
	if err == nil && !bytes.Equal(text, fresh) {
		err = fmt.Errorf("%s: %w; run: sluice schema --format table -o %s", path, ErrStale, path)
	}
	return err
}

func refreshFile(path string, table []byte) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	fresh, err := Refresh(text, string(table))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return fresh, nil
}
