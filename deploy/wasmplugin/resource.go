package wasmplugin

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	istioGroup   = "extensions.istio.io"
	higressGroup = "extensions.higress.io"
	gatewayGroup = "gateway.envoyproxy.io"
)

// readers are those of our kinds, by apiVersion and kind.
var readers = map[string]func(*reader, *yaml.Node, *resource, *Contents){
	istioGroup + "/v1alpha1 WasmPlugin":             (*reader).istio,
	istioGroup + "/v1alpha1 TrafficExtension":       (*reader).trafficExtension,
	higressGroup + "/v1alpha1 WasmPlugin":           (*reader).higress,
	gatewayGroup + "/v1alpha1 EnvoyExtensionPolicy": (*reader).envoyGateway,
}

// others are the kinds of Envoy Gateway that have nothing to do with plugins.
var others = []string{"Backend", "BackendTrafficPolicy", "ClientTrafficPolicy", "EnvoyGateway", "EnvoyPatchPolicy",
	"EnvoyProxy", "HTTPRouteFilter", "SecurityPolicy"}

// resource is what all kinds have.
type resource struct {
	plugin     Plugin // with the metadata
	apiVersion string
	kind       string
	spec       *yaml.Node
}

// resourceOrList reads a document, or an item of a list.
func (r *reader) resourceOrList(n *yaml.Node, path string, c *Contents) {
	n = resolve(n)
	r.resource = ""
	var apiVersion, kind string
	head := func(key string, _, value *yaml.Node) {
		switch key {
		case "apiVersion":
			r.text(&apiVersion)(value, join(path, key))
		case "kind":
			r.text(&kind)(value, join(path, key))
		}
	}
	known := len(r.problems)
	r.pairs(n, path, head)
	switch {
	case len(r.problems) > known:
	case apiVersion == "" || kind == "":
		r.fail(n, path, "want a Kubernetes resource with apiVersion and kind, such as %s/v1alpha1 and WasmPlugin", higressGroup)
	case kind == "List" && apiVersion == "v1" || ours(apiVersion) && strings.HasSuffix(kind, "List"):
		r.items(n, path, c)
	case readers[apiVersion+" "+kind] != nil:
		r.one(n, path, &resource{apiVersion: apiVersion, kind: kind}, c)
	default:
		r.other(n, path, apiVersion, kind, c)
	}
}

func ours(apiVersion string) bool {
	group, _, _ := strings.Cut(apiVersion, "/")
	return slices.Contains([]string{istioGroup, higressGroup, gatewayGroup}, group)
}

// items reads a list of resources.
func (r *reader) items(n *yaml.Node, path string, c *Contents) {
	r.object(n, path, fields{"apiVersion": skip, "kind": skip, "metadata": skip, "items": func(n *yaml.Node, path string) {
		r.list(n, path, func(n *yaml.Node, path string) {
			if len(c.Plugins)+len(c.Skipped) < maxDocuments {
				r.resourceOrList(n, path, c)
			} else {
				r.fail(n, path, "more than %d resources", maxDocuments)
			}
		})
	}})
}

// other skips what is no resource of ours, and refuses what seems to be one.
func (r *reader) other(n *yaml.Node, path, apiVersion, kind string, c *Contents) {
	group, _, _ := strings.Cut(apiVersion, "/")
	kinds := []string{"WasmPlugin", "TrafficExtension", "EnvoyExtensionPolicy"}
	switch {
	case group == gatewayGroup && slices.Contains(others, kind):
	case ours(apiVersion), slices.Contains(kinds, kind), nearest(group, []string{istioGroup, higressGroup}) != "":
		r.fail(n, join(path, "apiVersion"), "%s of %s is not known; there are WasmPlugin and TrafficExtension of %s/v1alpha1, WasmPlugin of %s/v1alpha1 and EnvoyExtensionPolicy of %s/v1alpha1",
			quoted(kind), quoted(apiVersion), istioGroup, higressGroup, gatewayGroup)
		return
	}
	var name string
	r.pairs(n, path, func(key string, _, value *yaml.Node) {
		if v := resolve(value); key == "metadata" && v.Kind == yaml.MappingNode {
			r.pairs(v, "", func(key string, _, value *yaml.Node) {
				if key == "name" {
					name = resolve(value).Value
				}
			})
		}
	})
	c.Skipped = append(c.Skipped, Skipped{Source: place(r.file, n.Line), APIVersion: apiVersion, Kind: kind, Name: name,
		Reason: "it is no kind that asks for a plugin"})
}

// one reads a resource of one of our kinds.
func (r *reader) one(n *yaml.Node, path string, o *resource, c *Contents) {
	o.plugin.Namespace = "default"
	o.plugin.Source, o.plugin.resourceAt = place(r.file, n.Line), place(r.file, n.Line)
	o.plugin.FailStrategy, o.plugin.FailUnset = FailReload, true
	before := len(r.problems)
	// The name first, so that what follows can be told with it.
	r.pairs(n, path, func(key string, _, value *yaml.Node) {
		if key == "metadata" {
			r.metadata(value, join(path, key), &o.plugin)
		}
	})
	r.resource = o.kind + " " + o.plugin.Namespace + "/" + o.plugin.Name
	r.object(n, path, fields{"apiVersion": skip, "kind": skip, "metadata": skip, "status": skip,
		"spec": func(n *yaml.Node, _ string) { o.spec = n }})
	if o.plugin.Name == "" && len(r.problems) == before {
		r.fail(n, join(path, "metadata.name"), "is missing")
	}
	if o.spec == nil {
		r.fail(n, join(path, "spec"), "is missing")
		return
	}
	readers[o.apiVersion+" "+o.kind](r, o.spec, o, c)
}

var (
	dnsName  = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)
	dnsLabel = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)
)

func (r *reader) metadata(n *yaml.Node, path string, p *Plugin) {
	r.object(n, path, fields{
		"name":        r.name(&p.Name, dnsName, 253),
		"namespace":   r.name(&p.Namespace, dnsLabel, 63),
		"labels":      r.table(&p.Labels),
		"annotations": r.annotations(p),
		// What an API server adds.
		"creationTimestamp": skip, "deletionGracePeriodSeconds": skip, "deletionTimestamp": skip, "finalizers": skip,
		"generateName": skip, "generation": skip, "managedFields": skip, "ownerReferences": skip, "resourceVersion": skip,
		"selfLink": skip, "uid": skip,
	})
}

// name reads the name of a resource.
func (r *reader) name(to *string, pattern *regexp.Regexp, most int) setter {
	return func(n *yaml.Node, path string) {
		s, ok := r.word(n, path)
		if ok && (len(s) > most || !pattern.MatchString(s)) {
			r.fail(n, path, "%s is no name: small letters, digits and hyphens, at most %d", quoted(s), most)
			return
		}
		*to = s
	}
}
