package main

import (
	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/deliver/generate"
	"github.com/sluiceproxy/sluice/deploy/gen"
)

// most is the number of arguments that nobody needs more of.
const most = 1000

func newGenEnvoyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "envoy FILE|DIR|FILE.wasm|IMAGE...",
		Short: "Write envoy.yaml for a stock Envoy",
		Long: `Write envoy.yaml: one listener, the plugins in the order in which they run, and
the upstream. Modules are written to the directory "plugins" beside it; without
-o, that of a .wasm file or a file:// URL is used where it lies.` + genHelp,
		Example: `  sluice gen envoy wasmplugin.yaml --upstream 127.0.0.1:8080 -o out/
  sluice gen envoy main.wasm --config config.yaml --upstream http://127.0.0.1:8080
  sluice gen envoy resources/ --routes routes.yaml --modules /etc/envoy/plugins -o out/`,
		Args: takes(1, most, someFiles),
	}
	var o generate.Options
	f := addGen(cmd, "`DIR` with envoy.yaml and plugins/")
	cmd.Flags().StringVar(&f.modules, "modules", "", "`DIR` in which Envoy finds the modules, if not where they are written")
	f.addGenModules(cmd)
	f.addGenGateway(cmd, "")
	cmd.Flags().StringVar(&f.gateway.Admin, "admin", "", "`ADDRESS` of the admin endpoint (default none)")
	completeFlags(cmd, []string{"out", "modules"}, []string{"admin"})
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return runGen(cmd, f, o, generate.Envoy, args) }
	return cmd
}

func newGenECDSCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ecds FILE|DIR|FILE.wasm|IMAGE...",
		Short: "Write what one's own Envoy needs to get plugins while it runs",
		Long: `Write NAME.yaml for each plugin, a resource of Envoy's extension configuration
discovery service (ECDS), and http_filters.yaml, the filters that ask for them:
put these above the router of one's own Envoy. With --source file Envoy watches
NAME.yaml and takes what replaces it by a rename; with ads or grpc a control
plane sends what is in them, as "sluice serve" does.` + genHelp,
		Example: `  sluice gen ecds wasmplugin.yaml -o /etc/envoy/ecds
  sluice gen ecds main.wasm --dir /etc/envoy/ecds --modules /etc/envoy/plugins -o out/
  sluice gen ecds wasmplugin.yaml --source grpc --cluster control_plane -o out/`,
		Args: takes(1, most, someFiles),
	}
	var o generate.Options
	var words []string
	for _, s := range gen.Sources() {
		words = append(words, string(s))
	}
	f := addGen(cmd, "`DIR` with the files and plugins/")
	source := addChoice(cmd, "source", string(gen.FromFile), "where Envoy gets the resources from", words...)
	cmd.Flags().StringVar(&o.Discovery.Dir, "dir", "", "`DIR` in which Envoy finds NAME.yaml (default that of --out)")
	cmd.Flags().StringVar(&o.Discovery.Cluster, "cluster", "xds_cluster", "`NAME` of the control plane's cluster, for --source grpc")
	cmd.Flags().StringVar(&f.modules, "modules", "", "`DIR` in which Envoy finds the modules, if not where they are written")
	f.addGenModules(cmd)
	completeFlags(cmd, []string{"out", "dir", "modules"}, []string{"cluster"})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o.Discovery.Source = gen.Source(*source)
		if o.Discovery.Source == gen.FromFile && o.Discovery.Dir == "" && f.out == "" {
			return usagef("--source file needs --out or --dir: Envoy watches files by their whole path")
		}
		return runGen(cmd, f, o, generate.ECDS, args)
	}
	return cmd
}

func newGenComposeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "compose FILE|DIR|FILE.wasm|IMAGE...",
		Short: "Write docker-compose.yaml and envoy.yaml",
		Long: `Write docker-compose.yaml, envoy.yaml and the modules in plugins/, for
"docker compose up". Without --upstream and --routes, httpbin is started and gets
the requests.` + genHelp,
		Example: `  sluice gen compose ./plugins/mock-response -o out/
  sluice gen compose wasmplugin.yaml --upstream http://host.docker.internal:8080 -o out/`,
		Args: takes(1, most, someFiles),
	}
	var o generate.Options
	f := addGen(cmd, "`DIR` with both files and plugins/")
	f.addGenModules(cmd)
	f.addGenGateway(cmd, " (default httpbin)")
	cmd.Flags().StringVar(&o.Image, "envoy-image", gen.DefaultImage, "`IMAGE` of Envoy")
	completeFlags(cmd, []string{"out"}, []string{"envoy-image"})
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return runGen(cmd, f, o, generate.Compose, args) }
	return cmd
}
