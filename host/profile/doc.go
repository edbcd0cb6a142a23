// Package profile says what the callbacks of a plugin cost: time, calls of the
// host, allocations of its Go runtime, growth of its memory; and draws profiles
// of it, function by function.
//
// Both are listeners of the engine. Their Context goes to host.NewRuntime and to
// whatever compiles modules with that runtime:
//
//	costs := profile.NewCosts(profile.Time)
//	runtime, err := host.NewRuntime(costs.Context(ctx), host.RuntimeOptions{})
//	module, err := runtime.Compile(costs.Context(ctx), "name", code)
//
// One of them is for one VM at a time: the VMs of one host.Worker.
package profile
