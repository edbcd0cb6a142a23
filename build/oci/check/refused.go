package check

import (
	"fmt"
	"strings"
)

// RefusedError says who would refuse an image.
type RefusedError struct {
	// Verdicts are those of the consumers that refuse.
	Verdicts []Verdict
}

// Error gives each cause once, with those that refuse for it, and the cure.
func (e *RefusedError) Error() string {
	type reason struct{ cause, cure string }
	var order []reason
	who := map[reason][]string{}
	for _, v := range e.Verdicts {
		r := reason{v.Cause, v.Cure}
		if who[r] == nil {
			order = append(order, r)
		}
		who[r] = append(who[r], string(v.Consumer))
	}
	var parts []string
	for _, r := range order {
		text := fmt.Sprintf("%s would refuse the image: %s", strings.Join(who[r], ", "), r.cause)
		if r.cure != "" {
			text += "; " + r.cure
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "\n")
}

// Refusal is a *RefusedError if a consumer refuses, and nil otherwise.
func Refusal(verdicts []Verdict) error {
	var refused []Verdict
	for _, v := range verdicts {
		if !v.Accepted {
			refused = append(refused, v)
		}
	}
	if len(refused) == 0 {
		return nil
	}
	return &RefusedError{refused}
}
