package oci

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// fromVariable says that a time is from the environment.
const fromVariable = "SOURCE_DATE_EPOCH"

// SourceTime is the time that an image of a plugin in dir bears: that of
// SOURCE_DATE_EPOCH, or of the commit that git has checked out there, or else
// the first second of 1970. It never is the time of the clock, so that the same
// source gives the same image. by says which it was.
func SourceTime(ctx context.Context, dir string) (at time.Time, by string, err error) {
	if text := os.Getenv(fromVariable); text != "" {
		seconds, err := strconv.ParseInt(text, 10, 64)
		if err != nil || seconds < 0 || seconds > 253402300799 {
			return time.Time{}, "", fmt.Errorf("SOURCE_DATE_EPOCH is %q; want seconds since 1970", text)
		}
		return time.Unix(seconds, 0).UTC(), fromVariable, nil
	}
	cmd := exec.CommandContext(ctx, "git", "-C", dir, "log", "-1", "--format=%ct", "--no-show-signature")
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return time.Time{}, "", ctx.Err()
	}
	if seconds, e := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64); err == nil && e == nil {
		return time.Unix(seconds, 0).UTC(), "the commit", nil
	}
	return time.Unix(0, 0).UTC(), "nothing: no SOURCE_DATE_EPOCH, no commit", nil
}

// sourceTimeSoon is SourceTime, unless the time is given. It asks git while
// other work goes on.
func sourceTimeSoon(ctx context.Context, dir string, given time.Time) func() (time.Time, string, error) {
	if !given.IsZero() {
		return func() (time.Time, string, error) { return given, "the caller", nil }
	}
	var at time.Time
	var by string
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		at, by, err = SourceTime(ctx, dir)
	}()
	return func() (time.Time, string, error) {
		<-done
		return at, by, err
	}
}
