package serve

import "time"

// Event is something that a user of "sluice serve" wants to see: [Ready],
// [Loaded], [Reloaded], [Refused], [Failed], [Fixed], [Removed], [Connected],
// [Disconnected], [Canary] or [Warning].
type Event interface{ kind() string }

// Ready says that Envoys can connect.
type Ready struct {
	Directory string        `json:"directory"`
	Plugins   int           `json:"plugins"`
	XDS       string        `json:"xds,omitempty"`   // address for Envoys
	Out       string        `json:"out,omitempty"`   // directory for Envoys
	Admin     string        `json:"admin,omitempty"` // URL of the admin endpoint
	Took      time.Duration `json:"took"`            // since the start, in nanoseconds
}

// Loaded says that a version of a plugin is ready to be handed out.
type Loaded struct {
	Plugin    string        `json:"plugin"`
	URL       string        `json:"url"`
	Digest    string        `json:"digest,omitempty"` // of the image's manifest
	SHA256    string        `json:"sha256"`
	FromStore bool          `json:"fromStore"`
	LastGood  bool          `json:"lastGood,omitempty"` // it is what served before this process began
	Rule      string        `json:"rule,omitempty"`     // of the policy, which accepted it
	Took      time.Duration `json:"took"`
}

// Reloaded says that a node has taken a version.
type Reloaded struct {
	What string        `json:"what"` // the plugin, or "listener NAME", "cluster NAME"
	Node string        `json:"node"`
	Took time.Duration `json:"took"` // from the change on disk on; 0 for what the node had already
}

// Refused says that a node has refused a version, and keeps the one that it has.
type Refused struct {
	What   string `json:"what"`
	Node   string `json:"node"`
	Reason string `json:"reason"` // in Envoy's words
}

// Failed says that a change does not serve, and why. What served before does.
type Failed struct {
	What string `json:"what,omitempty"` // the plugin; none for files
	Err  string `json:"error"`
	// LeftOut says that there is nothing that served before: requests are denied,
	// or pass if the resource says so.
	LeftOut bool `json:"leftOut,omitempty"`
}

// Fixed says that a file or plugin is as it must be again.
type Fixed struct {
	What string `json:"what"`
}

// Removed says that the resource of a plugin is gone.
type Removed struct {
	Plugin string `json:"plugin"`
}

// Connected says that a node has connected.
type Connected struct {
	Node    string `json:"node"`
	Address string `json:"address"`
	Envoy   string `json:"envoy"`
}

// Disconnected says that a connection has ended.
type Disconnected struct {
	Node    string `json:"node"`
	Address string `json:"address"`
}

// Canary says how far a new version of a plugin is that takes over step by step.
type Canary struct {
	Plugin  string `json:"plugin"`
	Version string `json:"version"`
	// Phase is "running", "promoted" or "rolled back".
	Phase string `json:"phase"`
	// Percent is the share of requests that it gets; Header pins requests to it.
	Percent int    `json:"percent"`
	Header  string `json:"header,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

// Warning is about something that works, but not as it may be meant.
type Warning struct {
	Text string `json:"text"`
}

func (Ready) kind() string        { return "ready" }
func (Loaded) kind() string       { return "loaded" }
func (Reloaded) kind() string     { return "reloaded" }
func (Refused) kind() string      { return "refused" }
func (Failed) kind() string       { return "failed" }
func (Fixed) kind() string        { return "fixed" }
func (Removed) kind() string      { return "removed" }
func (Connected) kind() string    { return "connected" }
func (Disconnected) kind() string { return "disconnected" }
func (Canary) kind() string       { return "canary" }
func (Warning) kind() string      { return "warning" }
