package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/check"
	"github.com/sluiceproxy/sluice/build/oci/image"
)

// registryHelp is what the help of all commands that reach registries ends with.
const registryHelp = `

Credentials are those of "docker login" (config.json and credential helpers);
proxies those of HTTP_PROXY, HTTPS_PROXY and NO_PROXY. docs/images.md has more.`

// addRegistry adds the flags that say how registries are reached.
func addRegistry(cmd *cobra.Command, o *oci.Options) {
	f := cmd.Flags()
	f.BoolVar(&o.Registry.PlainHTTP, "plain-http", false, "reach registries by HTTP, not HTTPS")
	f.StringVar(&o.Registry.CAFile, "ca-file", "", "`FILE` of PEM certificates to trust besides the system's")
	f.StringSliceVar(&o.Registry.AuthHosts, "auth-host", nil, "`HOST` besides the registry's that may get its credentials, to make a token of them")
}

// addTags adds the flag for more tags.
func addTags(cmd *cobra.Command) *[]string {
	return cmd.Flags().StringSliceP("tag", "t", nil, "further `TAG` that the image gets; may be repeated")
}

// packageFlags are those that say what image is made.
type packageFlags struct {
	format      *string
	index       *bool
	metadata    *bool
	annotations *[]string
	consumers   *[]string
}

func addPackage(cmd *cobra.Command) *packageFlags {
	var formats []string
	for _, f := range image.Formats() {
		formats = append(formats, string(f))
	}
	f := cmd.Flags()
	return &packageFlags{
		format:      addChoice(cmd, "format", "", "form of the image (default oci)", formats...),
		index:       f.Bool("index", false, "make an index, which also carries a CNCF Wasm artifact"),
		metadata:    f.Bool("higress-metadata", false, "add spec.yaml, READMEs and icon.png from the plugin's directory as layers"),
		annotations: f.StringArray("annotation", nil, "annotation and label of the image, as `KEY=VALUE`; may be repeated"),
		consumers:   addConsumers(cmd, "consumers that must take the image"),
	}
}

// addConsumers adds the flag that names those who pull.
func addConsumers(cmd *cobra.Command, usage string) *[]string {
	var words []string
	for _, c := range check.Consumers() {
		words = append(words, string(c))
	}
	names := cmd.Flags().StringSlice("for", nil, usage+": `NAMES` of "+strings.Join(words, ", ")+" (default istio,higress,envoy-gateway)")
	// The only error is that of a flag that does not exist.
	_ = cmd.RegisterFlagCompletionFunc("for", completeList(words))
	return names
}

// options are the flags as build/oci takes them.
func (f *packageFlags) options() (oci.PackageOptions, error) {
	po := oci.PackageOptions{Format: image.Format(*f.format), Index: *f.index, Metadata: *f.metadata}
	var err error
	if po.For, err = consumersOf(*f.consumers); err != nil {
		return po, err
	}
	for _, text := range *f.annotations {
		key, value, ok := strings.Cut(text, "=")
		if !ok || key == "" {
			return po, usagef("annotation %q: want KEY=VALUE", text)
		}
		if po.Annotations == nil {
			po.Annotations = map[string]string{}
		}
		po.Annotations[key] = value
	}
	return po, nil
}

func consumersOf(names []string) ([]check.Consumer, error) {
	consumers, err := check.Parse(names)
	if err != nil {
		return nil, &usageError{err}
	}
	return consumers, nil
}

// place reads an argument; what is none is a mistake in the command line.
func place(text string) (oci.Place, error) {
	p, err := oci.ParsePlace(text)
	if err != nil {
		return p, &usageError{err}
	}
	return p, nil
}

// localPlace reads an argument that must be a layout.
func localPlace(text string) (oci.Place, error) {
	p, err := oci.ParseLayout(text)
	if err != nil {
		return p, &usageError{err}
	}
	return p, nil
}

// transferText is what a person reads of a transfer.
func transferText(verb string, t oci.Transfer) string {
	text := fmt.Sprintf("%s %s (%s)\n", verb, t.Destination, size(int(t.Size)))
	if len(t.Tags) > 0 {
		text += fmt.Sprintf("tags    %s\n", strings.Join(t.Tags, ", "))
	}
	text += fmt.Sprintf("digest  %s\n", t.Digest)
	if t.Manifest != "" && t.Manifest != t.Digest {
		text += fmt.Sprintf("pin     %s (gateways compare with the manifest in the index)\n", t.Manifest)
	}
	return text
}
