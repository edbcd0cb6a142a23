package build

import (
	"fmt"
	"slices"
)

// RefusedError says why a gateway would refuse a module.
type RefusedError struct {
	// Target is the gateway.
	Target Target
	// Problems are the reasons, gravest first; there is at least one.
	Problems []Problem
}

// Error is one line: the gravest cause and its cure.
func (e *RefusedError) Error() string {
	p := e.Problems[0]
	more := ""
	if n := len(e.Problems) - 1; n > 0 {
		more = fmt.Sprintf(" (and %d more)", n)
	}
	return fmt.Sprintf("%s refuses this file: %s%s; %s", e.Target.Title(), p.Cause, more, p.Cure)
}

// Check says whether a gateway would refuse a module, without loading it. The
// error is a *RefusedError, one line with the cause and the cure. With Any, a
// module is refused if every gateway refuses it.
func Check(code []byte, target Target) error {
	return refusal(readFacts(code).problems(), target)
}

func refusal(problems []Problem, target Target) error {
	var reasons []Problem
	for _, p := range problems {
		if target == Any && len(p.Targets) == len(allTargets) || slices.Contains(p.Targets, target) {
			reasons = append(reasons, p)
		}
	}
	if len(reasons) == 0 {
		return nil
	}
	return &RefusedError{Target: target, Problems: reasons}
}

// Refusal is Check for a report that is already there.
func (r *Report) Refusal(target Target) error { return refusal(r.Problems, target) }
