package prepare

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/host"
)

// page is a page of a module's memory.
const page = 64 << 10

// try starts a plugin with its configuration and ends it again.
func (p *Preparer) try(ctx context.Context, m *Module, w *wasmplugin.Plugin, secrets []string) error {
	o := host.RuntimeOptions{CacheDir: p.o.CacheDir, MaxMemoryPages: uint32(p.o.StartMemory / page)} //nolint:gosec // a bound of gigabytes fits
	said := &lines{}
	err := p.trial.with(ctx, m, o, func(code *host.Module) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel() // ends what the plugin has called
		return p.start(ctx, code, w, said)
	})
	if err == nil || ctx.Err() != nil || !refusal(err) {
		return err
	}
	return &ConfigError{By: byPlugin, Problems: []Problem{{Reason: masked(said.reason(err), secrets)}}}
}

func (p *Preparer) start(ctx context.Context, code *host.Module, w *wasmplugin.Plugin, said *lines) (err error) {
	worker := host.NewWorker()
	worker.Do(func() {
		var vm *host.VM
		vm, err = code.NewVM(ctx, host.VMOptions{
			Worker: worker, Env: environment(w), Log: said.add, LogLevel: host.LogInfo,
			Clusters: nowhere{}, StartTimeout: p.o.StartTimeout, CallTimeout: p.o.StartTimeout,
		})
		if err != nil {
			return
		}
		defer func() { _ = vm.Close(ctx) }() // the plugin has had its say
		_, err = vm.Start(ctx, host.PluginOptions{Name: w.Name, RootID: w.PluginName, Config: w.Config})
	})
	return err
}

// environment are the variables of the resource; those of the gateway's own process
// are not known here.
func environment(w *wasmplugin.Plugin) map[string]string {
	env := map[string]string{}
	for _, e := range w.Env {
		if !e.FromHost {
			env[e.Name] = e.Value
		}
	}
	return env
}

// nowhere takes every call and never answers, so that a plugin that calls something
// when it starts is not refused for a cluster that this process doesn't have.
type nowhere struct{}

// HTTPCall answers when ctx ends, which is after the plugin's end.
func (nowhere) HTTPCall(ctx context.Context, _ string, _ host.HTTPCallRequest, done func(host.HTTPCallResponse)) error {
	context.AfterFunc(ctx, func() { done(host.HTTPCallResponse{Err: errNowhere}) })
	return nil
}

// Redis gives a connection of the same kind.
func (nowhere) Redis(string, host.RedisOptions) (host.RedisConn, error) { return nowhere{}, nil }

// Do answers when ctx ends.
func (nowhere) Do(ctx context.Context, _ []byte, done func(host.RedisResponse)) error {
	context.AfterFunc(ctx, func() { done(host.RedisResponse{Err: errNowhere}) })
	return nil
}

var errNowhere = errors.New("nothing is called while a configuration is tried")

// lines keeps what a plugin says.
type lines struct{ severe, other []string }

// maxLines and maxLine bound what is kept.
const (
	maxLines = 5
	maxLine  = 500
)

func (l *lines) add(level host.LogLevel, _, msg string) {
	to := &l.other
	if level >= host.LogWarn {
		to = &l.severe
	}
	if len(msg) > maxLine {
		msg = strings.ToValidUTF8(msg[:maxLine], "") + "…"
	}
	if *to = append(*to, strings.Join(strings.Fields(msg), " ")); len(*to) > maxLines {
		*to = (*to)[1:]
	}
}

// reason is the error, with what the plugin said before.
func (l *lines) reason(err error) string {
	said := l.severe
	if len(said) == 0 {
		said = l.other
	}
	switch {
	case len(said) == 0:
		return err.Error()
	case errors.Is(err, host.ErrRefused):
		return strings.Join(said, "; ")
	}
	return fmt.Sprintf("%v; it said: %s", err, strings.Join(said, "; "))
}
