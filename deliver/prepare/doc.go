// Package prepare makes of what a resource asks for a module that a gateway can be
// handed: fetched, verified, checked for the gateway, in a file under its own
// digest, with a configuration that the plugin takes.
//
//	p, err := prepare.New(prepare.Options{Dir: dir, Store: st, Target: build.Envoy})
//	ready, err := p.Prepare(ctx, plugin)
//	// hand ready.Module.File and ready.Config to the gateway; when it accepts:
//	err = p.Served(plugin, ready)
//
// Prepare is Module and CheckConfig, one after the other, and what was served last
// where one of them fails. Nothing here speaks to a gateway.
package prepare
