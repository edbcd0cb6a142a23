package migrate

import (
	"fmt"
	"strings"
)

// around is the number of lines that a diff shows around a change.
const around = 3

// Diff returns the changes of all files in the unified form, in the files' order.
// Paths are relative to Options.Dir, after a/ and b/.
func (r *Result) Diff() string {
	var b strings.Builder
	for _, name := range sortedKeys(r.Sources) {
		fmt.Fprintf(&b, "--- a/%s\n+++ b/%s\n", name, name)
		writeDiff(&b, lines(r.before[name]), lines(r.Sources[name]))
	}
	return b.String()
}

func lines(src []byte) []string {
	if len(src) == 0 {
		return nil
	}
	all := strings.SplitAfter(string(src), "\n")
	if all[len(all)-1] == "" {
		return all[:len(all)-1]
	}
	all[len(all)-1] += "\n\\ No newline at end of file\n"
	return all
}

// block is a change: lines from a0 to a1 of the old text become those from b0 to
// b1 of the new one.
type block struct{ a0, a1, b0, b1 int }

// blocks compares texts that differ in few places, in the same order: after a
// difference it goes on where the fewest lines were left out of both.
func blocks(a, b []string) (all []block) {
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		if i < len(a) && j < len(b) && a[i] == b[j] {
			i, j = i+1, j+1
			continue
		}
		x, y := meet(a[i:], b[j:])
		for x > 0 && y > 0 && a[i+x-1] == b[j+y-1] {
			x, y = x-1, y-1
		}
		all = append(all, block{i, i + x, j, j + y})
		i, j = i+x, j+y
	}
	return all
}

// meet returns how many lines of each text come before one that both have, all
// where there is none.
func meet(a, b []string) (x, y int) {
	for sum := 1; sum < len(a)+len(b); sum++ {
		for x := max(0, sum-len(b)); x <= min(sum, len(a)-1); x++ {
			if y := sum - x; y < len(b) && a[x] == b[y] && strings.TrimSpace(a[x]) != "" {
				return x, y
			}
		}
	}
	return len(a), len(b)
}

// writeDiff writes the hunks: blocks with fewer than two contexts between them
// are one.
func writeDiff(w *strings.Builder, a, b []string) {
	all := blocks(a, b)
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].a0-all[n-1].a1 <= 2*around {
			n++
		}
		writeHunk(w, a, b, all[:n])
		all = all[n:]
	}
}

func writeHunk(w *strings.Builder, a, b []string, all []block) {
	first, last := all[0], all[len(all)-1]
	before := min(around, first.a0)
	after := min(around, len(a)-last.a1)
	fmt.Fprintf(w, "@@ -%s +%s @@\n", span(first.a0-before, last.a1+after), span(first.b0-before, last.b1+after))
	at := first.a0 - before
	for _, c := range all {
		prefix(w, " ", a[at:c.a0])
		prefix(w, "-", a[c.a0:c.a1])
		prefix(w, "+", b[c.b0:c.b1])
		at = c.a1
	}
	prefix(w, " ", a[at:at+after])
}

// span is a range of lines as a hunk's header has it.
func span(from, to int) string {
	if to == from {
		return fmt.Sprintf("%d,0", from)
	}
	return fmt.Sprintf("%d,%d", from+1, to-from)
}

func prefix(w *strings.Builder, mark string, text []string) {
	for _, line := range text {
		w.WriteString(mark + line)
	}
}
