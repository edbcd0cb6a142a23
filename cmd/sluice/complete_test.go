package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestComplete: what a shell is told to complete an argument or a flag with.
func TestComplete(t *testing.T) {
	const (
		nothing = cobra.ShellCompDirectiveNoFileComp
		dirs    = cobra.ShellCompDirectiveFilterDirs
		wasm    = cobra.ShellCompDirectiveFilterFileExt
		files   = cobra.ShellCompDirectiveDefault
	)
	for line, want := range map[string]cobra.ShellCompDirective{
		"build": dirs, "vet": dirs, "schema": dirs, "test": dirs, "migrate": dirs, "inspect": wasm, "run": files,
		"new": nothing, "version": nothing, "completion": nothing, "build .": nothing, "inspect x.wasm": nothing,
		"build --out": files, "schema --out": files, "schema --plugin": nothing, "run --plugin-dir": dirs, "run --config": files,
		"run --cluster": nothing, "run --listen": nothing, "new x --dir": dirs, "new x --module": nothing, "new x --sdk": files,
	} {
		r := sluice(t, append(append([]string{"__complete"}, strings.Fields(line)...), "")...)
		if !strings.HasSuffix(strings.TrimSpace(r.stdout), fmt.Sprintf(":%d", want)) {
			t.Errorf("%s: %q, want :%d", line, r.stdout, want)
		}
	}
	if r := sluice(t, "__complete", "new", "x", "--example", ""); !strings.Contains(r.stdout, "straight-line\n") || !strings.HasSuffix(strings.TrimSpace(r.stdout), ":4") {
		t.Errorf("examples: %q", r.stdout)
	}
	lists := sluice(t, "__complete", "vet", "--rules", "blocking,sh").stdout
	if !strings.Contains(lists, "blocking,shared-state\n") || strings.Contains(lists, "blocking,blocking") {
		t.Errorf("the second word of a list: %q", lists)
	}
	for _, shell := range shells {
		if r := sluice(t, "completion", shell); r.code != exitOK || !strings.Contains(r.stdout, "sluice") || r.stderr != "" {
			t.Errorf("%s: %d %q", shell, r.code, r.stderr)
		}
	}
}
