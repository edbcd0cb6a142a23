package agent

import "time"

// Event is something that a user of "sluice agent" wants to see: [Ready],
// [Connected], [Disconnected], [Upstream], [Fetched], [Accepted], [Refused],
// [Failed], [Restored] or [Warning].
type Event interface{ kind() string }

// Ready says that Envoy can connect.
type Ready struct {
	Listen string `json:"listen"`
	Server string `json:"server"`
}

// Connected says that an Envoy has connected, Disconnected that its last stream has
// ended.
type Connected struct {
	Node string `json:"node"`
}

// Disconnected is the end of what Connected began.
type Disconnected struct {
	Node string `json:"node"`
}

// Upstream says that the control plane was reached for a node, or with an error that
// it is away.
type Upstream struct {
	Node   string `json:"node"`
	Server string `json:"server"`
	Err    string `json:"error,omitempty"`
	// Retry is when it is tried again, where it is away.
	Retry time.Duration `json:"retry,omitempty"`
}

// Fetched says that a module is here, verified.
type Fetched struct {
	Node      string        `json:"node"`
	Resource  string        `json:"resource"`
	URL       string        `json:"url"`
	SHA256    string        `json:"sha256"`
	File      string        `json:"file"`
	FromStore bool          `json:"fromStore"`
	Rule      string        `json:"rule,omitempty"` // of the policy, which accepted it
	Took      time.Duration `json:"took"`
}

// Accepted says that Envoy has taken a version of a resource.
type Accepted struct {
	Node     string `json:"node"`
	Type     string `json:"type"`
	Resource string `json:"resource"`
	// Version is the control plane's; StandIn says that it is what stands in for a
	// plugin of which there is none.
	Version string        `json:"version,omitempty"`
	StandIn bool          `json:"standIn,omitempty"`
	Took    time.Duration `json:"took"`
}

// Refused says that Envoy has refused a version, and keeps the one that it has.
type Refused struct {
	Node     string `json:"node"`
	Type     string `json:"type"`
	Resource string `json:"resource"`
	Version  string `json:"version"`
	Reason   string `json:"reason"`
}

// Failed says that a module can't be had.
type Failed struct {
	Node     string `json:"node"`
	Resource string `json:"resource"`
	Err      string `json:"error"`
	// Serves says what Envoy has meanwhile: "last good", "deny" or "allow".
	Serves string `json:"serves"`
	// Retry is when it is tried again.
	Retry time.Duration `json:"retry"`
}

// Restored says that what a node accepted last was read from the disk.
type Restored struct {
	Node      string `json:"node"`
	Resources int    `json:"resources"`
}

// Warning is something that works all the same.
type Warning struct {
	Node string `json:"node,omitempty"`
	Text string `json:"text"`
}

func (Ready) kind() string        { return "ready" }
func (Connected) kind() string    { return "connected" }
func (Disconnected) kind() string { return "disconnected" }
func (Upstream) kind() string     { return "upstream" }
func (Fetched) kind() string      { return "fetched" }
func (Accepted) kind() string     { return "accepted" }
func (Refused) kind() string      { return "refused" }
func (Failed) kind() string       { return "failed" }
func (Restored) kind() string     { return "restored" }
func (Warning) kind() string      { return "warning" }
