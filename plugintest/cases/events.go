package cases

import (
	"strings"

	"github.com/sluiceproxy/sluice/build/gotest"
)

// Events are the results as "go test -json" tells tests: the file is the
// package, and a test is a case and its engine.
func (r *Report) Events() (list []gotest.Event) {
	for _, result := range r.Results {
		e := gotest.Event{Package: result.File, Test: result.Case + "/" + string(result.Engine)}
		if len(result.Messages) > 0 {
			output := e
			output.Action, output.Output = "output", strings.Join(result.Messages, "\n")+"\n"
			list = append(list, output)
		}
		e.Action, e.Elapsed = string(result.Status), result.Took.Seconds()
		list = append(list, e)
	}
	return list
}
