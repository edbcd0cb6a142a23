// Package registry remembers which types plugins are configured with, so that a
// program that runs outside a gateway can describe them. Inside a gateway it is
// empty.
package registry
