package envoy

import (
	"context"
	"errors"
	"testing"
)

// A refusal stays one where the trial that was to explain it has no answer.
func TestBetter(t *testing.T) {
	refused := &RejectedError{Part: "plugin", Reason: "its log gives no reason"}
	why := &RejectedError{Part: "plugin", Reason: "the plugin's own words"}
	for _, c := range []struct{ trial, want error }{
		{nil, refused}, {why, why}, {context.DeadlineExceeded, refused}, {errors.New("envoy has ended"), refused},
	} {
		if got := better(c.trial, refused); got != c.want {
			t.Errorf("after %v: %v", c.trial, got)
		}
	}
}
