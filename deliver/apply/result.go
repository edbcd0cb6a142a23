package apply

import (
	"time"

	"github.com/sluiceproxy/sluice/deploy/kube"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// Result says what happened, or in a dry run would.
type Result struct {
	// DryRun says that nothing was written.
	DryRun bool `json:"dryRun,omitempty"`
	// Contexts are in the order in which they were named.
	Contexts []ContextResult `json:"contexts"`
}

// ContextResult is about one cluster.
type ContextResult struct {
	Context string `json:"context"`
	Server  string `json:"server,omitempty"`
	// Objects are those that were done before an error.
	Objects []ObjectResult `json:"objects,omitempty"`
	// Error says why it was not done, or not all.
	Error string `json:"error,omitempty"`
	// Undone says that the objects are again what they were before.
	Undone bool `json:"undone,omitempty"`
}

// ObjectResult is about one object.
type ObjectResult struct {
	Kind      wasmplugin.Kind `json:"kind"`
	Namespace string          `json:"namespace"`
	Name      string          `json:"name"`
	// Action is what was done: created, configured, unchanged, deleted.
	Action kube.Action `json:"action"`
	// Revision is the number in the history, Image and Digest what it runs.
	Revision int    `json:"revision,omitempty"`
	Image    string `json:"image,omitempty"`
	Digest   string `json:"digest,omitempty"`
	// Diff are the lines that differ, in a dry run.
	Diff string `json:"diff,omitempty"`
	// Warnings say what works all the same.
	Warnings []string `json:"warnings,omitempty"`
	// Waited says what was waited for, and with which result.
	Waited []Waited `json:"waited,omitempty"`
}

// Waited is something that was waited for.
type Waited struct {
	// For is what, in words.
	For string `json:"for"`
	// OK says that it came.
	OK bool `json:"ok"`
	// Seen is what could be seen of it.
	Seen string `json:"seen"`
	// Took is how long it took, in nanoseconds.
	Took time.Duration `json:"took"`
}

func resultOf(o *kube.Object, action kube.Action) ObjectResult {
	return ObjectResult{Kind: o.Kind, Namespace: o.Namespace(), Name: o.Name(), Action: action}
}
