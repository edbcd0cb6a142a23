// Package sign makes and checks signatures of images in the format of cosign:
// a JSON payload that names the image and its digest, signed with an ECDSA P-256
// or Ed25519 key. It knows keys, payloads and signatures, and no registry:
// package attach finds them there, package policy says which are wanted.
package sign
