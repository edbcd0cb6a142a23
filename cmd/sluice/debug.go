package main

import (
	"fmt"
	"io"
	"net"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/run"
)

// attachHelp tells how to attach to an address, of which host and port follow.
const attachHelp = `  dlv:     dlv connect %[1]s
  GoLand:  Run > Edit Configurations > + > Go Remote, with host and port of %[1]s
  VS Code: in .vscode/launch.json
           {"name": "sluice", "type": "go", "request": "attach", "mode": "remote",
            "debugAdapter": "dlv-dap", "host": "%[2]s", "port": %[3]s}
Ctrl-C ends it.
`

// tellAttach prints what serves, or waits, and how to attach.
func tellAttach(w io.Writer, what, debugger string) {
	host, port, _ := net.SplitHostPort(debugger) // it was checked
	fmt.Fprintln(w, what)
	fmt.Fprintf(w, attachHelp, debugger, host, port)
}

// newDebugCommand runs a plugin under a debugger.
func newDebugCommand() *cobra.Command {
	var o run.DebugOptions
	var clusters []string
	cmd := &cobra.Command{
		Use:   "debug [DIR]",
		Short: "Run a plugin natively under a debugger, in front of live traffic",
		Long: `Compile the plugin in DIR (default: the current directory) for this machine, and
run it under dlv, the debugger for Go, behind the gateway of "sluice run": a
breakpoint in the plugin stops on a request, and the request waits. Debuggers attach
to --debugger: dlv, GoLand, VS Code.

The gateway is the embedded one; the plugin is a program of its own, in place of the
Wasm module. docs/debug.md tells what differs.

dlv is looked for on the PATH and in GOPATH/bin. Install it with
"go install github.com/go-delve/delve/cmd/dlv@latest".`,
		Example: `  sluice debug ./plugins/hello-world
  sluice debug . --listen 127.0.0.1:8080 --debugger 127.0.0.1:40000
  sluice debug . --config other.yaml --cluster 'outbound|80||my-svc.static=127.0.0.1:8000'
  sluice debug . --wait    # for breakpoints in what the plugin does when it starts`,
		ValidArgsFunction: completeDir,
		Args:              takes(0, 1, "one argument, the plugin's directory"),
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Config, "config", "", "`FILE` with the plugin's configuration, YAML or JSON")
	flags.StringVar(&o.Routes, "routes", "", "`FILE` with routes and clusters")
	flags.StringArrayVar(&clusters, "cluster", nil, "`NAME=ADDRESS` of an upstream, host:port or URL; may be repeated")
	flags.StringVar(&o.Listen, "listen", "127.0.0.1:10000", "`ADDRESS` for clients")
	flags.StringVar(&o.HTTPBin, "httpbin", "127.0.0.1:12345", "`ADDRESS` of the built-in httpbin, or off")
	flags.StringVar(&o.Debugger, "debugger", "127.0.0.1:2345", "`ADDRESS` that debuggers attach to")
	flags.StringVar(&o.Dlv, "dlv", "", "`PATH` of dlv (default: on the PATH, then in GOPATH/bin)")
	flags.BoolVar(&o.Wait, "wait", false, "hold the plugin's program at its beginning until a debugger lets it go on")
	completeFlags(cmd, nil, []string{"cluster", "listen", "httpbin", "debugger"})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o.Source = "."
		if len(args) == 1 {
			o.Source = args[0]
		}
		for _, text := range clusters {
			c, err := run.ParseCluster(text)
			if err != nil {
				return &usageError{err}
			}
			o.Clusters = append(o.Clusters, c)
		}
		for name, address := range map[string]string{"listen": o.Listen, "debugger": o.Debugger} {
			if err := checkAddress(address); err != nil {
				return usagef("--%s %q: %w", name, address, err)
			}
		}
		o.Stdout, o.Stderr = cmd.OutOrStdout(), cmd.ErrOrStderr()
		o.OnEvent = run.NewPrinter(cmd.OutOrStdout(), false, false).Print
		o.OnWaiting = func(debugger string) {
			tellAttach(cmd.OutOrStdout(), "The plugin waits for a debugger. Set a breakpoint and continue.", debugger)
		}
		o.OnReady = func(url, debugger string) {
			if o.Wait {
				fmt.Fprintln(cmd.OutOrStdout(), "The plugin serves on "+url+".")
				return
			}
			tellAttach(cmd.OutOrStdout(), "The plugin serves on "+url+" under a debugger. Set a breakpoint and send a request.", debugger)
		}
		return run.Debug(cmd.Context(), o)
	}
	return cmd
}
