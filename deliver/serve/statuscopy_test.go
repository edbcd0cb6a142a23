package serve

import (
	"errors"
	"testing"
	"time"
)

// TestStatusIsACopy: what was told is written to a reader while the entry goes on.
func TestStatusIsACopy(t *testing.T) {
	began := time.Now()
	e := &entry{name: "web.x", problem: errors.New("no image"), since: began}
	told := e.status()
	e.since = began.Add(time.Hour)
	if told.Since == nil || !told.Since.Equal(began) {
		t.Errorf("told %v, it began %v", told.Since, began)
	}
}
