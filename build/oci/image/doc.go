// Package image makes and reads the images that carry plugins. It knows their
// layouts (compat, Docker schema 2, the two-layer artifact, the CNCF Wasm
// artifact, indexes of them) and trusts nothing that it reads: sizes, digests,
// counts and depths are checked before anything is allocated or written.
package image
