module github.com/higress-group/proxy-wasm-go-sdk

go 1.24.0

require github.com/sluiceproxy/sluice v0.0.0

replace github.com/sluiceproxy/sluice => ../../..
