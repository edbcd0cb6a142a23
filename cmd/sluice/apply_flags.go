package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/deliver/apply"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/run/record"
)

// clusterHelp is what the help of all commands that reach clusters ends with.
const clusterHelp = `

Clusters are those of the kubeconfig, as kubectl finds it: $KUBECONFIG, then
~/.kube/config, then that of the pod. docs/kubernetes.md has more.`

// addClusters adds the flags that say which clusters.
func addClusters(cmd *cobra.Command) *apply.Clusters {
	c := &apply.Clusters{}
	f := cmd.Flags()
	f.StringSliceVar(&c.Contexts, "context", nil, "`NAMES` of contexts of the kubeconfig, with commas between them (default the current one)")
	f.Var(fileName{&c.Kubeconfig}, "kubeconfig", "`FILE` in place of $KUBECONFIG and ~/.kube/config")
	f.StringVarP(&c.Namespace, "namespace", "n", "", "`NAMESPACE` of resources that name none (default the context's)")
	f.DurationVar(&c.RequestTimeout, "request-timeout", 15*time.Second, "time for one request to an API server")
	completeFlags(cmd, nil, []string{"context", "namespace", "request-timeout"})
	return c
}

// addPartial adds the flag that goes on without some contexts.
func addPartial(cmd *cobra.Command, c *apply.Clusters) {
	cmd.Flags().BoolVar(&c.Partial, "partial", false, "go on with the other contexts where one can't be used or fails")
}

// addFiles adds the flag that names resources.
func addFiles(cmd *cobra.Command) *[]string {
	return cmd.Flags().StringSliceP("filename", "f", nil, "`FILE` or directory of resources, - for the standard input; may be repeated")
}

// addFor adds the flag that names a kind of resource.
func addFor(cmd *cobra.Command, usage string) *string {
	var words []string
	for _, k := range wasmplugin.Kinds() {
		words = append(words, string(k))
	}
	return addChoice(cmd, "for", "", usage, words...)
}

// addWait adds the flags that say what is waited for.
func addWait(cmd *cobra.Command, usage string) *apply.Wait {
	w := &apply.Wait{}
	f := cmd.Flags()
	f.BoolVar(&w.On, "wait", false, usage)
	f.DurationVar(&w.Timeout, "timeout", apply.DefaultTimeout, "how long --wait waits")
	completeFlags(cmd, nil, []string{"timeout"})
	return w
}

// addIstiod adds the flag that says where istiod is.
func addIstiod(cmd *cobra.Command, w *apply.Wait) {
	cmd.Flags().StringVar(&w.Istiod, "istiod", "", "`ADDRESS` of istiod's debug port, such as localhost:15014 (default through the API server)")
	completeFlags(cmd, nil, []string{"istiod"})
}

// imagesFlags are those that say how images are checked.
type imagesFlags struct {
	o     oci.Options
	trust *trustFlags
	store string
}

func addImages(cmd *cobra.Command) *imagesFlags {
	i := &imagesFlags{trust: addTrust(cmd)}
	addStore(cmd, &i.store)
	addRegistry(cmd, &i.o)
	return i
}

// images are the flags as deliver/apply takes them.
func (i *imagesFlags) images() (apply.Images, error) {
	if err := i.trust.apply(&i.o); err != nil {
		return apply.Images{}, err
	}
	s, err := openStore(i.store)
	return apply.Images{OCI: i.o, Store: s}, err
}

// secretName reports whether a member of a configuration is not shown.
func secretName(name string) bool { return record.Masks{}.Secret(name) }
