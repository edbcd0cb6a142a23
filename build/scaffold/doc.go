// Package scaffold writes the sources of a new plugin: a main package with its
// configuration, a native test and a README, in a Go module of its own that
// builds outside of this repository too.
package scaffold
