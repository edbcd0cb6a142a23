package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/hub"
	"github.com/sluiceproxy/sluice/build/oci"
)

// addHub adds the flag that names a hub.
func addHub(cmd *cobra.Command) *string {
	where := cmd.Flags().String("hub", "", "`HUB` that is looked up: oci://REGISTRY/PREFIX, a catalogue's file, or a directory (default $"+
		hub.Variable+", then the clone's plugins)")
	return where
}

// openHub reads a hub, and prints its warnings.
func openHub(cmd *cobra.Command, where, store string, pull oci.When, o oci.Options) (*hub.Hub, error) {
	o.Progress = nil // a small file
	ho := hub.Options{OCI: o, Pull: pull}
	var err error
	if ho.Store, err = openStore(store); err != nil {
		return nil, err
	}
	h, err := hub.Open(cmd.Context(), where, ho)
	if err != nil {
		return nil, err
	}
	for _, w := range h.Warnings {
		row(cmd.ErrOrStderr(), "sluice: warning: hub %s: %s", h.Where, w)
	}
	return h, nil
}

// findInHub looks up hub:NAME, and says on stderr what it is. Any other name is
// none.
func findInHub(cmd *cobra.Command, ref, where, store string, pull oci.When, o oci.Options) (*hub.Found, error) {
	if !hub.IsRef(ref) {
		if cmd.Flags().Changed("hub") {
			return nil, usagef("--hub goes with hub:NAME; %q is none", ref)
		}
		return nil, nil
	}
	if _, _, err := hub.ParseRef(ref); err != nil {
		return nil, &usageError{err}
	}
	h, err := openHub(cmd, where, store, pull, o)
	if err != nil {
		return nil, err
	}
	f, err := h.Resolve(ref)
	if err != nil {
		return nil, err
	}
	version := f.Version.Version
	if f.Plugin.Teaching {
		version = "(for teaching)"
	}
	row(cmd.ErrOrStderr(), "sluice: %s is %s %s, %s", ref, f.Plugin.Name, version, f.Source())
	return f, nil
}

// ofHub replaces those of the arguments that are hub:NAME by what of makes of
// them. The catalogue is judged as an image is; without trust, as o says.
func ofHub(cmd *cobra.Command, args []string, where string, trust *trustFlags, o oci.Options, of func(*hub.Found) (string, error)) error {
	found := false
	for i, arg := range args {
		if !hub.IsRef(arg) {
			continue
		}
		if trust == nil {
			trust = &trustFlags{} // those of the environment, where o has none
		}
		if o.Policy == nil {
			if err := trust.apply(&o); err != nil {
				return err
			}
		}
		store, _ := cmd.Flags().GetString("store") // "" where there is no such flag
		f, err := findInHub(cmd, arg, where, store, "", o)
		if err != nil {
			return err
		}
		if args[i], err = of(f); err != nil {
			return err
		}
		found = true
	}
	if !found && where != "" {
		return usagef("--hub goes with hub:NAME; there is none in %q", args)
	}
	return nil
}

// sourceInHub is the directory or the image.
func sourceInHub(f *hub.Found) (string, error) { return f.Source(), nil }

// imageInHub is the image.
func imageInHub(f *hub.Found) (string, error) {
	if f.Dir != "" {
		return "", fmt.Errorf("%s is a source in %s, and an image is wanted: name a hub in a registry with --hub or $%s", f.Ref, f.Dir, hub.Variable)
	}
	return f.Image, nil
}

// builtInHub is the image, or the module that was built in the directory.
func builtInHub(f *hub.Found) (string, error) {
	if f.Dir == "" {
		return f.Image, nil
	}
	module := filepath.Join(f.Dir, build.DefaultOutput)
	if _, err := os.Stat(module); err != nil {
		return "", fmt.Errorf("%s is a source that is not built; run \"sluice build %s\" first", f.Ref, f.Dir)
	}
	return module, nil
}

// sampleConfig says which configuration a plugin of the hub has without --config:
// a directory's is found by run; that of a catalogue is written to a file, which
// done removes.
func sampleConfig(cmd *cobra.Command, f *hub.Found) (file string, done func(), err error) {
	done = func() {}
	say := func(text string) {
		fmt.Fprintf(cmd.ErrOrStderr(), "sluice: %s; --config FILE takes your own\n", text)
	}
	if f.Dir != "" {
		say("no --config: the sample configuration is " + filepath.Join(f.Dir, "config.yaml"))
		return "", done, nil
	}
	if f.Version.Config == "" {
		say("no --config, and the catalogue has no sample: the plugin runs without a configuration")
		return "", done, nil
	}
	dir, err := os.MkdirTemp("", "sluice-hub-*")
	if err != nil {
		return "", done, err
	}
	done = func() { _ = os.RemoveAll(dir) }
	file = filepath.Join(dir, f.Plugin.Name+".yaml")
	if err := os.WriteFile(file, []byte(f.Version.Config), 0o600); err != nil {
		done()
		return "", func() {}, err
	}
	say("no --config: the sample configuration of the catalogue is used, " + file)
	return file, done, nil
}

// completeHub completes hub:NAME from a hub that answers at once: a directory, or
// a file. Other arguments are completed by next.
func completeHub(next cobra.CompletionFunc) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, text string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 || !strings.HasPrefix(text, "hub:") {
			return next(cmd, args, text)
		}
		where, _ := cmd.Flags().GetString("hub")
		h, err := hub.Open(cmd.Context(), where, hubOfCompletion())
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var words []string
		for _, p := range h.Search() {
			words = append(words, "hub:"+p.Name+"\t"+p.Title)
		}
		return words, cobra.ShellCompDirectiveNoFileComp
	}
}

// hubOfCompletion asks no registry: a shell waits for the answer. What was read
// from one last is in the store.
func hubOfCompletion() hub.Options {
	s, err := openStore("")
	if err != nil {
		return hub.Options{}
	}
	return hub.Options{Store: s, Pull: oci.Never}
}

// completeFiles leaves an argument to the shell.
func completeFiles(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}
