package host

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"sort"
	"time"
)

// Go can't stop compiled guest code from outside, nor collect garbage while it
// runs: a start function with an endless loop would freeze the whole process,
// and with it the plugin that serves meanwhile. Code that can be stopped is much
// slower. So each start is rehearsed once in an instance that can be stopped,
// and only a rehearsal that comes back lets the real start happen. It has no
// clusters, logs and foreign functions, and shares nothing; what it says doesn't
// count.
//
// The interpreter is ready at once and enough for nearly all plugins. For one
// that is still busy after rehearsalTime the code is compiled a second time.
const rehearsalTime = 2 * time.Second

// rehearse runs the start functions of a VM and, if p is given, the start of
// that plugin. It returns an error only if they don't come back.
func (m *Module) rehearse(ctx context.Context, o VMOptions, p *PluginOptions) error {
	if m.code == nil || o.StartTimeout < 0 {
		return nil
	}
	key := rehearsalKey(o, p)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.rehearsed[key] {
		return nil
	}
	limit := min(rehearsalTime, o.StartTimeout)
	for engine := range m.rehearsals {
		twin, err := m.twin(ctx, engine)
		if err != nil {
			return fmt.Errorf("compiling for the rehearsal of the start: %w", err)
		}
		if err = twin.perform(ctx, o, p, limit); err == nil {
			m.rehearsed[key] = true
			return nil
		}
		if ctx.Err() != nil || engine == len(m.rehearsals)-1 || limit == o.StartTimeout {
			return err
		}
		limit = o.StartTimeout
	}
	return nil
}

// rehearsalKey identifies what a start depends on.
func rehearsalKey(o VMOptions, p *PluginOptions) (sum [sha256.Size]byte) {
	parts := []string{o.Name, string(o.Config)}
	env := make([]string, 0, len(o.Env))
	for k, v := range o.Env {
		env = append(env, k+"="+v)
	}
	sort.Strings(env)
	parts = append(parts, env...)
	if p != nil {
		parts = append(parts, "plugin", p.Name, p.RootID, string(p.Config))
	}
	var b []byte
	for _, s := range parts {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	return sha256.Sum256(b)
}

// twin returns the module compiled for a rehearsal by that engine.
func (m *Module) twin(ctx context.Context, engine int) (*Module, error) {
	if m.rehearsals[engine] == nil {
		r, err := m.runtime.rehearsal(ctx, engine)
		if err != nil {
			return nil, err
		}
		if m.rehearsals[engine], err = r.Compile(ctx, m.name, m.code); err != nil {
			return nil, err
		}
	}
	return m.rehearsals[engine], nil
}

// rehearsal returns the runtime for rehearsals by that engine: 0 interprets, 1
// compiles.
func (r *Runtime) rehearsal(ctx context.Context, engine int) (*Runtime, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.rehearsals[engine] != nil {
		return r.rehearsals[engine], nil
	}
	o := RuntimeOptions{CacheDir: r.cacheDir, Interpreter: engine == 0, MaxMemoryPages: r.maxPages, Interruptible: true}
	if o.CacheDir == "" || o.Interpreter {
		o.CacheDir = "-"
	}
	g, err := NewRuntime(context.WithoutCancel(ctx), o)
	if err == nil {
		r.rehearsals[engine] = g
	}
	return g, err
}

// perform starts a VM and perhaps a plugin with nothing around them, and returns
// an error if that took too long.
func (m *Module) perform(ctx context.Context, o VMOptions, p *PluginOptions, limit time.Duration) error {
	vm, err := m.NewVM(ctx, VMOptions{
		Name: o.Name, Config: o.Config, Env: o.Env, LogLevel: LogCritical + 1,
		Now: o.Now, StartTimeout: limit, DoneTimeout: time.Nanosecond,
	})
	if err == nil {
		defer func() { vm.Worker().Do(func() { _ = vm.end(context.WithoutCancel(ctx)) }) }()
		if p != nil {
			vm.Worker().Do(func() { _, err = vm.Start(ctx, *p) })
		}
	}
	if errors.Is(err, ErrTimeout) || ctx.Err() != nil {
		return err
	}
	return nil
}

// end frees a VM without another word to the guest.
func (vm *VM) end(ctx context.Context) error {
	vm.closing = true
	return vm.release(ctx)
}
