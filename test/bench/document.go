package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// markers enclose the part of a document that the command writes.
func markers(name string) (begin, end string) {
	return "<!-- begin " + name + " -->\n", "<!-- end " + name + " -->\n"
}

// replace puts text into the part of a document with the given name.
func replace(doc, name, text string) (string, error) {
	begin, end := markers(name)
	head, rest, ok := strings.Cut(doc, begin)
	if !ok {
		return "", fmt.Errorf("no line %q", strings.TrimSpace(begin))
	}
	_, tail, ok := strings.Cut(rest, end)
	if !ok {
		return "", fmt.Errorf("no line %q", strings.TrimSpace(end))
	}
	return head + begin + "\n" + strings.TrimSpace(text) + "\n\n" + end + tail, nil
}

// rewrite replaces the named parts of a file, and writes it only if that
// changes something.
func rewrite(file string, parts map[string]string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	doc := string(b)
	for name, text := range parts {
		if doc, err = replace(doc, name, text); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	if doc == string(b) {
		return nil
	}
	return os.WriteFile(file, []byte(doc), 0o644)
}

// saveJSON writes a value as a file of JSON.
func saveJSON(file string, v any) error {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(compact(b), '\n'), 0o644)
}

// loadJSON reads such a file.
func loadJSON(file string, v any) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// numbers is a list of numbers over several lines.
var numbers = regexp.MustCompile(`\[\s+-?[0-9][-+0-9.eE,\s]*\]`)

// compact puts lists of numbers on one line each.
func compact(b []byte) []byte {
	return numbers.ReplaceAllFunc(b, func(list []byte) []byte {
		return []byte("[" + strings.Join(strings.Fields(strings.Trim(string(list), "[] \n")), " ") + "]")
	})
}
