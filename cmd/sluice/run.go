package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/deploy/envoy"
	"github.com/sluiceproxy/sluice/run"
)

// runFlags are the flags of "sluice run" that need a look before they are used.
type runFlags struct {
	engine, format, logLevel *string
	envoy, admin             string
	clusters                 []string
	verbose                  bool
}

// runHelp is what "sluice run --help" begins with.
const runHelp = `Run a plugin, or a chain of plugins, behind a gateway on this machine, with
httpbin behind that, and show one line for each request.

DIR is the directory of a Go plugin, which is built first. FILE.wasm is a plugin
that is built already. DIR-OF-WASM holds several, which make a chain in the
order of their names, each with its configuration in NAME.yaml or NAME.json.

IMAGE is in a registry, as in registry.example/team/plugin:1.0.0, with or without
oci:// before it, or an OCI layout. A name that a file or directory has is that
file or directory. What was pulled is kept in a store, see "sluice store", and not
pulled again unless --pull says so.

hub:NAME and hub:NAME@VERSION are a plugin of the hub, see "sluice search": of the
clone that one is in, which is built, or of a registry. Without --config it has its
sample configuration.

With --plugin-dir, every .wasm file and every Go plugin below a directory runs,
each with its configuration beside it: NAME.yaml of NAME.wasm, config.yaml of a
Go plugin or of a main.wasm in a directory of its own. They make a chain in the
order of the numbers that their names begin with (10-auth.wasm), lower ones
first; 50 without one. A broken one is reported, and the others serve; they can
come and go meanwhile. Without an argument, the plugin in the current directory
runs, or where no Go is there, those below ./plugins.

A plugin's configuration is config.yaml or config.json beside it, or --config, as
for an image; routes and clusters are in routes.yaml beside it, or --routes:

  routes:
  - name: default/foo        # what plugins read as the route's name
    domains: [example.com]   # default: every host
    prefix: /foo             # or path: /exactly/this
    cluster: httpbin
  clusters:
    my-svc: 127.0.0.1:8000   # host:port or URL

Without routes everything goes to httpbin, which is also the cluster
outbound|80||httpbin.static for calls that plugins make. A Redis is a cluster,
too, with an address like 127.0.0.1:6379, or rediss://HOST:PORT for TLS.

On the admin address, /stats/prometheus has the metrics that plugins count,
/stats the same as text or with ?format=json, and /ready says that all is loaded.

What changes on disk is built and loaded again while requests go on; none is
lost. What does not build or load is reported, and the old version serves on.`

// newRunCommand serves a plugin and reloads it on change.
func newRunCommand() *cobra.Command {
	var o run.Options
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run [DIR|FILE.wasm|DIR-OF-WASM|IMAGE|hub:NAME]",
		Short: "Run a plugin behind a local gateway and reload it on change",
		Long:  runHelp,
		Example: `  sluice run ./plugins/hello-world
  sluice run ./plugins/hello-world --engine envoy
  sluice run --plugin-dir ./plugins
  sluice run main.wasm --config config.json --listen 127.0.0.1:8080
  sluice run registry.example/team/plugin:1.0.0 --config config.yaml
  sluice run hub:key-auth
  sluice run hub:key-auth@1.0.0 --hub oci://registry.example/team/hub --key hub.pub
  sluice run . --cluster 'outbound|80||my-svc.static=127.0.0.1:8000'`,
		Args:              takes(0, 1, "one argument, a plugin's directory, a .wasm file or an image"),
		ValidArgsFunction: completeHub(completeFiles),
	}
	flags := cmd.Flags()
	f.engine = addChoice(cmd, "engine", "embedded", "what runs the plugin", "embedded", "envoy")
	flags.StringVar(&f.envoy, "envoy", "", "`PATH` of Envoy (default $ENVOY, then envoy on the PATH)")
	flags.StringVar(&o.PluginDir, "plugin-dir", "", "`DIR` below which every plugin runs (default ./plugins, without an argument)")
	flags.StringVar(&o.Config, "config", "", "`FILE` with the plugin's configuration, YAML or JSON")
	flags.StringVar(&o.Routes, "routes", "", "`FILE` with routes and clusters")
	flags.StringArrayVar(&f.clusters, "cluster", nil, "`NAME=ADDRESS` of an upstream, host:port or URL; may be repeated")
	flags.StringVar(&o.Listen, "listen", "127.0.0.1:10000", "`ADDRESS` of the gateway")
	flags.StringVar(&o.HTTPBin, "httpbin", "127.0.0.1:12345", "`ADDRESS` of the built-in httpbin, or off")
	flags.StringVar(&f.admin, "admin", run.DefaultAdmin, "`ADDRESS` of the admin endpoint, with /ready and /stats, or off")
	flags.StringArrayVar(&o.MetricLabels, "metric-label", nil, "`NAME` of a label of plugins' metrics, which Envoy has to be told; may be repeated")
	flags.IntVar(&o.Workers, "workers", 0, "`NUMBER` of threads that run plugins (default: the engine's choice)")
	flags.BoolVar(&o.NoWatch, "no-watch", false, "don't reload what changes on disk")
	f.logLevel = addChoice(cmd, "log-level", "debug", "least severe plugin log lines to show", run.LogLevels()...)
	f.format = addFormat(cmd)
	images := addImage(cmd)
	flags.BoolVar(&f.verbose, "verbose", false, "show everything that Envoy writes")
	recording := addRecord(cmd)
	completeFlags(cmd, []string{"plugin-dir"}, []string{"cluster", "listen", "httpbin", "admin", "workers"})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := pickSource(&o, args); err != nil {
			return err
		}
		o.LogLevel = *f.logLevel
		o.OnEvent = run.NewPrinter(cmd.OutOrStdout(), *f.format == "json", f.verbose).Print
		if err := f.check(cmd, &o); err != nil {
			return err
		}
		if err := recording.apply(cmd, &o, *f.engine); err != nil {
			return err
		}
		if err := f.pickEngine(cmd, &o); err != nil {
			return err
		}
		done, err := images.apply(cmd, &o)
		if err != nil {
			return err
		}
		defer done()
		return run.Run(cmd.Context(), o)
	}
	return cmd
}

// pickSource decides what to run.
func pickSource(o *run.Options, args []string) error {
	switch {
	case len(args) == 1 && o.PluginDir != "":
		return usagef("--plugin-dir runs all plugins in %s; leave out %s", o.PluginDir, args[0])
	case len(args) == 1:
		o.Source = args[0]
	case o.PluginDir != "":
	case isPlugin("."):
		o.Source = "."
	case isDir(defaultPluginDir):
		o.PluginDir = defaultPluginDir
	default:
		return usagef("run needs one argument, a plugin's directory or a .wasm file, or --plugin-dir; there is no Go here, and no directory ./%s", defaultPluginDir)
	}
	if o.PluginDir != "" && o.Config != "" {
		return usagef("--config is for one plugin; in a plugin directory each has its own beside it")
	}
	return nil
}

// isPlugin reports whether a directory has Go in it.
func isPlugin(dir string) bool {
	found, err := filepath.Glob(filepath.Join(dir, "*.go"))
	return err == nil && len(found) > 0
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// defaultPluginDir is where plugins are looked for without an argument.
const defaultPluginDir = "plugins"

// check reports wrong usage that cobra can't see.
func (f *runFlags) check(cmd *cobra.Command, o *run.Options) error {
	for _, text := range f.clusters {
		c, err := run.ParseCluster(text)
		if err != nil {
			return &usageError{err}
		}
		o.Clusters = append(o.Clusters, c)
	}
	for name, addr := range map[string]string{"listen": o.Listen, "httpbin": o.HTTPBin, "admin": f.admin} {
		if err := checkAddress(addr); err != nil && (name == "listen" || addr != "off") {
			return usagef("--%s %q: %w", name, addr, err)
		}
	}
	switch onEnvoy := *f.engine == "envoy"; {
	case !onEnvoy && cmd.Flags().Changed("envoy"):
		return usagef("--envoy needs --engine envoy")
	case onEnvoy && f.admin == "off":
		return usagef("--admin off is for the embedded engine: Envoy says there whether a change serves; 127.0.0.1:0 takes any free port")
	}
	for _, label := range o.MetricLabels {
		if !isLabel(label) {
			return usagef("--metric-label %q: want a name of letters, digits and _, such as tenant", label)
		}
	}
	if o.Workers < 0 {
		return usagef("--workers %d: want a positive number", o.Workers)
	}
	return nil
}

// pickEngine makes the engine that was asked for.
func (f *runFlags) pickEngine(cmd *cobra.Command, o *run.Options) error {
	if *f.engine == "embedded" {
		o.Engine = run.EmbeddedWithAdmin(f.admin)
		return nil
	}
	binary, err := envoy.Find(cmd.Context(), f.envoy)
	if err != nil {
		return err
	}
	o.Engine = run.OnEnvoy(binary, f.admin)
	return nil
}

// isLabel reports whether Prometheus would take a label's name.
func isLabel(name string) bool {
	return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString(name)
}

// checkAddress takes an IP address, localhost or nothing, and a port.
func checkAddress(addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("want an IP address and a port, such as 127.0.0.1:10000")
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("the port must be a number from 0 to 65535")
	}
	if host != "" && host != "localhost" && net.ParseIP(host) == nil {
		return fmt.Errorf("%s is not an IP address", host)
	}
	return nil
}
