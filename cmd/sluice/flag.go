package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build"
)

// choice is a flag that takes one of a few words.
type choice struct {
	value *string
	words []string
}

// addChoice adds such a flag, with completion. The usage text gets the words.
func addChoice(cmd *cobra.Command, name, value, usage string, words ...string) *string {
	c := &choice{value: &value, words: words}
	cmd.Flags().Var(c, name, usage+": "+strings.Join(words, ", "))
	// The only error is that of a flag that does not exist.
	_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	return c.value
}

func (c *choice) String() string { return *c.value }
func (c *choice) Type() string   { return "WORD" }

func (c *choice) Set(text string) error {
	if !slices.Contains(c.words, text) {
		return fmt.Errorf("want %s", strings.Join(c.words, ", "))
	}
	*c.value = text
	return nil
}

// fileName is a flag that takes the name of a file. A variable of the shell that
// is not set makes it empty, and that is not the same as no flag.
type fileName struct{ value *string }

func (f fileName) String() string { return *f.value }
func (f fileName) Type() string   { return "FILE" }

func (f fileName) Set(text string) error {
	if text == "" {
		return errors.New("want the name of a file")
	}
	*f.value = text
	return nil
}

// addFormat adds the flag for output that other programs read.
func addFormat(cmd *cobra.Command) *string {
	return addChoice(cmd, "output", "text", "form of the output", "text", "json")
}

// addTarget adds the flag that names a gateway.
func addTarget(cmd *cobra.Command, value build.Target, usage string) *string {
	var words []string
	for _, t := range build.Targets() {
		words = append(words, string(t))
	}
	return addChoice(cmd, "target", string(value), usage, words...)
}

// takes checks the number of arguments, and says what they are.
func takes(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case slices.Contains(args, ""):
			return fmt.Errorf("%s takes %s, got an empty one", cmd.Name(), what)
		case len(args) < least:
			return fmt.Errorf("%s needs %s", cmd.Name(), what)
		case len(args) > most:
			return fmt.Errorf("%s takes %s, got %d arguments: %q", cmd.Name(), what, len(args), args)
		default:
			return nil
		}
	}
}
