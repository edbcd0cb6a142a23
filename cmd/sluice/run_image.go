package main

import (
	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/hub"
	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/store"
	"github.com/sluiceproxy/sluice/run"
)

// imageFlags are the flags of "sluice run" that are about images.
type imageFlags struct {
	o     oci.Options
	pull  *string
	store string
	hub   *string
	trust *trustFlags
}

// addImage adds them.
func addImage(cmd *cobra.Command) *imageFlags {
	i := &imageFlags{}
	var words []string
	for _, w := range oci.Whens() {
		words = append(words, string(w))
	}
	i.pull = addChoice(cmd, "pull", "", "when to ask the registry for an image (default missing; always for the tag latest)", words...)
	addStore(cmd, &i.store)
	i.hub = addHub(cmd)
	i.trust = addTrust(cmd)
	addRegistry(cmd, &i.o)
	return i
}

// addStore adds the flag that moves the store.
func addStore(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "store", "", "`DIR` of the images that were pulled (default $"+store.Variable+", then sluice/images in the user's cache)")
}

// openStore is the store that a flag names.
func openStore(dir string) (*store.Store, error) {
	if dir != "" {
		return store.New(dir), nil
	}
	return store.Default()
}

// onlyForImages are flags that a directory or a file has no use for.
var onlyForImages = [...]string{"pull", "store", "key", "policy", "signed-as", "plain-http", "ca-file", "auth-host"}

// apply makes an image of the source, if it is one. done removes what was written
// for it.
func (i *imageFlags) apply(cmd *cobra.Command, o *run.Options) (done func(), err error) {
	if hub.IsRef(o.Source) || run.IsImage(o.Source) {
		if err := i.trust.apply(&i.o); err != nil {
			return nil, err
		}
	}
	done, err = i.fromHub(cmd, o)
	if err != nil {
		return nil, err
	}
	if err := i.image(cmd, o); err != nil {
		done()
		return nil, err
	}
	return done, nil
}

// fromHub puts what hub:NAME stands for into the options, with the sample
// configuration where there is no other.
func (i *imageFlags) fromHub(cmd *cobra.Command, o *run.Options) (done func(), err error) {
	f, err := findInHub(cmd, o.Source, *i.hub, i.store, oci.When(*i.pull), i.o)
	if err != nil || f == nil {
		return func() {}, err
	}
	if o.Source, done = f.Source(), func() {}; o.Config == "" {
		o.Config, done, err = sampleConfig(cmd, f)
	}
	return done, err
}

// image makes an image of the source, if it is one.
func (i *imageFlags) image(cmd *cobra.Command, o *run.Options) (err error) {
	if !run.IsImage(o.Source) {
		for _, name := range onlyForImages {
			if cmd.Flags().Changed(name) {
				return usagef("--%s is for images; %q is none (an image begins with its registry, or with oci://)", name, o.Source)
			}
		}
		return nil
	}
	image := &run.Image{Options: i.o, Load: oci.LoadOptions{Pull: oci.When(*i.pull)}}
	if image.Place, err = place(o.Source); err != nil {
		return err
	}
	if image.Load.Store, err = openStore(i.store); err != nil {
		return err
	}
	stop, print := watch(cmd, &image.Options), o.OnEvent
	o.OnEvent = func(e run.Event) {
		stop() // the bar is done, or in the way
		print(e)
	}
	o.Source, o.Image = "", image
	return nil
}
