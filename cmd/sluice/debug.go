package main

import (
	"fmt"
	"net"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/run"
)

// attachHelp tells how to attach. Both arguments are host:port.
const attachHelp = `The plugin serves on %[1]s under a debugger. Set a breakpoint and send a request.
  dlv:     dlv connect %[2]s
  GoLand:  Run > Edit Configurations > + > Go Remote, with host and port of %[2]s
  VS Code: in .vscode/launch.json
           {"name": "sluice", "type": "go", "request": "attach", "mode": "remote",
            "debugAdapter": "dlv-dap", "host": "%[3]s", "port": %[4]s}
Ctrl-C ends it.
`

// newDebugCommand runs a plugin under a debugger.
func newDebugCommand() *cobra.Command {
	var o run.DebugOptions
	var clusters []string
	cmd := &cobra.Command{
		Use:   "debug [DIR]",
		Short: "Run a plugin natively under a debugger, in front of live traffic",
		Long: `Compile the plugin in DIR (default: the current directory) for this machine, and
serve it under dlv, the debugger for Go, with httpbin behind it: a breakpoint in the
plugin stops on a request, and the request waits. Debuggers attach to --debugger:
dlv, GoLand, VS Code.

The plugin is not the Wasm module: the host is the one that its unit tests use,
which models Envoy. docs/debug.md tells what differs.

dlv is looked for on the PATH and in GOPATH/bin. Install it with
"go install github.com/go-delve/delve/cmd/dlv@latest".`,
		Example: `  sluice debug ./plugins/hello-world
  sluice debug . --listen 127.0.0.1:8080 --debugger 127.0.0.1:40000
  sluice debug . --config other.yaml --cluster 'outbound|80||my-svc.static=127.0.0.1:8000'`,
		ValidArgsFunction: completeDir,
		Args:              takes(0, 1, "one argument, the plugin's directory"),
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Config, "config", "", "`FILE` with the plugin's configuration, YAML or JSON")
	flags.StringVar(&o.Routes, "routes", "", "`FILE` with routes and clusters; the first route is used")
	flags.StringArrayVar(&clusters, "cluster", nil, "`NAME=ADDRESS` of an upstream, host:port or URL; may be repeated")
	flags.StringVar(&o.Listen, "listen", "127.0.0.1:10000", "`ADDRESS` for clients")
	flags.StringVar(&o.HTTPBin, "httpbin", "127.0.0.1:12345", "`ADDRESS` of the built-in httpbin, or off")
	flags.StringVar(&o.Debugger, "debugger", "127.0.0.1:2345", "`ADDRESS` that debuggers attach to")
	flags.StringVar(&o.Dlv, "dlv", "", "`PATH` of dlv (default: on the PATH, then in GOPATH/bin)")
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
		o.OnReady = func(url, debugger string) {
			host, port, _ := net.SplitHostPort(debugger) // it was checked
			fmt.Fprintf(cmd.OutOrStdout(), attachHelp, url, debugger, host, port)
		}
		return run.Debug(cmd.Context(), o)
	}
	return cmd
}
