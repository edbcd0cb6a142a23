package run

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"sigs.k8s.io/yaml"
)

// maxConfig bounds a configuration or routes file, and what YAML anchors may
// make of it.
const maxConfig = 4 << 20

// ReadConfig reads a configuration file as the JSON that a plugin gets. A file
// with the ending .json is handed on as it is; anything else is YAML, read as
// kubectl reads it ("yes" and "on" are true unless quoted). An empty
// file is no configuration. Errors name the file and, where there is one, the
// line: text that is neither, a key given twice, a second document, or more
// than 4 MiB.
func ReadConfig(path string) ([]byte, error) {
	b, err := readLimited(path)
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(strings.ToLower(path), ".json") {
		b, err = checkJSON(b)
	} else {
		b, err = yamlToJSON(b)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}

func readLimited(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxConfig+1))
	if err == nil && len(b) > maxConfig {
		err = fmt.Errorf("%s: larger than %d MiB", path, maxConfig>>20)
	}
	return b, err
}

// yamlToJSON keeps integers, booleans and strings what they are.
func yamlToJSON(b []byte) ([]byte, error) {
	if err := oneDocument(b); err != nil {
		return nil, err
	}
	out, err := yaml.YAMLToJSONStrict(b)
	if err != nil {
		return nil, yamlError(err)
	}
	if len(out) > maxConfig {
		return nil, fmt.Errorf("its anchors expand to more than %d MiB", maxConfig>>20)
	}
	if string(out) == "null" {
		return nil, nil
	}
	return out, nil
}

// yamlError puts the parser's words in one line.
func yamlError(err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	text = strings.TrimPrefix(text, "unmarshal errors:\n")
	return fmt.Errorf("not valid YAML: %s", strings.Join(strings.Fields(text), " "))
}

// oneDocument refuses a second document, which the parser would ignore.
func oneDocument(b []byte) error {
	content := false
	for i, line := range bytes.Split(b, []byte("\n")) {
		text := string(bytes.TrimRight(line, " \t\r"))
		marker := text == "---" || strings.HasPrefix(text, "--- ")
		if marker && content {
			return fmt.Errorf("line %d begins a second YAML document; only one is allowed", i+1)
		}
		content = content || !marker && text != "" && text[0] != '#' && text[0] != '%' || strings.HasPrefix(text, "--- ")
	}
	return nil
}

// checkJSON returns b if it is one JSON value without keys given twice.
func checkJSON(b []byte) ([]byte, error) {
	if len(bytes.TrimSpace(b)) == 0 {
		return nil, nil
	}
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			line := 1 + bytes.Count(b[:min(int(syntax.Offset), len(b))], []byte("\n"))
			return nil, fmt.Errorf("not valid JSON: line %d: %w", line, err)
		}
		return nil, fmt.Errorf("not valid JSON: %w", err)
	}
	if err := noDuplicates(json.NewDecoder(bytes.NewReader(b)), ""); err != nil {
		return nil, err
	}
	return b, nil
}

// noDuplicates walks one value of valid JSON.
func noDuplicates(d *json.Decoder, path string) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	open, _ := t.(json.Delim)
	seen := map[string]bool{}
	for (open == '{' || open == '[') && d.More() {
		child := path
		if open == '{' {
			key, err := d.Token()
			if err != nil {
				return err
			}
			name, _ := key.(string)
			child = strings.TrimPrefix(path+"."+name, ".")
			if seen[name] {
				return fmt.Errorf("the key %q is given twice", child)
			}
			seen[name] = true
		}
		if err := noDuplicates(d, child); err != nil {
			return err
		}
	}
	if open == '{' || open == '[' {
		_, err = d.Token()
	}
	return err
}
