package tck

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Cell names a cell of the table.
type Cell struct{ Phase, Call string }

// String is "phase call".
func (c Cell) String() string { return c.Phase + " " + c.Call }

// Table is what an engine answered, in the order in which it was asked.
type Table struct {
	// Title says whose answers these are.
	Title string
	order []Cell
	cells map[Cell]string
}

// NewTable returns an empty table.
func NewTable(title string) *Table { return &Table{Title: title, cells: map[Cell]string{}} }

// Set notes an answer.
func (t *Table) Set(c Cell, answer string) {
	if _, ok := t.cells[c]; !ok {
		t.order = append(t.order, c)
	}
	t.cells[c] = answer
}

// Get returns an answer and whether there is one.
func (t *Table) Get(c Cell) (string, bool) {
	answer, ok := t.cells[c]
	return answer, ok
}

// Cells returns the cells in their order.
func (t *Table) Cells() []Cell { return t.order }

// With returns the table with the answers of another in place of its own, under
// the other's title.
func (t *Table) With(other *Table) *Table {
	both := NewTable(other.Title)
	for _, c := range t.order {
		both.Set(c, t.cells[c])
	}
	for _, c := range other.order {
		both.Set(c, other.cells[c])
	}
	return both
}

// Without returns the answers that are not those of another table.
func (t *Table) Without(other *Table) *Table {
	rest := NewTable(t.Title)
	for _, c := range t.order {
		if answer, ok := other.Get(c); !ok || answer != t.cells[c] {
			rest.Set(c, t.cells[c])
		}
	}
	return rest
}

// Write writes the table: a section for each phase, a line for each call.
func (t *Table) Write(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "# %s\n", t.Title)
	phase := ""
	for _, c := range t.order {
		if c.Phase != phase {
			phase = c.Phase
			fmt.Fprintf(out, "\n[%s]\n", phase)
		}
		fmt.Fprintf(out, "%s = %s\n", c.Call, t.cells[c])
	}
	return out.Flush()
}

// ReadTable reads what Write wrote.
func ReadTable(r io.Reader) (*Table, error) {
	t, phase := NewTable(""), ""
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		switch call, answer, ok := strings.Cut(line, " = "); {
		case line == "":
		case strings.HasPrefix(line, "# "):
			t.Title = line[2:]
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			phase = line[1 : len(line)-1]
		case ok && phase != "":
			t.Set(Cell{phase, call}, answer)
		default:
			return nil, fmt.Errorf("line %d is no part of a table: %q", n, line)
		}
	}
	return t, lines.Err()
}
