package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

// moment is how long work may take before somebody who waits is told of it.
const moment = 3 * time.Second

// sayIfSlow prints a line to standard error if the work takes longer than after.
// What it returns is called when the work is done; nothing is printed from then on.
func sayIfSlow(cmd *cobra.Command, after time.Duration, what string) (done func()) {
	finished, quiet := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(quiet)
		timer := time.NewTimer(after)
		defer timer.Stop()
		select {
		case <-finished:
		case <-timer.C:
			fmt.Fprintln(cmd.ErrOrStderr(), what)
		}
	}()
	return func() {
		close(finished)
		<-quiet
	}
}

// compiling is what is said while the go command compiles what a plugin imports.
func compiling(dir string) string {
	if dir == "" {
		dir = "."
	}
	return "compiling what " + dir + " imports (the first time with a toolchain takes longer)"
}
