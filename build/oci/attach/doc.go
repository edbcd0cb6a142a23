// Package attach finds and keeps what belongs to an image and is no part of it:
// signatures, SBOMs, attestations. There are two ways. A registry of OCI 1.1
// lists the manifests that refer to another; one without that keeps the list
// under a tag made of the digest. cosign's older way is a tag made of the digest
// and a suffix, for each kind of thing. Both are read, within bounds.
package attach
