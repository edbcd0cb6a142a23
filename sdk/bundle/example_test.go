package bundle_test

import (
	"fmt"

	"github.com/sluiceproxy/sluice/sdk/bundle"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// This is what "sluice bundle" writes, in one place: the calls of Begin and End
// stand in files of the plugins' packages, that of Start in the main package.
func Example() {
	bundle.Begin("auth")
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return nil })
	bundle.End()

	bundle.Begin("limit")
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return nil })
	bundle.End()

	fmt.Println("registered outside of a plugin:", proxywasm.GetVMContext() != nil)
	bundle.Start("auth", "limit")
	// Output: registered outside of a plugin: false
}

// Begin can be the value of a package variable: that comes before all others of
// its package, in the first of its files.
func ExampleBegin() {
	var _ = bundle.Begin("auth")
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return nil })
	bundle.End()
	// Output:
}

// What is registered after End is no plugin's, and a module with that refuses to
// start.
func ExampleEnd() {
	bundle.Begin("auth")
	bundle.End()
	fmt.Println(proxywasm.GetVMContext() == nil)
	// Output: true
}

// Start lists the plugins in the order in which messages name them.
func ExampleStart() {
	bundle.Begin("auth")
	bundle.End()
	bundle.Start("auth")
	// Output:
}
