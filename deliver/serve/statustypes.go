package serve

import "time"

// Status is what the admin endpoint tells at /status.
type Status struct {
	Directory string    `json:"directory"`
	Gateway   string    `json:"gateway,omitempty"`
	Started   time.Time `json:"started"`
	// Problems are about files that are not as they must be. What they held before
	// is in force.
	Problems []Problem `json:"problems,omitempty"`
	// Plugins are in the order in which they run.
	Plugins []PluginStatus `json:"plugins"`
	// Nodes are the Envoys, by their id.
	Nodes []NodeStatus `json:"nodes"`
}

// Problem is something about a file.
type Problem struct {
	File  string    `json:"file"`
	Text  string    `json:"text"`
	Since time.Time `json:"since"`
}

// PluginStatus tells of a resource.
type PluginStatus struct {
	// Name is what Envoys call it: NAMESPACE.NAME.
	Name string `json:"name"`
	// Resource is its kind, namespace and name, Source its file and line.
	Resource string `json:"resource"`
	Source   string `json:"source"`
	URL      string `json:"url"`
	Phase    string `json:"phase,omitempty"`
	Priority *int64 `json:"priority,omitempty"`
	// State is "ready"; "preparing"; "old" where an older version stands in for
	// what the resource asks for; or "failed" where there is none.
	State string `json:"state"`
	// Problem says why it is not ready.
	Problem string     `json:"problem,omitempty"`
	Since   *time.Time `json:"since,omitempty"`
	// Wanted is the version that nodes shall have.
	Wanted *VersionStatus `json:"wanted,omitempty"`
	// Canary is a new version that takes over step by step, or was rolled back.
	Canary *CanaryStatus `json:"canary,omitempty"`
}

// VersionStatus is a version of a plugin.
type VersionStatus struct {
	// Version is that of the resource that nodes get. It is made of the content.
	Version string `json:"version"`
	// Image is the image by digest, Digest that of its manifest, for oci://.
	Image  string `json:"image,omitempty"`
	Digest string `json:"digest,omitempty"`
	// SHA256 is that of the module, Config a hash of the configuration.
	SHA256 string    `json:"sha256"`
	Config string    `json:"config,omitempty"`
	Since  time.Time `json:"since"`
}

// NodeStatus tells of an Envoy.
type NodeStatus struct {
	ID        string            `json:"id"`
	Cluster   string            `json:"cluster,omitempty"`
	Address   string            `json:"address"`
	Version   string            `json:"envoy"`
	Namespace string            `json:"namespace,omitempty"`
	Labels    map[string]string `json:"labels,omitempty"`
	Agent     bool              `json:"agent,omitempty"`
	Connected bool              `json:"connected"`
	// Since is when it connected, or was gone.
	Since   time.Time          `json:"since"`
	Plugins []NodePluginStatus `json:"plugins"`
	// Others are its listeners and clusters.
	Others []NodePluginStatus `json:"others,omitempty"`
}

// NodePluginStatus tells of a plugin on an Envoy.
type NodePluginStatus struct {
	Name string `json:"name"`
	Type string `json:"type"`
	// State is "running", "pending", "refused" or "unknown"; "denying" and
	// "passing" where something stands in for the plugin; "removed".
	State string `json:"state"`
	// Wanted and Running are versions; what they are made of is told where this
	// process still knows it.
	Wanted         string         `json:"wanted,omitempty"`
	Running        string         `json:"running,omitempty"`
	RunningVersion *VersionStatus `json:"runningVersion,omitempty"`
	// Since is when the node took what it runs.
	Since *time.Time `json:"since,omitempty"`
	// Refused is what it refused last, Reason why, in Envoy's words.
	Refused   string     `json:"refused,omitempty"`
	Reason    string     `json:"reason,omitempty"`
	RefusedAt *time.Time `json:"refusedAt,omitempty"`
}
