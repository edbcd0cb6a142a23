package tck

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/tck/cells"
)

func TestTable(t *testing.T) {
	table := NewTable("of a test")
	table.Set(Cell{"a", "x"}, `ok " = "`)
	table.Set(Cell{"a", "y"}, "")
	table.Set(Cell{"b", "x"}, "not found")
	table.Set(Cell{"a", "x"}, `ok "v = w"`)
	var b bytes.Buffer
	if err := table.Write(&b); err != nil {
		t.Fatal(err)
	}
	got, err := ReadTable(&b)
	if err != nil || got.Title != "of a test" || !slices.Equal(got.Cells(), table.Cells()) {
		t.Fatalf("%q, %v, %v", got.Title, got.Cells(), err)
	}
	if answer, ok := got.Get(Cell{"a", "x"}); answer != `ok "v = w"` || !ok {
		t.Errorf("%q, %v", answer, ok)
	}
	if _, ok := got.Get(Cell{"b", "y"}); ok {
		t.Error("a cell that is not there")
	}
	for _, bad := range []string{"x = 1", "[a]\nno answer", "text"} {
		if _, err := ReadTable(strings.NewReader(bad)); err == nil {
			t.Errorf("%q is a table", bad)
		}
	}
}

// The recorded table has each call in each phase, and every cell did run.
func TestRecordIsWhole(t *testing.T) {
	table, err := Record(Newest)
	if err != nil {
		t.Fatal(err)
	}
	phases := slices.Concat(cells.RootPhases(), cells.HTTPPhases(), cells.TCPPhases())
	names := map[string]bool{}
	for _, call := range cells.Calls() {
		if names[call.Name] {
			t.Errorf("two calls have the name %s", call.Name)
		}
		names[call.Name] = true
		for _, phase := range phases {
			answer, ok := table.Get(Cell{phase, call.Name})
			if !ok || strings.HasPrefix(answer, "skipped") || strings.HasPrefix(answer, "never over") {
				t.Errorf("%s %s: %q, %v", phase, call.Name, answer, ok)
			}
		}
	}
	for _, c := range cells.Conversations() {
		for _, phase := range cells.GRPCPhases() {
			if answer, ok := table.Get(Cell{phase, c.Name}); !ok || strings.HasPrefix(answer, "skipped") {
				t.Errorf("%s %s: %q, %v", phase, c.Name, answer, ok)
			}
		}
	}
	if want := len(names)*len(phases) + len(cells.Conversations())*len(cells.GRPCPhases()); len(table.Cells()) != want {
		t.Errorf("%d cells, want %d", len(table.Cells()), want)
	}
	t.Logf("%d calls in %d phases", len(names), len(phases))
}

func TestExplained(t *testing.T) {
	if explained(Cell{"request_headers", "time"}, "ok", "not found") != "" || explained(Cell{"a", "b"}, "crash | client reset", crashed) != "" {
		t.Error("every difference is explained")
	}
	if explained(Cell{"a", "b"}, "crash | client reset", "ok") == "" {
		t.Error("an engine that lives where Envoy dies is no fault")
	}
}

// A part of the cells has every call in some phase.
func TestEvery(t *testing.T) {
	phases, calls := len(cells.RootPhases())+len(cells.HTTPPhases())+len(cells.TCPPhases()), len(cells.Calls())
	for call := range calls {
		phase := 0
		for phase < phases && !asks(10, phase, call) {
			phase++
		}
		if phase == phases {
			t.Errorf("call %d is asked in no phase", call)
		}
	}
	if !asks(0, 3, 4) || !asks(1, 3, 4) || asks(2, 3, 4) {
		t.Error("wrong parts")
	}
}
