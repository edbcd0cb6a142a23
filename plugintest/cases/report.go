package cases

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/plugintest"
)

// Status is what became of a case on an engine.
type Status string

// The statuses, in the words of "go test -json".
const (
	Passed  Status = "pass"
	Failed  Status = "fail"
	Skipped Status = "skip"
)

// Result is what became of a case on an engine.
type Result struct {
	// File and Line are where the case is, Case is its name.
	File string
	Line int
	Case string
	// Engine is what it ran on.
	Engine plugintest.Engine
	Status Status
	// Messages say what failed, or why it was skipped.
	Messages []string
	// Took is the time from the plugin's start to its end.
	Took time.Duration
}

// Report is what became of a run.
type Report struct{ Results []Result }

// Count returns how many results have a status.
func (r *Report) Count(s Status) (n int) {
	for i := range r.Results {
		if r.Results[i].Status == s {
			n++
		}
	}
	return n
}

// Err is nil unless a case failed.
func (r *Report) Err() error {
	if n := r.Count(Failed); n > 0 {
		return fmt.Errorf("%d of %d: %w", n, len(r.Results), ErrFailed)
	}
	return nil
}

// WriteText writes the report for people: a line for each case, and what failed
// below it.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	for i, list := range r.byCase() {
		first := list[0]
		if i == 0 || first.File != r.byCase()[i-1][0].File {
			fmt.Fprintf(&b, "%s\n", first.File)
		}
		status, engines, below := "ok  ", []string(nil), ""
		for _, result := range list {
			engines = append(engines, result.brief())
			if result.Status == Failed {
				status = "FAIL"
				below += fmt.Sprintf("    %s:%d on %s\n%s", result.File, result.Line, result.Engine, indent(result.Messages))
			}
		}
		if status != "FAIL" && allSkipped(list) {
			status = "skip"
		}
		fmt.Fprintf(&b, "  %s %s (%s)\n%s", status, first.Case, strings.Join(engines, ", "), below)
	}
	for _, reason := range r.skipReasons() {
		fmt.Fprintf(&b, "skipped: %s\n", reason)
	}
	fmt.Fprintf(&b, "cases: %d passed, %d failed, %d skipped, each on an engine\n", r.Count(Passed), r.Count(Failed), r.Count(Skipped))
	_, err := io.WriteString(w, b.String())
	return err
}

// brief is an engine and what became of the case there.
func (r *Result) brief() string {
	switch r.Status {
	case Skipped:
		return string(r.Engine) + " skipped"
	case Failed:
		return string(r.Engine) + " failed"
	}
	return fmt.Sprintf("%s %d ms", r.Engine, r.Took.Milliseconds())
}

func allSkipped(list []Result) bool {
	for _, r := range list {
		if r.Status != Skipped {
			return false
		}
	}
	return true
}

// byCase are the results of each case together.
func (r *Report) byCase() (groups [][]Result) {
	for _, result := range r.Results {
		if n := len(groups); n > 0 && groups[n-1][0].File == result.File && groups[n-1][0].Case == result.Case {
			groups[n-1] = append(groups[n-1], result)
			continue
		}
		groups = append(groups, []Result{result})
	}
	return groups
}

// skipReasons are the reasons why results were skipped, each once.
func (r *Report) skipReasons() (reasons []string) {
	seen := map[string]bool{}
	for _, result := range r.Results {
		if reason := strings.Join(result.Messages, " "); result.Status == Skipped && !seen[reason] {
			seen[reason] = true
			reasons = append(reasons, reason)
		}
	}
	return reasons
}

func indent(messages []string) string {
	var b strings.Builder
	for _, m := range messages {
		b.WriteString("        " + strings.ReplaceAll(m, "\n", "\n        ") + "\n")
	}
	return b.String()
}
