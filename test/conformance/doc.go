// Package conformance asks hosts what their host calls answer, in every phase,
// and compares that with what Envoy answered. The calls are data in package
// cells, the answers are in testdata, and a host is an Engine; so a new host
// needs an Engine, and a new call a row.
package conformance
