package prepare

import "time"

// Step is a part of the work.
type Step string

// The steps, in their order.
const (
	// Resolve asks which image a tag is, or reads a URL.
	Resolve Step = "resolve"
	// Fetch moves the module here.
	Fetch Step = "fetch"
	// Verify compares checksums and asks the policy.
	Verify Step = "verify"
	// Check asks whether the gateway would load the module.
	Check Step = "check"
	// Write puts the module into its file.
	Write Step = "write"
	// Config asks the plugin's schema and the plugin itself about the configuration.
	Config Step = "config"
)

// Event is something that happened.
type Event struct {
	// Plugin is the plugin's key, see Key.
	Plugin string `json:"plugin"`
	// Step is what it is about.
	Step Step `json:"step"`
	// URL is where the module is from, without secrets.
	URL string `json:"url,omitempty"`
	// Moved and Size count bytes, where some moved. Size is 0 if unknown.
	Moved int64 `json:"moved,omitempty"`
	Size  int64 `json:"size,omitempty"`
	// Warning is something that works all the same.
	Warning string `json:"warning,omitempty"`
	// Error is a failure; Again says that it is tried again.
	Error string `json:"error,omitempty"`
	Again bool   `json:"again,omitempty"`
	// Took is how long the step took, where it is done.
	Took time.Duration `json:"took,omitempty"`
}
