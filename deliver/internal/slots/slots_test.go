package slots

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
)

func TestDo(t *testing.T) {
	s, most, now := New(2), atomic.Int32{}, atomic.Int32{}
	failure := errors.New("no")
	var all sync.WaitGroup
	for range 50 {
		all.Add(1)
		go func() {
			defer all.Done()
			err := s.Do(context.Background(), func() error {
				most.Store(max(most.Load(), now.Add(1)))
				now.Add(-1)
				return failure
			})
			if !errors.Is(err, failure) {
				t.Error(err)
			}
		}()
	}
	all.Wait()
	if most.Load() > 2 || len(s) != 0 {
		t.Errorf("%d at once, %d left over", most.Load(), len(s))
	}
}

// TestNoPlace: who doesn't get one in time does nothing.
func TestNoPlace(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := New(0).Do(ctx, func() error { t.Error("done without a place"); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
