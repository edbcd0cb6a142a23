package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/deliver/serve"
	"github.com/sluiceproxy/sluice/deliver/trace"
)

// traceHelp is what "sluice trace --help" begins with.
const traceHelp = `Follow a plugin from the wasm file to a request, in ten steps, and say of each
whether it is done, what shows that, and what to do if it is not:

  compile, package, push, resource, watch, deliver, pull, extract, configure, load

Then "request" compares what comes back for a request, and "reload" tells whether a
change left listeners and connections alone.

FILE has the resources, as for "sluice serve" or "sluice apply". The control plane
is a running "sluice serve" (--server), or a Kubernetes cluster with its istiod
where --context, --kubeconfig, -n or --istiod is given. Nothing is changed anywhere.

A step is "unknown" where its evidence was not given or can't be had; it says which
flag gives it. A step that fails keeps no later one from being asked. The exit code
is 1 if any step failed.`

// traceFlags are the flags of "sluice trace" that need a look before they are used.
type traceFlags struct {
	kube    trace.Kube
	request trace.Request
	header  []string
	expect  []string
	watch   bool
	every   time.Duration
	format  *string
	trust   *trustFlags
}

// newTraceCommand follows a plugin from its file to a request.
func newTraceCommand() *cobra.Command {
	var o trace.Options
	var f traceFlags
	cmd := &cobra.Command{
		Use:   "trace -f FILE",
		Short: "Follow a plugin from the wasm file to a request, step by step",
		Long:  traceHelp + registryHelp,
		Example: `  sluice trace -f resources/hello.yaml --wasm main.wasm
  sluice trace -f hello.yaml --envoy-admin http://127.0.0.1:9901 --url http://127.0.0.1:10000/ --expect-header 'x-hello: world'
  sluice trace -f hello.yaml --context eu --istiod localhost:15014 --envoy-admin http://127.0.0.1:15000
  sluice trace -f hello.yaml --url http://127.0.0.1:10000/ --expect-status 403 --watch`,
		Args: takes(0, 0, "no argument; the file is given with -f"),
	}
	flags := cmd.Flags()
	flags.StringSliceVarP(&o.Files, "filename", "f", nil, "`FILE` of resources; may be repeated")
	flags.Var(fileName{&o.Wasm}, "wasm", "the wasm `FILE` that was compiled, to compare all others with")
	flags.StringVar(&o.Server, "server", "http://"+serve.DefaultAdmin, "`URL` of the admin endpoint of a running \"sluice serve\"")
	flags.StringVar(&o.EnvoyAdmin, "envoy-admin", "", "`URL` of Envoy's admin endpoint")
	flags.DurationVar(&o.Timeout, "timeout", trace.DefaultTimeout, "how long one side may take to answer")
	f.addCluster(cmd)
	f.addRequest(cmd)
	flags.BoolVar(&f.watch, "watch", false, "print again when something changes, until interrupted")
	flags.DurationVar(&f.every, "every", time.Second, "with --watch: how often to look")
	f.format = addFormat(cmd)
	f.trust = addTrust(cmd)
	addRegistry(cmd, &o.OCI)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := f.apply(cmd, &o); err != nil {
			return err
		}
		t := trace.New(o)
		defer t.Close()
		if f.watch {
			return f.follow(cmd.Context(), cmd.OutOrStdout(), t)
		}
		r, err := t.Look(cmd.Context())
		if err != nil {
			return err
		}
		if err := f.print(cmd.OutOrStdout(), r); err != nil {
			return err
		}
		if failed := r.Failed(); len(failed) > 0 {
			return fmt.Errorf("failed: %s", strings.Join(failed, ", "))
		}
		return nil
	}
	return cmd
}

// addCluster adds the flags that say which cluster.
func (f *traceFlags) addCluster(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.kube.Context, "context", "", "`NAME` of a context of the kubeconfig (default the current one)")
	flags.Var(fileName{&f.kube.Kubeconfig}, "kubeconfig", "`FILE` in place of $KUBECONFIG and ~/.kube/config")
	flags.StringVarP(&f.kube.Namespace, "namespace", "n", "", "`NAMESPACE` of a resource that names none (default the context's)")
	flags.StringVar(&f.kube.Istiod, "istiod", "", "`ADDRESS` of istiod's debug port, such as localhost:15014 (default through the API server)")
}

// addRequest adds the flags that say what is sent, and what shall come back.
func (f *traceFlags) addRequest(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.request.URL, "url", "", "`URL` of a request through Envoy that the plugin acts on")
	flags.StringVar(&f.request.Method, "method", http.MethodGet, "`METHOD` of the request")
	flags.StringArrayVarP(&f.header, "header", "H", nil, "header of the request, as `'NAME: VALUE'`; may be repeated; Host sets the host")
	flags.StringVar(&f.request.Body, "body", "", "`TEXT` of the request's body")
	flags.IntVar(&f.request.Status, "expect-status", 0, "`CODE` that the response must have")
	flags.StringArrayVar(&f.expect, "expect-header", nil, "header that the response must have, as `'NAME: VALUE'`, or NAME for any value; may be repeated")
	flags.StringVar(&f.request.Contains, "expect-body", "", "`TEXT` that the response's body must have")
}

// apply puts what the flags say into the options.
func (f *traceFlags) apply(cmd *cobra.Command, o *trace.Options) (err error) {
	if len(o.Files) == 0 {
		return usagef("trace needs -f")
	}
	if f.every <= 0 || o.Timeout <= 0 {
		return usagef("--every %s, --timeout %s: want positive times", f.every, o.Timeout)
	}
	for _, name := range [...]string{"context", "kubeconfig", "namespace", "istiod"} {
		if !cmd.Flags().Changed(name) {
			continue
		}
		if o.Kube = &f.kube; cmd.Flags().Changed("server") {
			return usagef("--server is for \"sluice serve\", and --%s for a cluster; give one of them", name)
		}
	}
	if o.Request, err = f.sent(cmd); err != nil {
		return err
	}
	o.Secret = secretName
	return f.trust.apply(&o.OCI)
}

// sent is the request, nil for none.
func (f *traceFlags) sent(cmd *cobra.Command) (*trace.Request, error) {
	if f.request.URL == "" {
		for _, name := range [...]string{"method", "header", "body", "expect-status", "expect-header", "expect-body"} {
			if cmd.Flags().Changed(name) {
				return nil, usagef("--%s goes with --url", name)
			}
		}
		return nil, nil
	}
	f.request.Header, f.request.Headers = http.Header{}, http.Header{}
	for _, line := range f.header {
		name, value, ok := strings.Cut(line, ":")
		if !ok || strings.TrimSpace(name) == "" {
			return nil, usagef("--header wants 'NAME: VALUE'") // without the value, which may be a secret
		}
		f.request.Header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	for _, line := range f.expect {
		name, value, _ := strings.Cut(line, ":")
		if strings.TrimSpace(name) == "" {
			return nil, usagef("--expect-header wants 'NAME: VALUE' or NAME")
		}
		f.request.Headers.Set(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	return &f.request, nil
}

func (f *traceFlags) print(w io.Writer, r *trace.Report) error {
	if *f.format == "json" {
		return printJSON(w, r)
	}
	return trace.Print(w, r)
}

// follow prints what has changed: ages alone are no change.
func (f *traceFlags) follow(ctx context.Context, out io.Writer, t *trace.Tracer) error {
	last := ""
	for {
		r, err := t.Look(ctx)
		if err != nil {
			return err
		}
		if now := r.Fingerprint(); now != last {
			if last != "" && *f.format != "json" {
				fmt.Fprintln(out, "--- "+time.Now().Format(time.TimeOnly))
			}
			if err := f.print(out, r); err != nil {
				return err
			}
			last = now
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(f.every):
		}
	}
}
