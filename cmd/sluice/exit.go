package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
)

// Exit codes of the command.
const (
	exitOK          = 0
	exitFailure     = 1   // the work was understood and failed
	exitUsage       = 2   // the command line was not understood
	exitInterrupted = 130 // Ctrl-C or SIGTERM ended the work
)

// usageError is a failure of the command line itself: it alone makes the
// command print a hint at its usage and exit with code 2.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// usagef makes a usage error, for a value that cobra can't check by itself.
func usagef(format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...)}
}

// codedError ends the process with a code of its own. Without an error it says
// nothing.
type codedError struct {
	code int
	err  error
}

func (e *codedError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}
func (e *codedError) Unwrap() error { return e.err }

// execute runs one command line and returns the process's exit code.
func execute(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRootCommand()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	started := markStart(root)
	cmd, err := root.ExecuteContextC(ctx)
	// What fails before a command's own code starts was refused by cobra: an
	// unknown flag, a wrong number of arguments, a missing required flag.
	var usage *usageError
	if err != nil && !*started && !errors.As(err, &usage) {
		err = &usageError{err}
	}
	return report(ctx, stderr, cmd, err)
}

// report prints what a command returned and gives the exit code for it.
func report(ctx context.Context, stderr io.Writer, cmd *cobra.Command, err error) int {
	var usage *usageError
	var coded *codedError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "sluice: %s\n", message(err))
		fmt.Fprintf(stderr, "Usage: %s\nRun \"%s --help\" for its flags and examples.\n", cmd.UseLine(), cmd.CommandPath())
		return exitUsage
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "sluice: interrupted")
		return exitInterrupted
	case errors.As(err, &coded):
		if coded.err != nil {
			fmt.Fprintf(stderr, "sluice: %s\n", message(err))
		}
		return coded.code
	default:
		fmt.Fprintf(stderr, "sluice: %s\n", message(err))
		return exitFailure
	}
}

// message is an error's text without blank ends, and without what a terminal
// would act on: names that somebody else chose may be in it.
func message(err error) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return unicode.ReplacementChar
		}
		return r
	}, err.Error()))
}

// markStart wraps the RunE of every command so that the result says whether a
// command's own code was reached.
func markStart(cmd *cobra.Command) *bool {
	started := new(bool)
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		if inner := c.RunE; inner != nil {
			c.RunE = func(c *cobra.Command, args []string) error {
				*started = true
				return inner(c, args)
			}
		}
		for _, child := range c.Commands() {
			walk(child)
		}
	}
	walk(cmd)
	return started
}
