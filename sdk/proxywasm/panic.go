package proxywasm

import "github.com/sluiceproxy/sluice/sdk/internal/dispatch"

// Panic describes a panic in one of the plugin's callbacks: the phase, the
// ids of stream and plugin context, and the value.
type Panic = dispatch.Panic

// Verdict is what becomes of a stream whose callback panicked.
type Verdict = dispatch.Verdict

const (
	// FailClosed answers the stream with status 500 and lets nothing more of
	// it pass. It is what happens without a policy.
	FailClosed = dispatch.FailClosed
	// FailOpen lets the stream go on as if the plugin had continued.
	FailOpen = dispatch.FailOpen
)

// SetPanicPolicy lets policy decide what becomes of a stream whose callback
// panicked; nil restores the default, FailClosed. The panic is logged either
// way. A panic in OnVMStart or OnPluginStart always makes the host refuse the
// plugin. Call it from main's init function.
func SetPanicPolicy(policy func(Panic) Verdict) { dispatch.SetPolicy(policy) }
