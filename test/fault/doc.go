// Package fault runs the project's list of faults and abuse against the embedded
// gateway and a real Envoy. Its only files are tests: the table of cases, which
// docs/faults.md shows, and what starts the gateways.
package fault
