package overlay

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestGodebug runs a program with what is in place of internal/godebug, and one
// with the original, under the same settings.
func TestGodebug(t *testing.T) {
	source := `//go:debug asynctimerchan=1
package main

import (
	"fmt"
	"time"
)

func main() {
	t := time.NewTimer(time.Hour)
	fmt.Println(cap(t.C)) // what the setting changes
}
`
	tool, ctx := plugin(t, source)
	o, err := Flags(ctx, tool, nil, nil, t.TempDir(), false)
	if err != nil || len(o.Replaced) != 1 {
		t.Fatal(o, err)
	}
	for name, flags := range map[string][]string{"small": o.Flags, "original": nil} {
		program := filepath.Join(t.TempDir(), "p")
		if _, err := o.Tool.Run(ctx, nil, append(append([]string{"build"}, flags...), "-o", program, ".")...); err != nil {
			t.Fatal(err)
		}
		for setting, want := range map[string]string{"": "1", "asynctimerchan=0": "0", "x=1,asynctimerchan=0,asynctimerchan=1": "1"} {
			cmd := exec.CommandContext(ctx, program)
			cmd.Env = append(os.Environ(), "GODEBUG="+setting)
			out, err := cmd.CombinedOutput()
			if got := strings.TrimSpace(string(out)); err != nil || got != want {
				t.Errorf("%s, GODEBUG=%s: %s, %v, want %s", name, setting, got, err, want)
			}
		}
	}
}
