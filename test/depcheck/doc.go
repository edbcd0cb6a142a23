// Package depcheck tests the repository as a whole: which room may import
// which, what a plugin outside the repository pays for importing the SDK, and
// the shape of the code.
package depcheck
