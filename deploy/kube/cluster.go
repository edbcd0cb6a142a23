package kube

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// FieldManager is the name under which fields of objects are held.
const FieldManager = "sluice"

// defaultTimeout bounds one request, where Options say nothing.
const defaultTimeout = 15 * time.Second

// Options say which cluster, in kubectl's words. The zero value is the current
// context of $KUBECONFIG or ~/.kube/config, or inside a pod the cluster's own.
type Options struct {
	// Kubeconfig is a file in place of those.
	Kubeconfig string
	// Context is one of its contexts. Default: the current one.
	Context string
	// Namespace is where objects go that name none. Default: the context's.
	Namespace string
	// Timeout bounds each request. Default: 15 s.
	Timeout time.Duration
}

// Cluster is one cluster, seen with the rights of one user.
type Cluster struct {
	// Context is the name in the kubeconfig, "in-cluster" where there is none.
	Context string
	// Server is the API server's address, without credentials.
	Server string
	// Namespace is where objects go that name none.
	Namespace string

	dynamic dynamic.Interface
	http    *http.Client // for requests that are about no object
	base    *url.URL
}

// Open reads the kubeconfig. Nothing is sent yet.
func Open(o Options) (*Cluster, error) {
	loader := o.loader()
	c := &Cluster{Context: o.Context, Namespace: o.Namespace}
	raw, err := loader.RawConfig()
	if err != nil {
		return nil, &Error{Context: orNone(o.Context), Op: "read the kubeconfig", Err: err}
	}
	if c.Context == "" {
		c.Context = raw.CurrentContext
	}
	if err := known(raw, c.Context); err != nil {
		return nil, &Error{Context: orNone(c.Context), Op: "read the kubeconfig", Err: err}
	}
	config, err := loader.ClientConfig()
	if clientcmd.IsEmptyConfig(err) {
		err = errNoConfig
	}
	if err != nil {
		return nil, &Error{Context: orNone(c.Context), Op: "read the kubeconfig", Err: err}
	}
	if c.Context == "" {
		c.Context = "in-cluster"
	}
	if c.Namespace == "" {
		if c.Namespace, _, err = loader.Namespace(); err != nil {
			return nil, c.failed("read the kubeconfig", "", err)
		}
	}
	return c, c.connect(config, o.Timeout)
}

// errNoConfig is in place of a message that asks for a variable of client-go's.
var errNoConfig = errors.New("there is none that names a cluster; name one with --kubeconfig or $KUBECONFIG, and a context of it with --context")

// loader finds the kubeconfig as kubectl does.
func (o Options) loader() clientcmd.ClientConfig {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = o.Kubeconfig
	return clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, &clientcmd.ConfigOverrides{CurrentContext: o.Context})
}

// known refuses a context that the kubeconfig does not have, naming those that it has.
func known(raw clientcmdapi.Config, context string) error {
	if _, ok := raw.Contexts[context]; ok || context == "" {
		return nil
	}
	var names []string
	for name := range raw.Contexts {
		names = append(names, name)
	}
	slices.Sort(names)
	return fmt.Errorf("there is no context %q; there are %q", context, names)
}

// connect makes the clients.
func (c *Cluster) connect(config *rest.Config, timeout time.Duration) error {
	config.UserAgent = FieldManager
	if config.Timeout = timeout; timeout == 0 {
		config.Timeout = defaultTimeout
	}
	// Requests are few and in a row; the default would let the eleventh wait.
	config.QPS, config.Burst = -1, 0
	config.WarningHandler = rest.NoWarnings{}
	c.Server = address(config.Host)
	var err error
	if c.base, _, err = rest.DefaultServerUrlFor(config); err != nil {
		return c.failed("connect", "", err)
	}
	if c.http, err = rest.HTTPClientFor(config); err != nil {
		return c.failed("connect", "", err)
	}
	c.dynamic, err = dynamic.NewForConfigAndClient(config, c.http)
	return c.failed("connect", "", err)
}

// address is an API server's without what may be a secret.
func address(host string) string {
	u, err := url.Parse(host)
	if err != nil || u.Host == "" {
		return host
	}
	return u.Scheme + "://" + u.Host
}

func orNone(context string) string {
	if context == "" {
		return "(none)"
	}
	return context
}
