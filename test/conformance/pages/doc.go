// Package pages runs the programs that docs/observability.md and docs/state.md
// show, on Envoy and on the embedded gateway.
package pages
