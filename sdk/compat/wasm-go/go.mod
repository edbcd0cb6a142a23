module github.com/higress-group/wasm-go

go 1.24.0

require (
	github.com/higress-group/proxy-wasm-go-sdk v0.0.0
	github.com/sluiceproxy/sluice v0.0.0
	github.com/tidwall/gjson v1.20.0
	github.com/tidwall/resp v0.1.1
	google.golang.org/protobuf v1.36.11
)

require (
	github.com/tetratelabs/wazero v1.11.0 // indirect
	github.com/tidwall/match v1.1.1 // indirect
	github.com/tidwall/pretty v1.2.0 // indirect
	golang.org/x/sys v0.39.0 // indirect
)

replace (
	github.com/higress-group/proxy-wasm-go-sdk => ../proxy-wasm-go-sdk
	github.com/sluiceproxy/sluice => ../../..
)
