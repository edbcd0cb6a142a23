module github.com/higress-group/proxy-wasm-go-sdk

go 1.24.0

require (
	github.com/sluiceproxy/sluice v0.0.0
	github.com/tetratelabs/wazero v1.11.0
)

require golang.org/x/sys v0.39.0 // indirect

replace github.com/sluiceproxy/sluice => ../../..
