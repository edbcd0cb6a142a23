package conformance

import (
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/test/conformance/cells"
)

// Run asks an engine for the cells of phases that want accepts; nil accepts all.
func Run(e Engine, title string, want func(Cell) bool) *Table {
	r := &runner{engine: e, table: NewTable(title), want: want, usual: map[string]Effects{}}
	for _, phase := range cells.RootPhases() {
		r.root(phase)
	}
	for _, phase := range cells.HTTPPhases() {
		shape := shapeOf(phase)
		r.phase(phase, func() Effects { return e.Exchange(shape) })
	}
	for _, phase := range cells.TCPPhases() {
		r.phase(phase, func() Effects { return e.Connect(phase) })
	}
	return r.table
}

type runner struct {
	engine Engine
	table  *Table
	want   func(Cell) bool
	usual  map[string]Effects // what is seen in a phase when nothing is called
}

func (r *runner) wanted(c Cell) bool { return r.want == nil || r.want(c) }

// root notes the answers of a phase without a stream.
func (r *runner) root(phase string) {
	report := "pending"
	for end := time.Now().Add(patience); report == "pending" && time.Now().Before(end); r.engine.Wait() {
		answer, err := r.engine.Control("root " + phase)
		if err != nil {
			answer = "failed\t" + err.Error()
		}
		report = answer
	}
	for _, line := range strings.Split(strings.TrimSpace(report), "\n") {
		name, answer, _ := strings.Cut(line, "\t")
		if c := (Cell{phase, name}); r.wanted(c) {
			r.table.Set(c, answer)
		}
	}
}

// phase notes the answers of a phase with a stream.
func (r *runner) phase(phase string, act func() Effects) {
	plain, _ := r.cell(phase, "nothing", act)
	r.usual[phase] = plain
	for _, call := range cells.Calls() {
		c := Cell{phase, call.Name}
		if !r.wanted(c) {
			continue
		}
		effects, answer := r.cell(phase, call.Name, act)
		if call.Name == "nothing" {
			answer += " " + show(effects, Effects{})
		} else {
			answer += show(effects, plain)
		}
		r.table.Set(c, strings.TrimSpace(answer))
	}
}

// crashed stands for the answer of a call that took its VM along.
const crashed = "crash"

// cell runs one cell and returns what it did and answered.
func (r *runner) cell(phase, call string, act func() Effects) (Effects, string) {
	if answer, err := r.engine.Control("arm " + phase + " " + call); err != nil || answer != "armed" {
		r.engine.Restart()
		if answer, err = r.engine.Control("arm " + phase + " " + call); err != nil || answer != "armed" {
			return Effects{}, "can't be armed: " + answer
		}
	}
	effects := act()
	for end := time.Now().Add(patience); time.Now().Before(end); r.engine.Wait() {
		report, err := r.engine.Control("report")
		if err != nil {
			r.engine.Restart()
			return effects, crashed
		}
		if report == "skipped" {
			return effects, report
		}
		if answer, ok := strings.CutPrefix(report, "ran "); ok {
			return effects, answer
		}
	}
	return effects, "never over"
}

// show tells the effects that are not as usual.
func show(got, usual Effects) (s string) {
	if got.Upstream != usual.Upstream {
		s += " | upstream " + got.Upstream
	}
	if got.Client != usual.Client {
		s += " | client " + got.Client
	}
	return s
}
