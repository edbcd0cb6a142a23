// Package proxywasm is [github.com/sluiceproxy/sluice/sdk/proxywasm] under the
// path that existing plugins import: each name stands for the one of the SDK,
// which documents it.
package proxywasm
