// Package oci moves plugins between files, registries and OCI layouts: Package
// makes an image of a module, Push, Pull and Copy move images, Check says who
// takes them. A place is a registry's reference, or the path of a layout.
//
// Whatever is moved keeps its digest: manifests are never rewritten.
package oci
