// Package check says which consumers of Wasm images take an image, and why not.
// Its rules are what the consumers' own code does: gateways look at the last
// layer and at an index's first fitting child, the tools of other projects at
// the types of all layers.
package check
