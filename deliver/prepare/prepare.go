package prepare

import (
	"context"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// Ready is a plugin that can be handed to a gateway.
type Ready struct {
	// Module is the code, Config what the plugin gets, nil for nothing.
	Module *Module
	Config []byte
	// Refused is why this is not what the resource asks for but what was served
	// last, and nil where it is what it asks for.
	Refused error
}

// Prepare gets a plugin ready: Module, then CheckConfig. Where one of them
// fails and the plugin was served before, as Served has noted, it gives what was
// served, with the failure in Ready.Refused. Without that it gives the failure.
//
// Errors: those of Module and CheckConfig, and ctx's own.
func (p *Preparer) Prepare(ctx context.Context, w *wasmplugin.Plugin) (*Ready, error) {
	m, err := p.Module(ctx, w)
	if err == nil {
		err = p.CheckConfig(ctx, m, w)
	}
	if err == nil {
		return &Ready{Module: m, Config: w.Config}, nil
	}
	if ctx.Err() != nil {
		return nil, err
	}
	last, none := p.LastGood(ctx, w)
	if none != nil {
		return nil, err
	}
	last.Refused = err
	return last, nil
}
