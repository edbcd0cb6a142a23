package call

import (
	"context"
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/coroutine"
)

// longest is a sleep that has no limit of its own.
const longest = 1<<63 - 1 - time.Hour

// Sleep waits for d, by the gateway's ticks: to a few milliseconds, and never
// less. The worker goes on meanwhile, which it doesn't during time.Sleep. It
// returns early with an error where the stream or ctx ends: ErrStreamEnded,
// ErrTimeout where ctx' deadline would pass, or what ctx.Err returns.
func Sleep(ctx context.Context, d time.Duration) error {
	d = min(d, longest)
	limit, err := coroutine.Check(ctx, d)
	if err != nil {
		return &Error{Op: "sleep", Err: waitError(err)}
	}
	if d <= 0 {
		return nil
	}
	var w coroutine.Wait
	err = w.Park(ctx, limit)
	if err == coroutine.ErrDeadline && limit == d {
		return nil
	}
	return &Error{Op: "sleep", Err: waitError(err)}
}
