package gotest

import (
	"encoding/json"
	"io"
	"strings"
)

// Event is a line of "go test -json"; see "go doc test2json".
type Event struct {
	Time    string `json:",omitempty"`
	Action  string
	Package string  `json:",omitempty"`
	Test    string  `json:",omitempty"`
	Elapsed float64 `json:",omitempty"`
	Output  string  `json:",omitempty"`
}

// Events reads what "go test -json" prints, as it is written, and gives each
// event to Each. What is no event goes to Other, line by line. The zero value
// drops everything.
type Events struct {
	Each  func(Event)
	Other io.Writer

	rest []byte // of a line whose end has not come
}

// maxLine bounds a line that is kept until its end comes.
const maxLine = 1 << 20

// Write implements io.Writer.
func (e *Events) Write(b []byte) (int, error) {
	e.rest = append(e.rest, b...)
	for {
		line, rest, ok := strings.Cut(string(e.rest), "\n")
		if !ok && len(e.rest) < maxLine {
			return len(b), nil
		}
		e.rest = append(e.rest[:0], rest...)
		if err := e.line(line); err != nil {
			return 0, err
		}
	}
}

// Close hands over a last line without an end.
func (e *Events) Close() error {
	if len(e.rest) == 0 {
		return nil
	}
	line := string(e.rest)
	e.rest = nil
	return e.line(line)
}

func (e *Events) line(line string) error {
	var event Event
	if strings.HasPrefix(line, "{") && json.Unmarshal([]byte(line), &event) == nil && event.Action != "" {
		if e.Each != nil {
			e.Each(event)
		}
		return nil
	}
	if e.Other == nil {
		return nil
	}
	_, err := io.WriteString(e.Other, line+"\n")
	return err
}
