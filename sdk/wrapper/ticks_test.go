package wrapper

import (
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

// The host's clock moves ticks, so that a test can.
func TestTicksFollowTheHostsClock(t *testing.T) {
	now, ran := time.Unix(1_800_000_000, 0), 0
	h := start(t, plugintest.Options{Now: func() time.Time { return now }, Config: []byte(`{"name":"a"}`)},
		ParseRawConfig(func([]byte, *settings) error { RegisterTickFunc(60_000, func() { ran++ }); return nil }))
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {59 * time.Second, 1}, {time.Second, 2}, {time.Hour, 3}} {
		now = now.Add(step.after)
		if h.Tick(); ran != step.want {
			t.Errorf("after %s more it has run %d times, want %d", step.after, ran, step.want)
		}
	}
}
