package main

import (
	"net"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/deliver/serve"
)

// serveHelp is what "sluice serve --help" begins with.
const serveHelp = `Hand plugins to running Envoys: a control plane for stock Envoy.

DIR has the resources, *.yaml, *.yml or *.json: WasmPlugin of Istio or Higress, as
they are applied to a cluster, and TrafficExtension. Their images are pulled,
verified and tried with their configuration; an Envoy gets a local file, and never
fetches code itself. What changes in DIR is in force a moment later, and no request
is lost. What is broken, can't be had or is refused by an Envoy never replaces what
works: see "sluice status".

There are two ways to use it. Without --gateway, each Envoy has a configuration of
its own, which names the plugins by config_discovery, NAMESPACE.NAME, from ads.
With --gateway FILE, an ordinary Envoy configuration, its listeners and clusters
are sent as well, with the plugins before the router: in the order of phase and
priority, where a resource's match and selector say so. --print-bootstrap prints
what an Envoy needs to connect.

With --out DIR, the same is written as files, for Envoys that read these with
path_config_source: lds.json, cds.json, ecds/NAMESPACE.NAME.json.

Envoys and this command see the modules under the same path, in --modules. An
Envoy on another machine needs "sluice agent" beside it.

On the admin address are /status, /ready and /metrics.`

// serveFlags are the flags of "sluice serve" that need a look before they are used.
type serveFlags struct {
	format    *string
	store     string
	trust     *trustFlags
	tls       tlsFlags
	insecure  bool
	bootstrap bool
	node      nodeFlags
}

// newServeCommand serves plugins to Envoys.
func newServeCommand() *cobra.Command {
	var o serve.Options
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve DIR",
		Short: "Serve plugins to running Envoys, and reload them without losing a request",
		Long:  serveHelp + registryHelp,
		Example: `  sluice serve ./plugins.d
  sluice serve ./plugins.d --gateway envoy.yaml
  sluice serve ./plugins.d --print-bootstrap > bootstrap.yaml
  sluice serve ./plugins.d --key release.pub --listen 10.0.0.5:18000 --tls-cert tls.crt --tls-key tls.key --tls-ca ca.crt`,
		Args: takes(0, 1, "one argument, the directory of the resources"),
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Gateway, "gateway", "", "`FILE` with listeners and clusters, an Envoy configuration in YAML or JSON")
	flags.StringVar(&o.Out, "out", "", "`DIR` to write files to, for Envoys that read them")
	flags.StringVar(&o.Listen, "listen", serve.DefaultListen, "`ADDRESS` for Envoys (gRPC), or off")
	flags.StringVar(&o.Admin, "admin", serve.DefaultAdmin, "`ADDRESS` of the admin endpoint, or off")
	flags.StringVar(&o.State, "state", "", "`DIR` for what was good and what was refused (default sluice/serve in the user's cache, one for each DIR)")
	flags.StringVar(&o.Prepare.Dir, "modules", "", "`DIR` for modules, which the Envoys read too (default modules in --out, or else in --state)")
	flags.StringArrayVar(&o.Roots, "root-namespace", serve.DefaultRoots(), "`NAME` of a namespace whose plugins run on nodes of all namespaces; may be repeated")
	flags.DurationVar(&o.Refresh, "refresh", 0, "how often images are asked for again with pull policy Always or tag latest (default only when their resource changes)")
	flags.BoolVar(&o.Prepare.SignedOnly, "signed-only", false, "refuse modules of files and web servers, which nobody can sign")
	flags.BoolVar(&o.Prepare.NoTrial, "no-trial", false, "don't start a plugin here with its configuration before an Envoy gets it")
	flags.DurationVar(&o.Prepare.Timeout, "pull-timeout", 2*time.Minute, "how long fetching one module may take")
	flags.BoolVar(&f.insecure, "insecure", false, "listen without TLS, or with an admin endpoint, on an address that others reach")
	flags.BoolVar(&f.bootstrap, "print-bootstrap", false, "print the Envoy configuration that connects to --listen, and end")
	f.tls.add(cmd)
	f.node.add(cmd)
	f.format = addFormat(cmd)
	addStore(cmd, &f.store)
	f.trust = addTrust(cmd)
	addRegistry(cmd, &o.Prepare.OCI)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if f.bootstrap {
			return f.printBootstrap(cmd, o)
		}
		if len(args) == 0 {
			return usagef("serve needs one argument, the directory of the resources")
		}
		o.Dir = args[0]
		if err := f.apply(cmd, &o); err != nil {
			return err
		}
		return serve.Run(cmd.Context(), o)
	}
	return cmd
}

// apply puts what the flags say into the options.
func (f *serveFlags) apply(cmd *cobra.Command, o *serve.Options) (err error) {
	for name, address := range map[string]string{"listen": o.Listen, "admin": o.Admin} {
		if err := checkAddress(address); err != nil && address != serve.Off {
			return usagef("--%s %q: %w", name, address, err)
		}
	}
	if o.Refresh < 0 || o.Prepare.Timeout <= 0 {
		return usagef("--refresh %s, --pull-timeout %s: want times from zero and above zero", o.Refresh, o.Prepare.Timeout)
	}
	if o.Listen == serve.Off && o.Out == "" {
		return usagef("--listen off needs --out: there is no other way to an Envoy")
	}
	if o.TLS, err = f.tls.server(); err != nil {
		return err
	}
	if o.TLS == nil && !f.insecure && !onlyHere(o.Listen) {
		return usagef("--listen %s can be reached from elsewhere; give --tls-cert and --tls-key, or --insecure", o.Listen)
	}
	if !f.insecure && !onlyHere(o.Admin) {
		return usagef("--admin %s can be reached from elsewhere, and asks nobody who he is; give a loopback address, or --insecure", o.Admin)
	}
	if o.State == "" {
		if o.State, err = serve.DefaultState(o.Dir); err != nil {
			return err
		}
	}
	if o.Prepare.Store, err = openStore(f.store); err != nil {
		return err
	}
	if err := f.trust.apply(&o.Prepare.OCI); err != nil {
		return err
	}
	o.OnEvent = serve.NewPrinter(cmd.OutOrStdout(), *f.format == "json").Print
	return nil
}

// onlyHere reports whether an address is of this machine alone.
func onlyHere(address string) bool {
	if address == serve.Off {
		return true
	}
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}
