package plugintest

import (
	"fmt"
	"strconv"
	"strings"
)

// maxDiff is the number of lines up to which two texts are compared line by line.
const maxDiff = 2000

// diff says how two texts differ: short ones in quotes, with a mark below the
// first byte that differs, and longer ones line by line.
func diff(want, got string) string {
	if strings.Contains(want, "\n") || strings.Contains(got, "\n") {
		return lines(strings.Split(want, "\n"), strings.Split(got, "\n"))
	}
	w, g := strconv.Quote(want), strconv.Quote(got)
	if len(w) > 200 || len(g) > 200 {
		return around(want, got)
	}
	return fmt.Sprintf("\twant %s\n\t got %s\n\t     %s^", w, g, strings.Repeat(" ", common(w, g)))
}

// common is the number of bytes that two texts have in common at the beginning.
func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// around shows where two long texts begin to differ.
func around(want, got string) string {
	n := common(want, got)
	from := max(0, n-20)
	part := func(s string) string { return strconv.Quote(s[min(from, len(s)):min(n+60, len(s))]) }
	return fmt.Sprintf("\tthe first %d bytes agree (want %d bytes, got %d); from byte %d on\n\twant %s\n\t got %s",
		n, len(want), len(got), from, part(want), part(got))
}

// lines shows what must be taken from and added to want to make it got, with
// three lines of both around it.
func lines(want, got []string) string {
	if len(want) > maxDiff || len(got) > maxDiff {
		return around(strings.Join(want, "\n"), strings.Join(got, "\n"))
	}
	length := table(want, got)
	var out []string
	changed := map[int]bool{}
	note := func(mark, line string) {
		if mark != "  " {
			changed[len(out)] = true
		}
		out = append(out, "\t"+mark+strconv.Quote(line))
	}
	i, j := 0, 0
	for i < len(want) || j < len(got) {
		switch {
		case i < len(want) && j < len(got) && want[i] == got[j]:
			note("  ", want[i])
			i, j = i+1, j+1
		case j == len(got) || i < len(want) && length[i+1][j] >= length[i][j+1]:
			note("- ", want[i])
			i++
		default:
			note("+ ", got[j])
			j++
		}
	}
	return "\t(- is wanted, + is what came)\n" + strings.Join(near(out, changed), "\n")
}

// table holds the length of the longest common part of want[i:] and got[j:].
func table(want, got []string) [][]int {
	length := make([][]int, len(want)+1)
	for i := range length {
		length[i] = make([]int, len(got)+1)
	}
	for i := len(want) - 1; i >= 0; i-- {
		for j := len(got) - 1; j >= 0; j-- {
			length[i][j] = max(length[i+1][j], length[i][j+1])
			if want[i] == got[j] {
				length[i][j] = length[i+1][j+1] + 1
			}
		}
	}
	return length
}

// near keeps the lines that are at most three away from a change.
func near(out []string, changed map[int]bool) (kept []string) {
	for i, line := range out {
		for d := -3; d <= 3; d++ {
			if changed[i+d] {
				kept = append(kept, line)
				break
			}
		}
	}
	return kept
}

// Diff says how a text differs from the one that is wanted, over one line or
// more, for the message of a failed test.
func Diff(want, got string) string { return diff(want, got) }
