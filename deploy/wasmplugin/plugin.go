package wasmplugin

import "strconv"

// Kind is a kind of resource.
type Kind string

// The kinds that are read and written.
const (
	Istio            Kind = "istio"             // WasmPlugin, extensions.istio.io/v1alpha1
	Higress          Kind = "higress"           // WasmPlugin, extensions.higress.io/v1alpha1
	TrafficExtension Kind = "traffic-extension" // TrafficExtension, extensions.istio.io/v1alpha1
	EnvoyGateway     Kind = "envoy-gateway"     // EnvoyExtensionPolicy, gateway.envoyproxy.io/v1alpha1
)

// Phase is where in the chain a plugin runs.
type Phase string

// The phases in the order of the chain. No phase is the end of it.
const (
	Authn       Phase = "AUTHN"
	Authz       Phase = "AUTHZ"
	Stats       Phase = "STATS"
	Unspecified Phase = ""
)

// PullPolicy says when an image is asked for again.
type PullPolicy string

// The policies; none is IfNotPresent, and Always for the tag "latest".
const (
	PullDefault  PullPolicy = ""
	IfNotPresent PullPolicy = "IfNotPresent"
	Always       PullPolicy = "Always"
)

// FailStrategy says what happens to requests while the plugin can't run.
type FailStrategy string

// The strategies. FailReload refuses requests and starts a new VM after a back-off,
// FailClose goes on refusing them, FailOpen lets them pass. What none means is up to
// who runs the plugin: Envoy under Istio, Higress or Envoy Gateway FailClose, and
// "sluice serve" FailReload.
const (
	FailReload FailStrategy = "FAIL_RELOAD"
	FailClose  FailStrategy = "FAIL_CLOSE"
	FailOpen   FailStrategy = "FAIL_OPEN"
)

// Plugin is what one resource asks for.
type Plugin struct {
	// Kind is the resource's.
	Kind Kind
	// Namespace and Name are the resource's. No namespace is "default".
	Namespace, Name string
	// Labels and Annotations are the resource's.
	Labels, Annotations map[string]string
	// Source is where it was read, as file:line.
	Source string
	// Entry is the number of the plugin in a resource that asks for several, as
	// EnvoyExtensionPolicy can, else 0. EntryName is the name that it has there.
	Entry     int
	EntryName string

	// URL is the module's: oci://, http://, https:// or file://. The form without
	// a scheme, which Istio and Higress take as oci, is read as oci://.
	URL string
	// SHA256 is the checksum of the resource in hexadecimal, "" where it has none:
	// of the image's manifest for oci, of the module for all others.
	SHA256 string
	// PullPolicy says when an image is asked for again.
	PullPolicy PullPolicy
	// PullSecret is the name of the Kubernetes secret with the registry's
	// credentials.
	PullSecret string

	// VerificationKey is a field of WasmPlugin that neither Istio nor Higress acts
	// on. It is kept.
	VerificationKey string

	// PluginName is the root_id, "" where the resource has none.
	PluginName string
	// Phase and Priority order the chain: phases one after the other, in each the
	// highest priority first. No priority comes after all others.
	Phase    Phase
	Priority *int64
	// FailStrategy is never "" in what Parse returns: FailReload where the resource
	// names none, and FailUnset is true then.
	FailStrategy FailStrategy
	// FailUnset makes Write name no strategy, so that a resource without one keeps
	// its meaning. It counts only with FailReload.
	FailUnset bool
	// Config is the JSON that the plugin gets, nil for none. Higress'
	// defaultConfig and matchRules are in it in the form that plugins read,
	// with _rules_.
	Config []byte
	// Env are environment variables of the VM, in the resource's order.
	Env []Env

	// Selector names the workloads by labels; none is all of the namespace, or of
	// all where the namespace is the root one. TargetRefs names them by resource.
	Selector   map[string]string
	TargetRefs []TargetRef
	// TargetSelectors names resources by their labels; only Envoy Gateway has it.
	TargetSelectors []TargetSelector
	// Match narrows the plugin to listeners, any of which may match. None is all.
	Match []Match

	resourceAt string // where the resource begins, as file:line
}

// Resource is the kind, namespace and name, such as "higress default/demo". Two
// resources may not have the same one.
func (p Plugin) Resource() string { return string(p.Kind) + " " + p.Namespace + "/" + p.Name }

// ID is the resource with the entry's number where that is not the first. It is
// the same for a plugin after each change, and no other plugin's.
func (p Plugin) ID() string {
	if p.Entry == 0 {
		return p.Resource()
	}
	return p.Resource() + "#" + strconv.Itoa(p.Entry)
}

// Env is an environment variable. FromHost takes the value from the process.
type Env struct {
	Name, Value string
	FromHost    bool
}

// TargetRef names a resource that a plugin is attached to.
type TargetRef struct{ Group, Kind, Name, SectionName string }

// TargetSelector names resources that a plugin is attached to by their labels.
type TargetSelector struct {
	Group, Kind      string
	MatchLabels      map[string]string
	MatchExpressions []LabelExpression
}

// LabelExpression is a condition on a label: Operator is In, NotIn, Exists or
// DoesNotExist.
type LabelExpression struct {
	Key, Operator string
	Values        []string
}

// Match selects listeners: of a mode ("CLIENT", "SERVER", "CLIENT_AND_SERVER" or
// "" for any) and with one of the ports, where there are any.
type Match struct {
	Mode  string
	Ports []uint32
}
