// Command state is the program of docs/state.md.
package main

import (
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
	"github.com/tidwall/gjson"
)

func main() {}

// Config says which of two plugins in a chain this is.
type Config struct{ writes bool }

func init() {
	wrapper.SetCtx("state",
		wrapper.ParseConfig(parseConfig),
		wrapper.ProcessRequestHeaders(onRequestHeaders))
}

func parseConfig(json gjson.Result, config *Config) error {
	config.writes = json.Get("writes").Bool()
	if !config.writes {
		return nil
	}
	wrapper.RegisterTickFunc(100, func() { add("ticks", 1) })
	return wrapper.RegisterQueueFunc("paths", func(path []byte) { add("bytes", len(path)) })
}

// add adds to a number that all workers share.
func add(key string, n int) {
	err := call.Update(key, func(old []byte) ([]byte, error) {
		value, _ := strconv.Atoi(string(old))
		return []byte(strconv.Itoa(value + n)), nil
	})
	if err != nil {
		log.Errorf("%s: %v", key, err)
	}
}

func onRequestHeaders(ctx wrapper.HttpContext, config Config) types.Action {
	if config.writes {
		add("requests", 1)
		if err := wrapper.Enqueue("", "paths", []byte(ctx.Path())); err != nil {
			log.Errorf("%v", err)
		}
		// For plugins behind this one, and for the access log.
		if err := proxywasm.SetProperty([]string{"seen-by"}, []byte("state")); err != nil {
			log.Errorf("%v", err)
		}
		return types.ActionContinue
	}
	seen, _ := proxywasm.GetProperty([]string{"seen-by"})
	requests, _, _ := proxywasm.GetSharedData("requests")
	ticks, _, _ := proxywasm.GetSharedData("ticks")
	bytes, _, _ := proxywasm.GetSharedData("bytes")
	answer := "seen by " + string(seen) + "; requests " + string(requests) + "; bytes " + string(bytes)
	if len(ticks) > 0 {
		answer += "; it ticks"
	}
	_ = proxywasm.SendHttpResponse(200, nil, []byte(answer), -1)
	return types.ActionPause
}
