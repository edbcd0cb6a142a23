//go:build unix

package filelock

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// TestModes: an exclusive lock is alone, shared ones are not.
func TestModes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	one, err := Try(path, Shared)
	if err != nil {
		t.Fatal(err)
	}
	two, err := Try(path, Shared)
	if err != nil {
		t.Fatalf("two shared locks: %v", err)
	}
	if _, err := Try(path, Exclusive); !errors.Is(err, ErrHeld) {
		t.Errorf("beside shared ones: %v", err)
	}
	one()
	two()
	alone, err := Try(path, Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Try(path, Shared); !errors.Is(err, ErrHeld) {
		t.Errorf("beside an exclusive one: %v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := Acquire(ctx, path, Shared); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting: %v", err)
	}
	alone()
	if _, err := Try(filepath.Join(path, "none", "lock"), Shared); err == nil || errors.Is(err, ErrHeld) {
		t.Errorf("no directory: %v", err)
	}
}

// TestOneAtATime: those who wait get the lock one after the other.
func TestOneAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	var wg sync.WaitGroup
	inside, all := 0, 0
	for range 5 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			unlock, err := Acquire(context.Background(), path, Exclusive)
			if err != nil {
				t.Error(err)
				return
			}
			if inside++; inside != 1 {
				t.Errorf("%d inside", inside)
			}
			all++
			time.Sleep(time.Millisecond)
			inside--
			unlock()
		}()
	}
	wg.Wait()
	if all != 5 {
		t.Errorf("%d", all)
	}
}
