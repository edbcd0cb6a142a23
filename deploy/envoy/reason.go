package envoy

import (
	"fmt"
	"slices"
	"strings"
)

// RejectedError says that Envoy refused a part of the configuration. What
// served before still serves.
type RejectedError struct {
	// Part is what was refused: `plugin "name"`, "routes", "clusters" or
	// "listener".
	Part string
	// Reason is what Envoy logged about it, one or more lines, with the
	// plugin's own error lines first.
	Reason string
}

// Error renders part and reason.
func (e *RejectedError) Error() string { return fmt.Sprintf("envoy refused %s: %s", e.Part, e.Reason) }

// reason picks from Envoy's log what explains a refusal: what the plugin said,
// why its VM failed, and else why the update was rejected. It is empty where
// the log doesn't say.
func reason(lines []Line) string {
	var said, vm, rejected []string
	trace := newTraces(func(p PluginLine) { said = appendNew(said, p.Text) })
	for _, l := range lines {
		p, _, ok := pluginLine(l)
		switch {
		case ok && serious(l.Level):
			p.Plugin = "" // one refusal is about one plugin
			trace.add(p)
		case ok:
		case l.Component == "wasm" && serious(l.Level) && !consequence(l.Text):
			vm = appendNew(vm, explain(l.Text))
		default:
			if _, why, ok := strings.Cut(l.Text, "rejected: "); ok {
				rejected = appendNew(rejected, why)
			} else if l.Component == "config" && serious(l.Level) {
				rejected = appendNew(rejected, l.Text)
			}
		}
	}
	trace.flushAll()
	out := slices.Concat(said, vm)
	if len(vm) == 0 {
		out = append(out, rejected...)
	}
	return strings.Join(out, "; ")
}

func serious(level string) bool {
	return level == "warning" || level == "error" || level == "critical"
}

// consequence recognises lines that follow from a failure and explain nothing.
func consequence(text string) bool {
	return strings.HasSuffix(text, "failed to load")
}

// explain makes Envoy's wording of load failures say what to do.
func explain(text string) string {
	text, _, _ = strings.Cut(text, "\nProxy-Wasm plugin in-VM backtrace:")
	text = strings.TrimPrefix(text, "Wasm VM failed ")
	switch {
	case strings.Contains(text, "missing import: env.proxy_redis_"),
		strings.Contains(text, "missing import: env.proxy_inject_encoded_data"),
		strings.Contains(text, "missing import: env.proxy_get_upstream_hosts"),
		strings.Contains(text, "missing import: env.proxy_set_upstream_override_host"):
		return text + " (only Higress' Envoy has this function; build the plugin for stock Envoy)"
	case strings.Contains(text, "missing import: wasi_snapshot_preview1."):
		return text + " (this Envoy lacks that WASI function; `sluice build` closes such imports)"
	case strings.Contains(text, "Missing or unknown Proxy-Wasm ABI version"):
		return text + " (the module must export proxy_abi_version_0_2_1; build it with the SDK)"
	case strings.Contains(text, "Failed to parse corrupted Wasm module"):
		return text + " (the file is not a whole WebAssembly module)"
	}
	return text
}

// appendNew appends s unless it is there or empty.
func appendNew(list []string, s string) []string {
	if s = strings.TrimSpace(s); s == "" {
		return list
	}
	for _, x := range list {
		if x == s {
			return list
		}
	}
	return append(list, s)
}
