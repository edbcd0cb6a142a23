package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// withoutProgress is standard error of a command that may have been slow.
func withoutProgress(stderr string) string {
	if line, rest, _ := strings.Cut(stderr, "\n"); strings.HasPrefix(line, "compiling what ") {
		return rest
	}
	return stderr
}

func TestSayIfSlow(t *testing.T) {
	for after, want := range map[time.Duration]string{time.Hour: "", time.Nanosecond: "still at it\n"} {
		var out bytes.Buffer
		cmd := &cobra.Command{}
		cmd.SetErr(&out)
		done := sayIfSlow(cmd, after, "still at it")
		if want != "" {
			time.Sleep(50 * time.Millisecond)
		}
		done()
		if out.String() != want {
			t.Errorf("after %v: %q, want %q", after, out.String(), want)
		}
	}
}
