package serve

import "time"

// CanaryStatus tells of a new version that takes over step by step, or was rolled
// back.
type CanaryStatus struct {
	// Plugin is what Envoys call the plugin.
	Plugin string `json:"plugin"`
	// Phase is "running", "promoted" or "rolled back".
	Phase string `json:"phase"`
	// Percent is the share of requests that the new version gets, Header what a
	// request must have to be sent to it in any case, as NAME=VALUE.
	Percent int    `json:"percent"`
	Header  string `json:"header,omitempty"`
	// Since is when the step or phase began, Reason why.
	Since  time.Time `json:"since"`
	Reason string    `json:"reason,omitempty"`
	// Version is the new version.
	Version *VersionStatus `json:"version"`
	// Stable and Canary are the requests since the step began.
	Stable CanaryCounts `json:"stableRequests"`
	Canary CanaryCounts `json:"canaryRequests"`
}

// CanaryCounts are requests of one version.
type CanaryCounts struct {
	Requests int `json:"requests"`
	// Errors are those that were answered with 5xx, or not at all.
	Errors int `json:"errors"`
	// P95 is the time in which 95% of them ended, in nanoseconds.
	P95 time.Duration `json:"p95"`
}

func (c *canary) status(e *entry) *CanaryStatus {
	if c == nil {
		return nil
	}
	out := &CanaryStatus{Plugin: e.name, Phase: string(c.state.Phase), Since: c.state.Since, Reason: c.state.Reason, Version: c.version.describe(),
		Stable: CanaryCounts{c.stable.Requests, c.stable.Errors, c.stable.P95()},
		Canary: CanaryCounts{c.canary.Requests, c.canary.Errors, c.canary.P95()}}
	if p := e.policy(); p != nil {
		out.Percent = c.state.Percent(p)
		if p.Header != "" && out.Phase == "running" {
			out.Header = p.Header + "=" + p.Value
		}
	}
	return out
}
