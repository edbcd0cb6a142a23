package main

import (
	"errors"

	"github.com/spf13/cobra"
)

// newRunCommand serves a plugin and reloads it on change.
func newRunCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "run DIR|FILE.wasm",
		Short:   "Run a plugin behind a local gateway and reload it on change",
		Example: "  sluice run ./plugins/hello-world",
		Args:    cobra.ExactArgs(1),
		RunE:    func(*cobra.Command, []string) error { return errors.New("not available yet") },
	}
}
