package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/spf13/cobra"
)

func TestUsageErrors(t *testing.T) {
	for _, tt := range []struct {
		args []string
		text string
	}{
		{[]string{"bogus"}, `unknown command "bogus"`},
		{[]string{"bulid"}, "did you mean build?"},
		{[]string{"--bogus"}, "unknown flag: --bogus"},
		{[]string{"help", "bogus"}, `unknown command "bogus"`},
		{[]string{"version", "x"}, "version takes no arguments"},
		{[]string{"completion"}, "the shell"},
		{[]string{"completion", "tcsh"}, "want bash, zsh, fish, powershell"},
		{[]string{"new"}, "the plugin's name"},
		{[]string{"new", "a", "b"}, `got 2 arguments: ["a" "b"]`},
		{[]string{"new", "../x"}, `invalid plugin name "../x"`},
		{[]string{"new", "x", "--module", "/x"}, "invalid module path"},
		{[]string{"new", "x", "--example", "bogus"}, "hello, http-call"},
		{[]string{"new", "x", "--sdk", "latest"}, `SDK "latest"`},
		{[]string{"new", "x", "--bogus"}, "unknown flag"},
		{[]string{"build", "a", "b"}, "the plugin's directory"},
		{[]string{"build", "--target", "nginx"}, "want envoy, istio, envoy-gateway, higress"},
		{[]string{"build", "--output", "xml"}, "want text, json"},
		{[]string{"build", "-o"}, "flag needs an argument"},
		{[]string{"inspect"}, "a .wasm file"},
		{[]string{"inspect", "a", "b"}, "a .wasm file"},
		{[]string{"inspect", "x", "--target", ""}, "want envoy"},
		{[]string{"run", "--bogus"}, "unknown flag"},
	} {
		sluice(t, tt.args...).wantUsage(t, fmt.Sprint(tt.args), tt.text)
	}
}

func TestReport(t *testing.T) {
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	cmd := &cobra.Command{Use: "sluice x"}
	for _, tt := range []struct {
		name string
		ctx  context.Context
		err  error
		code int
		text string
	}{
		{"fine", context.Background(), nil, 0, ""},
		{"fine, interrupted at the end", canceled, nil, 0, ""},
		{"failure", context.Background(), errors.New("  it broke\n"), 1, "sluice: it broke\n"},
		{"interrupted", canceled, fmt.Errorf("go build: %w", context.Canceled), 130, "sluice: interrupted\n"},
		{"usage", context.Background(), fmt.Errorf("x: %w", usagef("bad %d", 1)), 2,
			"sluice: x: bad 1\nUsage: sluice x\nRun \"sluice --help\" for its flags and examples.\n"},
	} {
		var stderr bytes.Buffer
		if code := report(tt.ctx, &stderr, cmd, tt.err); code != tt.code || stderr.String() != tt.text {
			t.Errorf("%s: code %d, %q, want %d, %q", tt.name, code, stderr.String(), tt.code, tt.text)
		}
	}
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{}, {"help"}, {"--help"}, {"-h"}, {"help", "build"}, {"build", "--help"}, {"completion", "bash"}, {"version"}, {"--version"}} {
		if r := sluice(t, args...); r.code != exitOK || r.stdout == "" || r.stderr != "" {
			t.Errorf("%v: code %d, stderr %q", args, r.code, r.stderr)
		}
	}
}
