package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/deliver/agent"
)

// agentHelp is what "sluice agent --help" begins with.
const agentHelp = `Stand beside an Envoy that is on another machine than "sluice serve".

Envoy has this command for its control plane, on a loopback address or a socket;
this command asks SERVER, host and port of "sluice serve", for what Envoy asks for.
Plugins come as references: the image is pulled and verified here, with the keys or
the policy given here, and Envoy gets a local file. So it never fetches code itself.

An image that can't be had, or is not to be trusted, never replaces what serves:
SERVER is told why, and it is tried again, at once after a second and later each
minute. Where there was no version before, requests are denied, or pass if the
plugin's failStrategy is FAIL_OPEN. What Envoy has accepted is kept in --dir, so
that Envoy can be restarted while SERVER or the registry is away. With --key or
--policy, code of any other kind than a signed image is refused.

Without --tls or --tls-ca the connection to SERVER is plain text; who can read it
sees the plugins' configurations. docs/agent.md has Envoy's bootstrap.`

// agentFlags are the flags of "sluice agent" that need a look before they are used.
type agentFlags struct {
	format *string
	dir    string
	store  string
	trust  *trustFlags
	tls    agent.TLSFiles
	useTLS bool
}

// newAgentCommand relays between an Envoy and a control plane elsewhere.
func newAgentCommand() *cobra.Command {
	var o agent.Options
	var f agentFlags
	cmd := &cobra.Command{
		Use:   "agent SERVER",
		Short: "Pull and verify plugins for an Envoy on another machine than sluice serve",
		Long:  agentHelp + registryHelp,
		Example: `  sluice agent control.example:18000 --tls-ca ca.crt --key release.pub
  sluice agent control.example:18000 --tls-ca ca.crt --tls-cert node.crt --tls-key node.key
  sluice agent control.example:18000 --tls --listen unix:/run/sluice/agent.sock --dir /var/lib/sluice
  sluice agent 127.0.0.1:18000 --output json`,
		Args: takes(1, 1, "one argument, host and port of the control plane"),
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Listen, "listen", agent.DefaultListen, "`ADDRESS` for Envoy: a loopback address, or unix:PATH")
	flags.StringVar(&f.dir, "dir", "", "`DIR` for modules, which Envoy reads, and for what Envoy has accepted (default sluice/agent in the user's cache)")
	flags.DurationVar(&o.Patience, "patience", agent.DefaultPatience, "how long SERVER waits for a module, until it is told that there is none yet")
	flags.DurationVar(&o.Prepare.Timeout, "pull-timeout", 2*time.Minute, "how long fetching one module may take")
	flags.BoolVar(&f.useTLS, "tls", false, "reach SERVER by TLS, with the system's certificates")
	flags.Var(fileName{&f.tls.CA}, "tls-ca", "reach SERVER by TLS, with the certificates in a PEM `FILE`")
	flags.Var(fileName{&f.tls.Cert}, "tls-cert", "certificate of this agent, a PEM `FILE`")
	flags.Var(fileName{&f.tls.Key}, "tls-key", "its private key, a PEM `FILE`")
	flags.StringVar(&f.tls.ServerName, "tls-server-name", "", "`NAME` in SERVER's certificate (default its host)")
	f.format = addFormat(cmd)
	addStore(cmd, &f.store)
	f.trust = addTrust(cmd)
	addRegistry(cmd, &o.Prepare.OCI)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o.Server = args[0]
		if err := f.apply(cmd, &o); err != nil {
			return err
		}
		return agent.Run(cmd.Context(), o)
	}
	return cmd
}

// apply puts what the flags say into the options.
func (f *agentFlags) apply(cmd *cobra.Command, o *agent.Options) (err error) {
	if _, port, err := net.SplitHostPort(o.Server); err != nil || port == "" {
		return usagef("%q is no host and port, as in control.example:18000", o.Server)
	}
	if o.Patience <= 0 || o.Prepare.Timeout <= 0 {
		return usagef("--patience %s, --pull-timeout %s: want times above zero", o.Patience, o.Prepare.Timeout)
	}
	if err := agent.CheckListen(o.Listen); err != nil {
		return usagef("--listen: %w", err)
	}
	if f.tls != (agent.TLSFiles{}) {
		f.useTLS = true
	}
	if f.useTLS {
		if o.TLS, err = f.tls.Config(); err != nil {
			return fmt.Errorf("--tls-ca, --tls-cert, --tls-key: %w", err)
		}
	}
	if o.Prepare.Dir = f.dir; f.dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return fmt.Errorf("no --dir, and no directory for caches: %w", err)
		}
		o.Prepare.Dir = filepath.Join(cache, "sluice", "agent")
	}
	if o.Prepare.Store, err = openStore(f.store); err != nil {
		return err
	}
	if err := f.trust.apply(&o.Prepare.OCI); err != nil {
		return err
	}
	o.Prepare.Target = build.Envoy
	o.Prepare.SignedOnly = o.Prepare.OCI.Policy != nil
	o.OnEvent = agent.NewPrinter(cmd.OutOrStdout(), *f.format == "json").Print
	return nil
}
