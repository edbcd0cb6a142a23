package cells

import (
	"strconv"
	"time"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

func vmCalls() []Call {
	log := func(name string, f func(string), text string) Call {
		return Call{Name: "log." + name, Run: func(*Scene) string { f(text); return "returned" }}
	}
	return []Call{
		log("trace", proxywasm.LogTrace, "a line"), log("debug", proxywasm.LogDebug, "a line"), log("info", proxywasm.LogInfo, "a line"),
		log("warn", proxywasm.LogWarn, "a line of the conformance table"), log("empty", proxywasm.LogInfo, ""),
		{Name: "log.level", Run: func(*Scene) string {
			level, err := proxywasm.LogLevel()
			return number(uint64(level), err)
		}},
		{Name: "time", Run: currentTime},
		{Name: "vm_configuration", Run: func(*Scene) string { return text(proxywasm.GetVMConfiguration()) }},
		{Name: "plugin_configuration", Run: func(*Scene) string { return text(proxywasm.GetPluginConfiguration()) }},
		{Name: "tick_period", Run: func(*Scene) string { return status(proxywasm.SetTickPeriodMilliSeconds(tickPeriod)) }},
		{Name: "effective_context.stream", Run: func(s *Scene) string { return status(proxywasm.SetEffectiveContext(s.Stream)) }},
		{Name: "effective_context.plugin", Run: func(s *Scene) string {
			answer := then(status(proxywasm.SetEffectiveContext(s.Plugin)), words(proxywasm.GetHttpRequestHeader("x-c-in")))
			if s.Stream != 0 {
				answer = then(answer, status(proxywasm.SetEffectiveContext(s.Stream)))
			}
			return answer
		}},
		{Name: "effective_context.missing", Run: func(*Scene) string { return status(proxywasm.SetEffectiveContext(1 << 30)) }},
		{Name: "done", Run: func(*Scene) string { proxywasm.PluginDone(); return "returned" }},
	}
}

// currentTime compares the host's clock with that of Go, which asks WASI.
func currentTime(*Scene) string {
	now, err := proxywasm.GetCurrentTime()
	if err != nil {
		return status(err)
	}
	if off := time.Since(time.Unix(0, int64(now))); off < -time.Minute || off > time.Minute {
		return "ok, off by " + strconv.FormatFloat(off.Seconds(), 'f', 0, 64) + " s"
	}
	return "ok"
}

func foreignCalls() []Call {
	call := func(name, function, argument string) Call {
		return Call{Name: "foreign." + name, Run: func(*Scene) string {
			return text(proxywasm.CallForeignFunction(function, []byte(argument)))
		}}
	}
	return []Call{
		call("missing", "c-none", "x"), call("empty_name", "", ""), call("clear_route_cache", "clear_route_cache", ""),
		call("uncompress.damaged", "uncompress", "no zlib"), call("uncompress.nothing", "uncompress", ""),
		{Name: "foreign.compress", Run: func(*Scene) string {
			packed, err := proxywasm.CallForeignFunction("compress", []byte("conformance"))
			if err != nil {
				return status(err)
			}
			return text(proxywasm.CallForeignFunction("uncompress", packed))
		}},
		{Name: "foreign.data", Run: func(*Scene) string { return text(proxywasm.GetForeignFunctionData(0, 10)) }},
	}
}
