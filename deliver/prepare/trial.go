package prepare

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/sluiceproxy/sluice/host"
)

// maxCompiled bounds how many compiled modules are kept for the next configuration.
const maxCompiled = 8

// trial is the embedded host in which plugins are started, made when it is first
// needed.
type trial struct {
	mu      sync.Mutex
	runtime *host.Runtime
	modules map[string]*compiled
	order   []string // of the modules, the last used one last
}

// compiled is a module in the host. Whoever waits for it waits for ready.
type compiled struct {
	ready  chan struct{}
	module *host.Module
	err    error
	users  int
	gone   bool // closed by its last user
}

// with calls f with a compiled module.
func (t *trial) with(ctx context.Context, m *Module, o host.RuntimeOptions, f func(*host.Module) error) error {
	c, first, err := t.take(ctx, m.SHA256, o)
	if err != nil {
		return err
	}
	defer t.release(ctx, c)
	if first {
		c.module, c.err = t.compile(ctx, m)
		if c.err != nil {
			t.drop(m.SHA256, c)
		}
		close(c.ready)
	}
	select {
	case <-c.ready:
	case <-ctx.Done():
		return ctx.Err()
	}
	if c.err != nil {
		return c.err
	}
	return f(c.module)
}

// take finds a module, or makes the entry of one that the caller compiles.
func (t *trial) take(ctx context.Context, sum string, o host.RuntimeOptions) (c *compiled, first bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.runtime == nil {
		if t.runtime, err = host.NewRuntime(context.WithoutCancel(ctx), o); err != nil {
			return nil, false, fmt.Errorf("embedded host: %w", err)
		}
	}
	c = t.modules[sum]
	if first = c == nil; first {
		c = &compiled{ready: make(chan struct{})}
		if t.modules == nil {
			t.modules = map[string]*compiled{}
		}
		t.modules[sum] = c
	}
	c.users++
	t.touch(ctx, sum)
	return c, first, nil
}

// touch makes a module the last used one, and lets the first go where there are too
// many.
func (t *trial) touch(ctx context.Context, sum string) {
	for i, known := range t.order {
		if known == sum {
			t.order = append(t.order[:i], t.order[i+1:]...)
			break
		}
	}
	t.order = append(t.order, sum)
	if len(t.order) <= maxCompiled {
		return
	}
	oldest := t.order[0]
	t.order = t.order[1:]
	c := t.modules[oldest]
	delete(t.modules, oldest)
	c.gone = true
	c.free(ctx)
}

func (t *trial) drop(sum string, c *compiled) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.modules[sum] != c {
		return
	}
	delete(t.modules, sum)
	for i, known := range t.order {
		if known == sum {
			t.order = append(t.order[:i], t.order[i+1:]...)
			return
		}
	}
}

func (t *trial) release(ctx context.Context, c *compiled) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c.users--
	c.free(ctx)
}

// free closes a module that nobody needs any more.
func (c *compiled) free(ctx context.Context) {
	if c.gone && c.users == 0 && c.module != nil {
		_ = c.module.Close(context.WithoutCancel(ctx)) // frees memory and nothing else
	}
}

func (t *trial) compile(ctx context.Context, m *Module) (*host.Module, error) {
	code, err := m.Code()
	if err != nil {
		return nil, err
	}
	if sha256Of(code) != m.SHA256 {
		return nil, fmt.Errorf("%s is damaged", m.File)
	}
	// Somebody else may wait for the same module.
	return t.runtime.Compile(context.WithoutCancel(ctx), m.SHA256[:12], code)
}

func (t *trial) close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.runtime == nil {
		return nil
	}
	err := t.runtime.Close(context.Background())
	t.runtime, t.modules, t.order = nil, nil, nil
	return err
}

// refusal reports whether an error of the host is the plugin's doing.
func refusal(err error) bool {
	var load *host.LoadError
	var trap *host.TrapError
	return errors.Is(err, host.ErrRefused) || errors.As(err, &load) || errors.As(err, &trap)
}
