package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/deliver/generate"
	"github.com/sluiceproxy/sluice/deploy/envoy"
	"github.com/sluiceproxy/sluice/deploy/gen"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/run"
)

// genFlags are those of the "sluice gen" commands.
type genFlags struct {
	out        string
	local      generate.Local
	fail       *string
	format     *string
	selector   map[string]string
	targets    []string
	images     *imagesFlags
	stop       func()
	modules    string
	restrict   bool
	routes     string
	gateway    gen.Gateway
	hasGateway bool
}

// addGen adds the flags that all have. what says what -o names.
func addGen(cmd *cobra.Command, what string) *genFlags {
	g := &genFlags{stop: func() {}}
	f := cmd.Flags()
	f.StringVarP(&g.out, "out", "o", "", what+" to write (default: print)")
	f.Var(fileName{&g.local.Config}, "config", "`FILE` with the configuration of a .wasm file, a directory or an image, YAML or JSON")
	f.StringVar(&g.local.Name, "name", "", "`NAME` of the plugin (default that of the file, directory or image)")
	f.StringVarP(&g.local.Namespace, "namespace", "n", "default", "`NAMESPACE` of a plugin that no resource describes")
	g.fail = addChoice(cmd, "fail", string(wasmplugin.FailReload), "what a plugin does that no resource describes and that fails",
		string(wasmplugin.FailReload), string(wasmplugin.FailClose), string(wasmplugin.FailOpen))
	g.format = addFormat(cmd)
	completeFlags(cmd, nil, []string{"name", "namespace"})
	return g
}

// addGenModules adds the flags of those that need the modules themselves.
func (g *genFlags) addGenModules(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&g.restrict, "restrict", false, "allow plugins only the host functions that they import and the callbacks that they have")
	g.images = addImages(cmd)
}

// addGenGateway adds the flags about the listener and what is behind it.
func (g *genFlags) addGenGateway(cmd *cobra.Command, upstream string) {
	f := cmd.Flags()
	f.StringVar(&g.gateway.Listen, "listen", "127.0.0.1:10000", "`ADDRESS` for clients")
	f.StringVar(&g.gateway.Upstream, "upstream", "", "`ADDRESS` that requests go to, host:port or URL"+upstream)
	f.Var(fileName{&g.routes}, "routes", "`FILE` with routes and clusters, as \"sluice run\" takes it; upstream is a cluster too")
	completeFlags(cmd, nil, []string{"listen", "upstream"})
	g.hasGateway = true
}

// addGenPlace adds the flags that say where in a mesh plugins run.
func (g *genFlags) addGenPlace(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringToStringVar(&g.selector, "selector", nil, "`LABEL=VALUE` of workloads, for plugins that name none; may be repeated")
	f.StringArrayVar(&g.targets, "target-ref", nil, "`KIND/NAME` of a Gateway or a route, for plugins that name none; may be repeated")
	completeFlags(cmd, nil, []string{"selector", "target-ref"})
}

// apply puts what the flags say into the options.
func (g *genFlags) apply(cmd *cobra.Command, o *generate.Options) error {
	g.local.Fail = wasmplugin.FailStrategy(*g.fail)
	g.local.Selector = g.selector
	for _, t := range g.targets {
		kind, name, ok := strings.Cut(t, "/")
		if !ok || kind == "" || name == "" {
			return usagef("--target-ref %q is no KIND/NAME, such as Gateway/main", t)
		}
		g.local.TargetRefs = append(g.local.TargetRefs, wasmplugin.TargetRef{Group: "gateway.networking.k8s.io", Kind: kind, Name: name})
	}
	if len(g.selector) > 0 && len(g.targets) > 0 {
		return usagef("--selector and --target-ref exclude each other")
	}
	o.Local, o.Out, o.Modules, o.Restrict = g.local, g.out, g.modules, g.restrict
	if err := g.readRoutes(cmd); err != nil {
		return err
	}
	o.Gateway = g.gateway
	if g.images == nil {
		return nil
	}
	g.stop = watch(cmd, &g.images.o)
	images, err := g.images.images()
	o.Prepare.OCI, o.Prepare.Store = images.OCI, images.Store
	return err
}

func (g *genFlags) readRoutes(cmd *cobra.Command) error {
	if g.routes == "" {
		if g.hasGateway && g.gateway.Upstream == "" && cmd.Name() != "compose" {
			return usagef("--upstream is missing: the address that requests go to")
		}
		return nil
	}
	routes, clusters, err := run.ReadRoutes(g.routes)
	if err != nil {
		return err
	}
	for _, r := range routes {
		g.gateway.Routes = append(g.gateway.Routes, envoy.Route(r))
	}
	for _, c := range clusters {
		g.gateway.Clusters = append(g.gateway.Clusters, envoy.Cluster(c))
	}
	return nil
}

// explainGen names the flag that helps.
func explainGen(err error) error {
	if errors.Is(err, generate.ErrDir) {
		return fmt.Errorf("%w; name one with --out", err)
	}
	return err
}
