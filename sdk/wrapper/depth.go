package wrapper

import "github.com/sluiceproxy/sluice/sdk/jsoncheck"

// checkDepth reports JSON that must not be given to a parser: parsers recurse,
// and the stack of a VM is small.
func checkDepth(json []byte) error { return jsoncheck.Depth(json, 0) }
