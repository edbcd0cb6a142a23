// Package oci moves plugins through real registries with the command, as users
// do. Debian's docker-registry is the registry.
package oci
