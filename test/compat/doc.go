// Package compat tests sdk/compat as plugins see it: each name of today's Go
// SDKs of Higress is there with its signature, programs written for these SDKs
// build unchanged, and their tests pass.
package compat
