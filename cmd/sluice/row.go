package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// row prints a line of a table. The texts in it may be another's choice, such as
// the names in a module or the annotations of an image: what would begin another
// line or act on a terminal is written as Go writes it, "\n" and "\x1b".
func row(w io.Writer, format string, args ...any) {
	fmt.Fprint(w, cells(format, args...), "\n")
}

// cells is the text of a row. Its format has the tabs between the cells.
func cells(format string, args ...any) string {
	for i, a := range args {
		args[i] = plain(a)
	}
	return fmt.Sprintf(format, args...)
}

// plain takes out of a text what is no part of a line. Numbers stay.
func plain(value any) any {
	switch value.(type) {
	case int, int64, uint64, bool:
		return value
	}
	text := fmt.Sprint(value)
	if !strings.ContainsFunc(text, func(r rune) bool { return r == unicode.ReplacementChar || !unicode.IsPrint(r) }) {
		return text
	}
	quoted := strconv.Quote(text)
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}
