// Package e2e runs the sluice command as a user does, on the embedded gateway
// and on real Envoys, and holds both to one table of cases.
package e2e
