// Package limitby is the configuration that rate limits have in common, by which
// part of a request they count it, and finds the limits of a request.
package limitby
