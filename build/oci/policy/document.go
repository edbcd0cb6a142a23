package policy

import "strings"

// lineBreaks writes all that YAML takes for the end of a line as one character.
var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

// secondDocument is the line on which a YAML document ends or another begins,
// and zero where there is one to the end of the text. Of several the parser
// would read the first, and leave out rules without a word.
func secondDocument(text string) int {
	begun := false
	for i, line := range strings.Split(lineBreaks.Replace(text), "\n") {
		word, _, _ := strings.Cut(strings.ReplaceAll(line, "\t", " "), " ")
		switch content := strings.TrimSpace(line); {
		case word == "...", word == "---" && begun:
			return i + 1
		case content != "" && content[0] != '#' && line[0] != '%':
			begun = true
		}
	}
	return 0
}
