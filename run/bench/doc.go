// Package bench says what a plugin costs: on the embedded host for each callback,
// and on Envoy for each request.
package bench
