package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

var update = flag.Bool("update", false, "write USAGE.md anew")

// TestUsageFile holds USAGE.md equal to the command tree.
func TestUsageFile(t *testing.T) {
	file := filepath.Join("..", "..", "USAGE.md")
	want := usageText(newRootCommand())
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != want {
		t.Errorf("USAGE.md differs from the commands (%v); run: go test ./cmd/sluice -run TestUsageFile -update", err)
	}
}

// TestCommandsAreDocumented: each command explains itself and shows examples
// that begin with its own name.
func TestCommandsAreDocumented(t *testing.T) {
	for _, c := range newRootCommand().Commands() {
		if c.Short == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: short text %q", c.Name(), c.Short)
		}
		for _, c := range append(c.Commands(), c) {
			if c.Short == "" || !strings.Contains(c.Example, c.CommandPath()) {
				t.Errorf("%s: %q, examples are %q", c.CommandPath(), c.Short, c.Example)
			}
		}
	}
}

func usageText(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString("# Commands\n\n")
	b.WriteString("This page is generated from the commands themselves: `go test ./cmd/sluice -run TestUsageFile -update`.\n")
	b.WriteString("In a clone of the repository, write `go run ./cmd/sluice` for `sluice`.\n\n")
	fmt.Fprintf(&b, "%s\n\n| command | |\n|---|---|\n", root.Long)
	for _, c := range root.Commands() {
		fmt.Fprintf(&b, "| [`sluice %s`](#sluice-%s) | %s |\n", c.Name(), c.Name(), c.Short)
	}
	for _, c := range root.Commands() {
		writeCommand(&b, c)
	}
	return b.String()
}

func writeCommand(b *strings.Builder, c *cobra.Command) {
	text := c.Long
	if text == "" {
		text = c.Short + "."
	}
	// What the help indents by two blanks is a block of code in Markdown.
	text = strings.ReplaceAll(text, "\n  ", "\n    ")
	level := strings.Repeat("#", 1+strings.Count(c.CommandPath(), " "))
	fmt.Fprintf(b, "\n%s %s\n\n    %s\n\n%s\n", level, c.CommandPath(), c.UseLine(), text)
	if c.Example != "" {
		fmt.Fprintf(b, "\nExamples:\n\n%s\n", indent(c.Example))
	}
	c.InitDefaultHelpFlag()
	fmt.Fprintf(b, "\nFlags:\n\n%s\n", indent(c.Flags().FlagUsages()))
	for _, below := range c.Commands() {
		writeCommand(b, below)
	}
}

// indent makes a block of code: its lines have two blanks in front already.
func indent(text string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return "  " + strings.Join(lines, "\n  ")
}
