// Package budget holds the plugins to what a request that passes may cost: calls of
// the host and allocations, which depend on no machine.
package budget
