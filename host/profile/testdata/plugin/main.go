// Command plugin allocates what its path says, and tells what Go counted.
package main

import (
	"runtime"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() { wrapper.SetCtx("allocs", wrapper.ProcessRequestHeaders(onRequestHeaders)) }

var (
	kept   [][]byte
	before runtime.MemStats
	after  runtime.MemStats
)

func onRequestHeaders(wrapper.HttpContext, struct{}) types.Action {
	path, err := proxywasm.GetHttpRequestHeader(":path")
	if err != nil {
		return types.HeaderContinue
	}
	times, size, _ := strings.Cut(strings.TrimPrefix(path, "/"), "x")
	n, _ := strconv.Atoi(times)
	bytes, _ := strconv.Atoi(size)
	kept = make([][]byte, 0, 4096)
	runtime.ReadMemStats(&before)
	allocate(n, bytes)
	runtime.ReadMemStats(&after)
	_ = proxywasm.SendHttpResponse(200, nil, []byte(strconv.FormatUint(after.Mallocs-before.Mallocs, 10)), -1)
	return types.HeaderContinue
}

//go:noinline
func allocate(n, bytes int) {
	for range n {
		kept = append(kept, make([]byte, bytes))
	}
}
