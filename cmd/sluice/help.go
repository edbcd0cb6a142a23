package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// newHelpCommand is cobra's own, but for a command that does not exist, which
// is a usage error here.
func newHelpCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Show the help of a command",
		Example: "  sluice help build",
		RunE: func(cmd *cobra.Command, args []string) error {
			found := cmd.Root()
			for _, name := range args {
				var err error
				if found, err = child(found, name); err != nil {
					return &usageError{err}
				}
			}
			found.InitDefaultHelpFlag()
			return found.Help()
		},
	}
}

// child is the command of that name below another.
func child(parent *cobra.Command, name string) (*cobra.Command, error) {
	for _, c := range parent.Commands() {
		if c.Name() == name || c.HasAlias(name) {
			return c, nil
		}
	}
	return nil, fmt.Errorf("unknown command %q", name)
}
