//go:build !sluice_bundle && wasip1

package abi

// bundled says that there may be a hook.
const bundled = false
