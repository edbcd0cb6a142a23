// Package serve tests "sluice serve" with real Envoys: changes and bad versions
// under load, restarts, order, and what older versions of Envoy make of it.
package serve
