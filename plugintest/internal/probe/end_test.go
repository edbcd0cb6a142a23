package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
	"github.com/sluiceproxy/sluice/plugintest"
)

// ending says how this process is to end while it has an Envoy.
const ending = "SLUICE_TEST_ENDING"

// tiny is a module that Envoy loads in no time.
type tiny struct{}

func (tiny) Load(context.Context) ([]byte, error) { return envoytest.Probe("tiny"), nil }

// TestEnding is run by TestEnvoyEnds.
func TestEnding(t *testing.T) {
	how := os.Getenv(ending)
	if how == "" {
		t.Skip("run by TestEnvoyEnds")
	}
	plugintest.Run(t, plugin{Module: tiny{}, Config: "c"}, func(t *testing.T, gw *gateway) {
		gw.Get("/").WantStatus(200).WantHeader("x-code", "tiny")
		switch how {
		case "panic":
			panic("asked to")
		case "exit":
			os.Exit(3)
		case "kill":
			p, err := os.FindProcess(os.Getpid())
			if err == nil {
				err = p.Kill()
			}
			t.Fatal(err)
		case "fail":
			t.Fatal("asked to")
		}
	})
}

// The Envoy of a test binary ends with it, and its files go, however it ends.
func TestEnvoyEnds(t *testing.T) {
	if os.Getenv("ENVOY") == "" || runtime.GOOS != "linux" {
		t.Skip("needs $ENVOY and /proc")
	}
	for _, how := range []string{"panic", "exit", "kill", "fail"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			rerun(t, "^TestEnding$", ending+"="+how, "TMPDIR="+dir, "SLUICE_ENGINES=envoy")
			var left string
			for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
				if left = leftIn(dir); left == "" {
					return
				}
			}
			t.Errorf("left behind: %s", left)
		})
	}
}

// leftIn names the files in dir and the processes that use them.
func leftIn(dir string) string {
	var left []string
	files, _ := filepath.Glob(filepath.Join(dir, "sluice-*"))
	left = append(left, files...)
	processes, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, p := range processes {
		if line, err := os.ReadFile(p); err == nil && bytes.Contains(line, []byte(dir)) {
			left = append(left, p+": "+strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return strings.Join(left, "\n")
}

// A missing Envoy is a skip in one line, and a failure in strict mode.
func TestNoEnvoy(t *testing.T) {
	for strict, want := range map[string]string{"0": "the part on Envoy is skipped", "1": "envoy not found"} {
		t.Run("strict "+strict, func(t *testing.T) {
			t.Setenv("ENVOY", "")
			t.Setenv("PATH", t.TempDir())
			out := rerun(t, "^TestEnding$|^TestFailsAlways$", ending+"=pass", "SLUICE_ENGINES=envoy", "SLUICE_STRICT="+strict)
			if !strings.Contains(out, want) || strings.Contains(out, "--- SKIP: TestEnding/on/envoy") != (strict == "0") {
				t.Errorf("no %q:\n%s", want, out)
			}
		})
	}
}

// TestFailsAlways makes rerun content where all else passes or is skipped.
func TestFailsAlways(t *testing.T) {
	if os.Getenv(ending) == "pass" {
		t.Fatal("asked to")
	}
}

func TestUnknownEngine(t *testing.T) {
	if out := rerun(t, "^TestEnding$", ending+"=pass", "SLUICE_ENGINES=native,nginx"); !strings.Contains(out, `no engine "nginx"; there are [native compiler interpreter envoy]`) {
		t.Error(out)
	}
}
