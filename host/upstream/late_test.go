package upstream

import (
	"context"
	"os"
	"testing"
	"time"
)

// fixed is a context whose deadline has passed, but whose timer has not run yet.
type fixed struct {
	context.Context
	deadline time.Time
}

func (f fixed) Deadline() (time.Time, bool) { return f.deadline, true }

// A socket with a call's deadline may end the exchange before the call's context
// is over.
func TestStandInOfAnExchangeThatIsLate(t *testing.T) {
	for status, after := range map[string]time.Duration{"504": -time.Millisecond, "503": time.Hour} {
		ctx := fixed{context.Background(), time.Now().Add(after)}
		if got, _ := standIn(ctx, os.ErrDeadlineExceeded).Headers.Get(":status"); got != status {
			t.Errorf("deadline in %v: status %s, want %s", after, got, status)
		}
		bridged, _ := standInFor(ctx, answer("503", "other")).Headers.Get(":status")
		if bridged != status {
			t.Errorf("deadline in %v: the bridge has status %q, want %q", after, bridged, status)
		}
	}
}
