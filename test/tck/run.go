package tck

import (
	"errors"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/test/tck/cells"
)

// Ask asks an engine for every cell and returns its answers under a title: how
// a record is taken.
func Ask(e Engine, title string) *Table { return askPhases(e, title, phases(e)) }

func askPhases(e Engine, title string, phases []string) *Table {
	r, table := newRunner(e), NewTable(title)
	for _, phase := range phases {
		for _, call := range calls(phase) {
			c := Cell{phase, call}
			table.Set(c, r.ask(c))
		}
	}
	return table
}

// runner asks an engine for cells.
type runner struct {
	engine Engine
	roots  map[string]map[string]string // what phases without a stream answered
	usual  map[string]Effects           // what is seen in a phase when nothing is called
}

func newRunner(e Engine) *runner {
	return &runner{engine: e, roots: map[string]map[string]string{}, usual: map[string]Effects{}}
}

// again forgets what the engine answered and restarts it.
func (r *runner) again() error {
	clear(r.roots)
	clear(r.usual)
	return r.engine.Restart()
}

// ask returns the engine's answer to a cell.
func (r *runner) ask(c Cell) string {
	if cells.IsRoot(c.Phase) {
		return r.root(c)
	}
	act := r.act(c.Phase)
	if cells.IsGRPC(c.Phase) {
		return r.talk(c, act)
	}
	usual, ok := r.usual[c.Phase]
	if !ok || c.Call == cells.Nothing {
		effects, answer := r.cell(Cell{c.Phase, cells.Nothing}, act)
		usual, r.usual[c.Phase] = effects, effects
		if c.Call == cells.Nothing {
			return strings.TrimSpace(answer + " " + show(effects, Effects{}))
		}
	}
	effects, answer := r.cell(c, act)
	return strings.TrimSpace(answer + show(effects, usual))
}

// talk runs a conversation. The request that it is about must get its answer.
func (r *runner) talk(c Cell, act func() Effects) string {
	effects, answer := r.cell(c, act)
	if answer != crashed && !strings.HasPrefix(effects.Client, "200 ") {
		answer += " | client " + effects.Client
	}
	return answer
}

// act returns what makes a phase happen.
func (r *runner) act(phase string) func() Effects {
	if cells.IsTCP(phase) {
		return func() Effects { return r.engine.Connect(phase) }
	}
	return func() Effects { return r.engine.Exchange(shapeOf(phase)) }
}

// root returns the answer of a phase without a stream, which runs all calls in
// one go.
func (r *runner) root(c Cell) string {
	answers, ok := r.roots[c.Phase]
	if !ok {
		answers = r.report(c.Phase)
		r.roots[c.Phase] = answers
	}
	answer, ok := answers[c.Call]
	if !ok {
		return "did not run"
	}
	return answer
}

func (r *runner) report(phase string) map[string]string {
	report := "pending"
	for end := time.Now().Add(patience); report == "pending" && time.Now().Before(end); r.engine.Wait() {
		answer, err := r.engine.Control("root " + phase)
		if err != nil {
			answer = "failed\t" + err.Error()
		}
		report = answer
	}
	answers := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(report), "\n") {
		name, answer, _ := strings.Cut(line, "\t")
		answers[name] = answer
	}
	return answers
}

// crashed stands for the answer of a call that took its VM along.
const crashed = "crash"

// arm tells the plugin what to run; a VM that is gone is replaced once.
func (r *runner) arm(c Cell) error {
	command := "arm " + c.Phase + " " + c.Call
	answer, err := r.engine.Control(command)
	if err == nil && answer == "armed" {
		return nil
	}
	if err := r.engine.Restart(); err != nil {
		return err
	}
	if answer, err = r.engine.Control(command); err == nil && answer != "armed" {
		err = errors.New(answer)
	}
	return err
}

// cell runs one cell and returns what it did and answered.
func (r *runner) cell(c Cell, act func() Effects) (Effects, string) {
	if err := r.arm(c); err != nil {
		return Effects{}, "can't be armed: " + err.Error()
	}
	effects := act()
	for end := time.Now().Add(patience); time.Now().Before(end); r.engine.Wait() {
		report, err := r.engine.Control("report")
		if err != nil {
			_ = r.engine.Restart() // else the next cell can't be armed, and says so
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
