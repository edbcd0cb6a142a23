package cases

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

const guide = "../../docs/testing-yaml.md"

// The guide names every key, and its example is a file that can be read.
func TestGuide(t *testing.T) {
	b, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	words := map[string]bool{}
	for _, w := range regexp.MustCompile("[A-Za-z0-9]+").FindAllString(strings.Join(regexp.MustCompile("`[^`\n]+`").FindAllString(regexp.MustCompile("(?s)```.*?```").ReplaceAllString(text, ""), -1), " "), -1) {
		words[w] = true
	}
	for _, list := range [][]field{fieldsOf(typeOf[Case]()), fieldsOf(typeOf[Request]()), fieldsOf(typeOf[Answer]()), fieldsOf(typeOf[Reply]()), fieldsOf(typeOf[Log]()), fieldsOf(typeOf[Want]()), fieldsOf(typeOf[WantClient]())} {
		for _, f := range list {
			if !words[f.name] {
				t.Errorf("%s does not name the key %s", guide, f.name)
			}
			if f.doc == "" {
				t.Errorf("the key %s has no description", f.name)
			}
		}
	}
	_, example, _ := strings.Cut(text, "```yaml\n")
	example, _, _ = strings.Cut(example, "```")
	if f, err := Parse(guide, []byte(example)); err != nil || len(f.Cases) != 1 {
		t.Errorf("the example: %v", err)
	}
}
