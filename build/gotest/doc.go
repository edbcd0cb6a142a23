// Package gotest runs a plugin's unit tests with the go command: those of plugins
// for Higress' Go SDK with this project's SDK in its place.
package gotest
