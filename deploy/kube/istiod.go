package kube

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ErrNoView is that no istiod tells what its proxies have.
var ErrNoView = errors.New("istiod can't be asked which proxies have it")

// istiodNamespaces are where istiod is looked for, and debugPort where it answers.
var istiodPods = [...]struct{ namespace, selector string }{
	{"istio-system", "app=istiod"},
	{"higress-system", "app=higress-controller"},
}

const debugPort = "15014"

// Proxy is a proxy as one istiod knows it.
type Proxy struct {
	// ID is its name and namespace.
	ID string `json:"proxy"`
	// Version is Istio's.
	Version string `json:"istio_version,omitempty"`
	// Sent and Acked are nonces: of the last plugins that were sent to it, and of
	// those that it has taken. They are the same where it has all.
	Sent  string `json:"extensionconfig_sent,omitempty"`
	Acked string `json:"extensionconfig_acked,omitempty"`

	Resources map[string]struct {
		LastError string `json:"lastError"`
	} `json:"resources,omitempty"`
}

// ecdsType is the type under which plugins are sent.
const ecdsType = "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig"

// Refused is why it did not take the last plugins, where istiod tells.
func (p Proxy) Refused() string { return p.Resources[ecdsType].LastError }

// View asks istiod: all replicas, each of which knows the proxies that are connected
// to it.
type View struct {
	replicas []replica
}

// replica is one istiod.
type replica struct {
	name string
	get  func(ctx context.Context, path string) ([]byte, error)
}

// ViewAt asks the istiod at these addresses, such as "localhost:15014" after
// "kubectl port-forward", with commas between them.
func ViewAt(addresses string) *View {
	v := &View{}
	for _, a := range strings.Split(addresses, ",") {
		base := strings.TrimSuffix(strings.TrimSpace(a), "/")
		if !strings.Contains(base, "://") {
			base = "http://" + base
		}
		v.replicas = append(v.replicas, replica{name(base), func(ctx context.Context, path string) ([]byte, error) { return getDebug(ctx, base+path) }})
	}
	return v
}

// name is an address without what could be a secret.
func name(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Host
	}
	return "istiod"
}

func getDebug(ctx context.Context, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s", req.URL.Redacted(), resp.Status)
	}
	return io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
}

// View asks all istiods of the cluster through the API server. istiod lets in who
// comes from its own host or shows a token of the mesh, and the API server passes
// no token on: many answer 401. The error tells what to do then.
func (c *Cluster) View(ctx context.Context) (*View, error) {
	v := &View{}
	for _, at := range istiodPods {
		list, err := c.dynamic.Resource(resource("", "v1", "pods")).Namespace(at.namespace).List(ctx, metav1.ListOptions{LabelSelector: at.selector})
		if err != nil {
			return nil, c.noView(err)
		}
		for _, pod := range list.Items {
			v.replicas = append(v.replicas, replica{pod.GetName(), func(ctx context.Context, path string) ([]byte, error) {
				path, query, _ := strings.Cut(path, "?")
				values, err := url.ParseQuery(query)
				if err != nil {
					return nil, err
				}
				return c.get(ctx, "/api/v1/namespaces/"+at.namespace+"/pods/"+pod.GetName()+":"+debugPort+"/proxy"+path, values)
			}})
		}
	}
	if len(v.replicas) == 0 {
		return nil, c.noView(errors.New("there is no pod of istiod in istio-system or higress-system"))
	}
	if _, err := v.connected(ctx); err != nil {
		return nil, c.noView(err)
	}
	return v, nil
}

func (c *Cluster) noView(err error) error {
	return c.failed("ask istiod", "", fmt.Errorf(`%w: %w; make its port reachable with "kubectl -n istio-system port-forward deploy/istiod %s" and give --istiod localhost:%s`,
		ErrNoView, err, debugPort, debugPort))
}

// pluginName is namespace.name of what istiod calls
// extensions.istio.io/trafficextension/namespace.name~istio-translated-wasmplugin.
func pluginName(name string) string {
	name = name[strings.LastIndexByte(name, '/')+1:]
	name, _, _ = strings.Cut(name, "~")
	return name
}
