// Package registry reaches OCI registries for package oci. The protocol is
// oras-go's; what this package adds are the defences: credentials stay with the
// registry that they are for, failures that pass are tried again a bounded
// number of times, a connection that stalls ends, and no error shows a secret.
package registry
