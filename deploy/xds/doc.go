// Package xds is a control plane for stock Envoy: a server of the aggregated and
// the extension discovery service over gRPC, and the same as files. It sends what
// a node shall have, one change of a resource at a time, and knows what the node
// has acknowledged and what it has refused, and why. It also renders plugins as
// resources, and puts them into the listeners of an ordinary Envoy configuration.
package xds
