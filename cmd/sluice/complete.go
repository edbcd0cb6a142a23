package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// completeDir completes one argument with the names of directories.
func completeDir(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// completeModule completes one argument with the names of .wasm files.
func completeModule(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return []string{"wasm"}, cobra.ShellCompDirectiveFilterFileExt
}

// completeFlags completes the values of flags that take a directory, and none of
// those that take what no shell knows.
func completeFlags(cmd *cobra.Command, dirs, others []string) {
	for _, name := range dirs {
		_ = cmd.MarkFlagDirname(name) // the only error is that of a flag that does not exist
	}
	for _, name := range others {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions) // likewise
	}
}

// completeList completes a list of words with commas between them: the last one
// with those that are not in the list yet.
func completeList(words []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, text string) ([]string, cobra.ShellCompDirective) {
		before := text[:strings.LastIndexByte(text, ',')+1]
		var lists []string
		for _, w := range words {
			if !slices.Contains(strings.Split(before, ","), w) {
				lists = append(lists, before+w)
			}
		}
		return lists, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}
