// Package envoy runs a real Envoy process in front of upstreams with a chain
// of Wasm plugins, and changes plugins, their configuration, routes and
// clusters while it serves.
//
// Everything that can change reaches Envoy through files that it watches
// (path_config_source): clusters, listeners, routes, and one extension
// configuration ("ECDS") file for each plugin. Each file is replaced by a
// rename, which is what Envoy's watcher reacts to, and carries a version that
// Envoy's admin endpoint reports once the file is in force; so [Envoy.Apply]
// knows, and does not guess, when a change serves or why it was refused.
//
// A change to a plugin is tried first in a listener that no client can reach
// (the staging listener). Only what Envoy accepted there replaces the plugin
// that serves. Code files are named by their SHA-256, so a module that Envoy
// has compiled for staging is not compiled again.
package envoy
