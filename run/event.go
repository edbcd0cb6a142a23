package run

import "time"

// Event is something that a user of "sluice run" wants to see: [Building],
// [Loaded], [Ready], [Request], [Log], [Reloaded], [Failed], [Warning] or [Noise].
type Event interface{ kind() string }

// Building says that a Go plugin is being built for the first time, which can
// take most of a minute with an empty build cache.
type Building struct {
	Dir string `json:"dir"`
}

// Loaded says which image was read.
type Loaded struct {
	Image     string   `json:"image"`  // as the user named it
	Digest    string   `json:"digest"` // what it was
	FromStore bool     `json:"fromStore"`
	Rule      string   `json:"rule,omitempty"` // of the policy, which accepted it
	Keys      []string `json:"keys,omitempty"` // fingerprints of those that signed it
}

// Ready says that the first state serves.
type Ready struct {
	Plugins string        `json:"plugins"`
	Engine  string        `json:"engine"`
	URL     string        `json:"url"`               // of the gateway, without a slash at the end
	HTTPBin string        `json:"httpbin,omitempty"` // URL of the built-in httpbin; empty if it is off
	Admin   string        `json:"admin,omitempty"`   // URL of the admin endpoint; empty if it is off
	PID     int           `json:"pid,omitempty"`     // of the Envoy process
	Took    time.Duration `json:"took"`              // since the start, in nanoseconds
}

// Request is one finished request.
type Request struct {
	Time     time.Time     `json:"time"`
	Method   string        `json:"method"`
	Host     string        `json:"host"`
	Path     string        `json:"path"`   // with the query
	Status   int           `json:"status"` // 0 if the client left before there was one
	Took     time.Duration `json:"took"`   // in nanoseconds
	Sent     int64         `json:"sent"`   // bytes of the response's body
	Route    string        `json:"route,omitempty"`
	Cluster  string        `json:"cluster,omitempty"`
	Protocol string        `json:"protocol,omitempty"`
	Details  string        `json:"details,omitempty"` // how the response came about, in Envoy's words
}

// Log is a line that a plugin logged, or the engine about a plugin.
type Log struct {
	Time   time.Time `json:"time"`
	Level  string    `json:"level"`  // one of [LogLevels]
	Plugin string    `json:"plugin"` // empty for the engine itself
	Text   string    `json:"text"`   // may hold line breaks
}

// Reloaded says that a changed state serves now.
type Reloaded struct {
	What string        `json:"what"` // what changed: "code", "configuration", "routes", joined by commas
	Took time.Duration `json:"took"` // from the change on disk on, in nanoseconds
}

// Failed says that a change does not serve, and why. What served before still
// does, but for a plugin of a plugin directory that has no version that ever did.
type Failed struct {
	Err string `json:"error"`
	// LeftOut says that it is about such a plugin.
	LeftOut bool `json:"leftOut,omitempty"`
}

// Warning is about something that works, but not everywhere.
type Warning struct {
	Text string `json:"text"`
}

// Noise is what an engine writes beside plugin logs; shown on request only.
type Noise struct {
	Text string `json:"text"`
}

func (Building) kind() string { return "building" }
func (Loaded) kind() string   { return "loaded" }
func (Ready) kind() string    { return "ready" }
func (Request) kind() string  { return "request" }
func (Log) kind() string      { return "log" }
func (Reloaded) kind() string { return "reloaded" }
func (Failed) kind() string   { return "failed" }
func (Warning) kind() string  { return "warning" }
func (Noise) kind() string    { return "noise" }
