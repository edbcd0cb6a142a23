// Package serve is the loop of "sluice serve": it reads the resources in a
// directory, has their modules pulled, verified and tried, and hands them to
// Envoys as they change, over gRPC or as files. What an Envoy refuses, or what
// can't be had, never replaces what works.
package serve
