package host

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrRefused is what StartPlugin returns (wrapped) when the guest said no:
// proxy_on_vm_start or proxy_on_configure returned false. The guest's log says
// why.
var ErrRefused = errors.New("the plugin refused its configuration")

// PluginOptions say what a plugin gets.
type PluginOptions struct {
	// Name is the plugin's name: property plugin_name, and the prefix of its logs.
	Name string
	// RootID is the property plugin_root_id, by which modules with several
	// plugins (C++ ones) choose; mostly empty.
	RootID string
	// Config is what proxy_on_configure can read.
	Config []byte
}

// Plugin is a root context: one configuration inside a VM.
type Plugin struct {
	scope
	o           PluginOptions
	configuring bool
	tick        *time.Timer
	period      time.Duration
	doneAsked   bool // proxy_on_done said false
	finished    chan struct{}

	answer        *HTTPCallResponse // during proxy_on_http_call_response
	redisAnswer   []byte            // during proxy_on_redis_call_response
	statusCode    uint32            // proxy_get_status
	statusMessage string
}

// StartPlugin is Start with a name and a configuration.
func (vm *VM) StartPlugin(ctx context.Context, name string, config []byte) (*Plugin, error) {
	return vm.Start(ctx, PluginOptions{Name: name, Config: config})
}

// Start creates a root context and runs proxy_on_context_create,
// proxy_on_vm_start and proxy_on_configure. An error (ErrRefused, or that of a
// trap) removes the context again; the VM can be used further unless it trapped.
// ctx limits these calls only.
func (vm *VM) Start(ctx context.Context, o PluginOptions) (*Plugin, error) {
	if err := vm.Err(); err != nil {
		return nil, err
	}
	if vm.cur != nil || vm.closing {
		return nil, fmt.Errorf("%s: plugin %q can't start: %w", vm.module.name, o.Name, ErrBusy)
	}
	p := &Plugin{o: o, finished: make(chan struct{})}
	p.scope = scope{vm: vm, root: p}
	vm.newScope(&p.scope)
	vm.plugins = append(vm.plugins, p)
	if err := p.start(ctx); err != nil {
		p.remove()
		return nil, fmt.Errorf("plugin %q: %w", o.Name, err)
	}
	return p, nil
}

func (p *Plugin) start(ctx context.Context) error {
	vm := p.vm
	return vm.guarded(ctx, "start of plugin "+p.o.Name, func() error {
		// The plugin's configuration can be read while the context is made and
		// configured, but not in proxy_on_vm_start.
		p.configuring = true
		err := p.create()
		p.configuring = false
		if err != nil {
			return err
		}
		if err := p.ask(cbVMStart, len(vm.o.Config)); err != nil {
			return err
		}
		p.configuring = true
		err = p.ask(cbConfigure, len(p.o.Config))
		p.configuring = false
		return err
	})
}

// ask runs a callback that answers with a bool; a missing one means yes.
func (p *Plugin) ask(cb callback, size int) error {
	result, ok, err := p.vm.call(&p.scope, cb, uint64(p.id), uint64(size))
	p.vm.runAfter()
	if err != nil {
		return err
	}
	if ok && result == 0 {
		return fmt.Errorf("%w: %s returned false", ErrRefused, guestFuncs[cb].name)
	}
	return nil
}

// Name returns the name that was given to Start.
func (p *Plugin) Name() string { return p.o.Name }

// VM returns the VM that the plugin runs in.
func (p *Plugin) VM() *VM { return p.vm }

// NewHTTPStream creates the context of one exchange. proxy_on_context_create
// runs with OnRequestHeaders, as on Envoy; the other events do nothing before.
func (p *Plugin) NewHTTPStream(s HTTPStream) *HTTPContext {
	c := &HTTPContext{scope{vm: p.vm, root: p, http: s}}
	p.vm.newScope(&c.scope)
	return c
}

// NewTCPStream creates the context of one connection. proxy_on_context_create
// runs with OnNewConnection.
func (p *Plugin) NewTCPStream(s TCPStream) *TCPContext {
	c := &TCPContext{scope{vm: p.vm, root: p, tcp: s}}
	p.vm.newScope(&c.scope)
	return c
}

// Close ends the plugin: proxy_on_done, then proxy_on_delete, at once or, if
// proxy_on_done says false, when the plugin calls proxy_done. Its streams must
// be done before.
func (p *Plugin) Close() {
	if p.done || p.doneAsked {
		return
	}
	result, ok, err := p.vm.call(&p.scope, cbDone, uint64(p.id))
	if err == nil && ok && result == 0 {
		p.doneAsked = true
		p.vm.runAfter()
		return
	}
	p.vm.runAfter()
	p.remove()
}

// Closed returns a channel that is closed when the plugin has ended.
func (p *Plugin) Closed() <-chan struct{} { return p.finished }

// remove runs proxy_on_delete and forgets the plugin; the last one of a closing
// VM frees it.
func (p *Plugin) remove() {
	if p.done {
		return
	}
	vm := p.vm
	p.setTick(0)
	if vm.dead.Load() == nil && p.created {
		p.run(cbDelete)
	}
	p.forget()
	p.cancelCalls()
	for i, q := range vm.plugins {
		if q == p {
			vm.plugins = append(vm.plugins[:i:i], vm.plugins[i+1:]...)
			break
		}
	}
	close(p.finished)
	if vm.closing && len(vm.plugins) == 0 {
		_ = vm.release(context.Background())
	}
}

func (p *Plugin) label() string {
	if p == nil {
		return ""
	}
	return strings.TrimSpace(p.o.Name)
}
