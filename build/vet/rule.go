package vet

import (
	"fmt"
	"slices"
	"strings"
)

// Rule is one kind of mistake.
type Rule struct {
	// Name is what findings, --rules and //sluice:allow call it.
	Name string `json:"name"`
	// Summary says what is found, in a few words.
	Summary string `json:"summary"`
	// Effect is what happens on a gateway.
	Effect string `json:"effect"`
	// Instead is what to write.
	Instead string `json:"instead"`
	// Optional is true for a rule that only runs if it is asked for.
	Optional bool `json:"optional,omitempty"`

	check func(*program) // nil for what has no check of its own
}

// Names of the rules.
const (
	ruleBackground = "background-context"
	ruleBlocking   = "blocking"
	ruleDropped    = "dropped-error"
	ruleExit       = "exit"
	ruleFiles      = "files"
	ruleGoroutine  = "goroutine-call"
	ruleLock       = "lock-across-call"
	ruleLost       = "lost-resume"
	ruleNetwork    = "network"
	ruleNoHandler  = "no-handler"
	rulePause      = "pause-after-error"
	ruleProcess    = "process"
	ruleRecursion  = "recursion"
	ruleSetup      = "setup-in-main"
	ruleShared     = "shared-state"
	ruleSuppress   = "suppression"
	ruleTarget     = "target"
	ruleTimers     = "timers"
)

// Rules returns all rules, sorted by name.
func Rules() []Rule {
	rules := slices.Concat(waitRules(), systemRules(), flowRules(), pluginRules())
	slices.SortFunc(rules, func(a, b Rule) int { return strings.Compare(a.Name, b.Name) })
	return rules
}

func waitRules() []Rule {
	return []Rule{
		{Name: ruleBlocking, check: checkBlocking,
			Summary: "a wait for another goroutine that nobody ends: channel, select, WaitGroup, Cond",
			Effect:  "with every goroutine asleep the Go runtime ends the VM: this request and, with Envoy's default failure policy, every later one gets 503",
			Instead: "wait with a straight-line call (sdk/call), several at once with call.Join; or go on in the callback"},
		{Name: ruleTimers, check: checkTimers,
			Summary: "time.Sleep, After, Tick, NewTimer, NewTicker, AfterFunc",
			Effect:  "a wait spins: the gateway's worker is at 93% of a processor and serves no other request; a timer that nothing waits for fires in some later callback, in the middle of another request",
			Instead: "call.Sleep in a straight-line handler, wrapper.RegisterTickFunc or HandleTick for work that repeats"},
		{Name: ruleLock, check: checkLock,
			Summary: "a Mutex that is held while a straight-line call waits",
			Effect:  "the next request that takes the lock blocks the only thread: the VM is dead, with every request in it",
			Instead: "unlock before the call; a VM runs one callback at a time, so most locks are not needed at all"},
		{Name: ruleGoroutine, check: checkGoroutine,
			Summary: "a host call, or a straight-line call, in a goroutine",
			Effect:  "the goroutine runs when the callback has ended, in the middle of another one: it acts on the wrong request, or on none; straight-line calls return call.ErrNoHandler",
			Instead: "make the call in the callback itself; several at once with call.Join"},
		{Name: ruleNoHandler, check: checkNoHandler,
			Summary: "a straight-line call in a callback that can't wait",
			Effect:  "it returns call.ErrNoHandler and sends nothing",
			Instead: "register the callback with wrapper.HandleRequestHeaders or one of its twins, or use wrapper's HttpClient and RedisClient with a callback"},
		{Name: ruleBackground, check: checkBackground,
			Summary: "context.Background or TODO for a straight-line call",
			Effect:  "the call doesn't end with the deadline or the cancellation that the caller has set on its context",
			Instead: "pass the handler's ctx on"},
	}
}

func systemRules() []Rule {
	return []Rule{
		{Name: ruleExit, check: checkExits,
			Summary: "os.Exit, log.Fatal, syscall.Exit, runtime.Goexit",
			Effect:  "the gateway ignores the exit: the call returns and the code after it runs, so a guard lets the request through",
			Instead: "answer the request and return; in a configuration return an error; for a bug panic, which is answered with 500"},
		{Name: ruleNetwork, check: checkCalls(network),
			Summary: "net.Dial, net.Listen, the client and server of net/http",
			Effect:  "a plugin has no sockets: connections are refused at once, names are not found, and a listener waits for nobody",
			Instead: "a cluster of the gateway: wrapper.NewClusterClient, or call.New in straight-line handlers"},
		{Name: ruleFiles, check: checkFiles,
			Summary: "reading and writing files, time zones by name",
			Effect:  "a plugin has no file system: every call fails (\"Bad file number\"), also for files that the gateway's own machine has",
			Instead: "take it from the plugin's configuration or go:embed; for time zones import time/tzdata"},
		{Name: ruleProcess, check: checkCalls(processes),
			Summary: "os/exec, os.StartProcess, signals, plugins",
			Effect:  "a plugin can't start processes and gets no signals: the call fails (\"Bad file number\"), or waits for nothing",
			Instead: "ask a service, with wrapper.NewClusterClient or call.New"},
	}
}

func flowRules() []Rule {
	return []Rule{
		{Name: ruleDropped, check: checkDropped,
			Summary: "a callout's error is dropped and the request paused",
			Effect:  "where the call can't be sent its callback never runs: the SDK then answers 500 (plugin_never_resumed); with other SDKs the client waits for ever",
			Instead: "if the error is not nil, send a reply and return, or return types.ActionContinue"},
		{Name: rulePause, check: checkPause,
			Summary: "a pause is returned after a call could not be sent",
			Effect:  "nothing is pending that would resume the request: the SDK then answers 500 (plugin_never_resumed); with other SDKs the client waits for ever",
			Instead: "send a reply first (proxywasm.SendHttpResponse), or return types.ActionContinue"},
		{Name: ruleLost, check: checkLost,
			Summary: "a path through a callout's callback neither resumes nor answers (best effort)",
			Effect:  "the request stays paused: the SDK then answers 500 (plugin_never_resumed); with other SDKs the client waits for ever",
			Instead: "end every path with proxywasm.ResumeHttpRequest, SendHttpResponse or another call; or use a straight-line handler, where returning is enough"},
		{Name: ruleRecursion, check: checkRecursion,
			Summary: "recursion over JSON without a bound on its depth",
			Effect:  "ten kilobytes of brackets in a request end V8's stack (\"Maximum call stack size exceeded\") and with it the VM",
			Instead: "check the text first (jsoncheck.Depth), or pass a depth along and stop at a bound, 512 for example"},
	}
}

func pluginRules() []Rule {
	return []Rule{
		{Name: ruleSetup, check: checkSetup,
			Summary: "the plugin is set up in main",
			Effect:  "a gateway never calls main: the plugin loads and does nothing, or is refused",
			Instead: "move the call into func init() and leave func main() {} empty"},
		{Name: ruleShared, check: checkShared, Optional: true,
			Summary: "a package variable is written while requests are handled",
			Effect:  "all configurations of the plugin in a VM share it, and every worker has its own: it mixes tenants and counts a part",
			Instead: "keep it in the context (SetContext), in the configuration, or in shared data (call.Update)"},
		{Name: ruleTarget, check: checkTarget,
			Summary: "a function that the gateway of --target lacks",
			Effect:  "the gateway refuses the module: it imports a host function that is not there",
			Instead: "leave it out, or build for a gateway that has it"},
		{Name: ruleSuppress,
			Summary: "a //sluice:allow comment without effect, reason or known rule",
			Effect:  "the next reader takes it for a decision that was made",
			Instead: "write //sluice:allow RULE reason, and delete what is no longer needed"},
	}
}

// pick returns the rules of those names, all that are not optional where there
// are none.
func pick(names []string) ([]Rule, error) {
	all := Rules()
	if len(names) == 0 {
		return slices.DeleteFunc(all, func(r Rule) bool { return r.Optional }), nil
	}
	var picked []Rule
	for _, name := range names {
		i := slices.IndexFunc(all, func(r Rule) bool { return r.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("%w %q (want %s)", ErrUnknownRule, name, strings.Join(ruleNames(all), ", "))
		}
		picked = append(picked, all[i])
	}
	return picked, nil
}

func ruleNames(rules []Rule) []string {
	names := make([]string, len(rules))
	for i, r := range rules {
		names[i] = r.Name
	}
	return names
}
