// Package run is the loop behind "sluice run": it takes a plugin's source or
// modules, their configuration and routes; builds what has to be built; hands
// all of it to an engine that serves; and does the parts again that change on
// disk. What does not build, load or parse never replaces what serves.
//
// There are two engines: [Embedded], the gateway of package host/gateway in
// this process, and [OnEnvoy], a real Envoy process.
package run
