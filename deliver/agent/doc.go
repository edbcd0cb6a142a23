// Package agent is the loop of "sluice agent". It stands beside an Envoy, between it
// and a control plane: Envoy's xDS server on one side, a client on the other. Wasm
// code that comes as a reference (package deploy/xds/remote) is pulled and verified
// here, and Envoy gets a local file. What can't be had never replaces what works;
// it is tried again, and the control plane is told why. What Envoy accepted last is
// on the disk, for a time when the control plane is away.
//
// Everything about one Envoy is done by one goroutine, its node's loop.
package agent
