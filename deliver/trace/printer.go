package trace

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// Print writes a report for people: a line for each step, its evidence below it, and
// what to do where it is not ok.
func Print(w io.Writer, r *Report) error {
	var b strings.Builder
	for i, t := range r.Traces {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s (%s), through %s\n", t.Plugin, t.Source, t.Through)
		for _, s := range t.Steps {
			s.print(&b)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (s Step) print(b *strings.Builder) {
	number := "  "
	if s.Number > 0 {
		number = fmt.Sprintf("%2d", s.Number)
	}
	fmt.Fprintf(b, "%s %-8s %-9s %s [%s]\n", number, s.State, s.Name, s.What, s.Side)
	for _, e := range s.Evidence {
		fmt.Fprintf(b, "     %s\n", plain(e))
	}
	if s.State != OK {
		fmt.Fprintf(b, "     -> %s\n", plain(s.Do))
	}
}

// plain takes out of a text what would begin another line or act on a terminal: some
// of it is Envoy's, a registry's or a server's choice.
func plain(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r == unicode.ReplacementChar || !unicode.IsPrint(r) }) {
		return text
	}
	quoted := strconv.Quote(text)
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}
