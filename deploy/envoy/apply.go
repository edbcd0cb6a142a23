package envoy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// rollbackTime bounds putting things back after a refusal.
const rollbackTime = 30 * time.Second

// writeAll writes every file for the first time and returns those on which
// Envoy must report.
func (e *Envoy) writeAll() ([]resource, error) {
	version := e.nextVersion()
	boot, err := bootstrap(e.opts, e.dir)
	if err != nil {
		return nil, err
	}
	if err := e.dir.write(bootstrapFile, boot); err != nil {
		return nil, err
	}
	cds, err := e.clusters(e.live.Clusters, e.live.RedisBridge)
	if err != nil {
		return nil, err
	}
	lds, err := listeners(e.opts, e.live, e.dir)
	if err != nil {
		return nil, err
	}
	errs := []error{
		e.write(cdsResource, version, cds...),
		e.write(ldsResource, version, lds...),
		e.write(rdsResource, version, routes(e.live.Routes)),
		e.write(filterResource(stagingName, ""), version, extension(stagingName, idle())),
	}
	resources := []resource{cdsResource}
	for _, p := range e.live.Plugins {
		errs = append(errs, e.writePlugin(p, version))
		resources = append(resources, liveResource(p))
	}
	return append(resources, ldsResource, rdsResource), errors.Join(errs...)
}

// liveResource is the file from which a plugin serves.
func liveResource(p Plugin) resource { return filterResource(p.Name, partName(p)) }

func partName(p Plugin) string { return fmt.Sprintf("plugin %q", p.Name) }

// writePlugin writes module and ECDS file of a plugin.
func (e *Envoy) writePlugin(p Plugin, version string) error {
	ext, err := e.extension(p, p.Name, "")
	if err != nil {
		return err
	}
	return e.write(liveResource(p), version, ext)
}

// extension stores the module and renders the resource for a filter.
func (e *Envoy) extension(p Plugin, filter, vmID string) (obj, error) {
	code, err := e.dir.code(p.Code)
	if err != nil {
		return nil, err
	}
	if vmID == "" {
		vmID = p.VMID
	}
	return extension(filter, wasmFilter(p, code, vmID)), nil
}

// Apply makes c serve instead of what served before, without a restart and
// without losing a request. It returns when the new configuration is in force.
// On any error what served before serves on: where several plugins differ, or one
// is new, each is tried out of clients' sight first, and nothing is replaced unless
// all passed.
// A change to the set or order of plugins replaces the filter chain; open
// connections move over after their current response.
func (e *Envoy) Apply(ctx context.Context, c Config) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := c.Validate(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, e.opts.Patience)
	defer cancel()
	ch := &change{e: e, old: e.live, new: c}
	e.logs.serving(c.Plugins)
	if err := ch.run(ctx); err != nil {
		ch.rollback()
		e.logs.serving(e.live.Plugins)
		e.dir.keepCode(e.live.Plugins)
		return err
	}
	e.live = c
	ch.tidy(ctx)
	return nil
}

// change is one Apply under way.
type change struct {
	e        *Envoy
	old, new Config
	staged   bool
	undo     []func(context.Context) error
}

// run takes the steps in an order in which each finds what it needs: clusters
// of both, the bridge to Redis, plugins out of sight, plugins, the chain, and the routes.
func (ch *change) run(ctx context.Context) error {
	steps := []func(context.Context) error{ch.addClusters, ch.addBridge, ch.stage, ch.plugins, ch.chain, ch.routes, ch.dropClusters}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (ch *change) clusters(ctx context.Context, want []Cluster, bridge bool) error {
	cs, err := ch.e.clusters(want, bridge)
	if err != nil {
		return err
	}
	return ch.e.publish(ctx, cdsResource, cs...)
}

// addClusters adds the new clusters and keeps the old.
func (ch *change) addClusters(ctx context.Context) error {
	if slices.Equal(ch.old.Clusters, ch.new.Clusters) && ch.old.RedisBridge == ch.new.RedisBridge {
		return nil
	}
	ch.undo = append(ch.undo, func(ctx context.Context) error { return ch.clusters(ctx, ch.old.Clusters, ch.old.RedisBridge) })
	return ch.clusters(ctx, union(ch.new.Clusters, ch.old.Clusters), ch.new.RedisBridge || ch.old.RedisBridge)
}

// dropClusters removes the clusters that only the old routes used.
func (ch *change) dropClusters(ctx context.Context) error {
	same := len(union(ch.new.Clusters, ch.old.Clusters)) == len(ch.new.Clusters)
	if same && (ch.new.RedisBridge || !ch.old.RedisBridge) {
		return nil
	}
	return ch.clusters(ctx, ch.new.Clusters, ch.new.RedisBridge)
}

// changed lists the new plugins that differ from the old of the same name.
func (ch *change) changed() []Plugin {
	var out []Plugin
	for _, p := range ch.new.Plugins {
		if old, ok := find(ch.old.Plugins, p.Name); !ok || !p.equal(old) {
			out = append(out, p)
		}
	}
	return out
}

// stage has Envoy load each changed plugin where no client sees it. One that
// replaces another, alone, needs no trial: if Envoy refuses it, the old one serves
// on, and nothing else has changed by then.
func (ch *change) stage(ctx context.Context) error {
	if ch.e.opts.NoStaging || ch.direct() {
		return nil
	}
	for _, p := range ch.changed() {
		if err := ch.try(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// direct reports whether one plugin replaces another and no other differs.
func (ch *change) direct() bool {
	changed := ch.changed()
	return len(changed) == 1 && ch.replaces(changed[0])
}

// try publishes a plugin to the staging listener.
func (ch *change) try(ctx context.Context, p Plugin) error {
	ext, err := ch.e.extension(p, stagingName, stagingName)
	if err != nil {
		return err
	}
	ch.staged = true
	return ch.e.publish(ctx, filterResource(stagingName, partName(p)), ext)
}

// replaces reports whether a plugin takes the place of one that serves.
func (ch *change) replaces(p Plugin) bool {
	_, had := find(ch.old.Plugins, p.Name)
	return had
}

// plugins replaces the changed plugins that are in the chain already, and
// writes the files of those that will be.
func (ch *change) plugins(ctx context.Context) error {
	for _, p := range ch.changed() {
		if !ch.replaces(p) {
			if err := ch.e.writePlugin(p, ch.e.nextVersion()); err != nil {
				return err
			}
			continue
		}
		old, _ := find(ch.old.Plugins, p.Name)
		ch.undo = append(ch.undo, func(ctx context.Context) error { return ch.plugin(ctx, old) })
		if err := ch.plugin(ctx, p); err != nil {
			return ch.explained(ctx, p, err)
		}
	}
	return nil
}

// explained is the error of a plugin that was refused without a trial. A VM that
// serves says once only why it refuses a configuration; a trial has one of its own.
func (ch *change) explained(ctx context.Context, p Plugin, err error) error {
	var refused *RejectedError
	if !ch.direct() || !errors.As(err, &refused) {
		return err
	}
	return better(ch.try(ctx, p), err)
}

// better is a trial's error where it is Envoy's reason for a refusal as well, and the
// refusal itself where the trial only ran out of time or Envoy has gone meanwhile.
func better(trial, err error) error {
	var refused *RejectedError
	if errors.As(trial, &refused) {
		return trial
	}
	return err
}

func (ch *change) plugin(ctx context.Context, p Plugin) error {
	ext, err := ch.e.extension(p, p.Name, "")
	if err != nil {
		return err
	}
	return ch.e.publish(ctx, liveResource(p), ext)
}

// bridged is the old configuration with the bridge to Redis, if the new one has
// it.
func (ch *change) bridged() Config {
	c := ch.old
	c.RedisBridge = ch.old.RedisBridge || ch.new.RedisBridge
	return c
}

// addBridge adds the bridge to Redis before a plugin could want it.
func (ch *change) addBridge(ctx context.Context) error {
	if ch.old.RedisBridge || !ch.new.RedisBridge {
		return nil
	}
	ch.undo = append(ch.undo, func(ctx context.Context) error { return ch.listeners(ctx, ch.old) })
	return ch.listeners(ctx, ch.bridged())
}

// chain replaces the listeners if plugins came, went or moved, or the bridge to
// Redis went.
func (ch *change) chain(ctx context.Context) error {
	if sameListeners(ch.bridged(), ch.new) {
		return nil
	}
	ch.undo = append(ch.undo, func(ctx context.Context) error { return ch.listeners(ctx, ch.bridged()) })
	return ch.listeners(ctx, ch.new)
}

// listeners publishes the listeners and waits until their workers have them.
func (ch *change) listeners(ctx context.Context, c Config) error {
	ls, err := listeners(ch.e.opts, c, ch.e.dir)
	if err != nil {
		return err
	}
	if err := ch.e.publish(ctx, ldsResource, ls...); err != nil {
		return err
	}
	return ch.e.poll(ctx, "to replace the filter chain", func() (bool, error) {
		n, err := ch.e.admin.gauge(ctx, "listener_manager.total_listeners_warming")
		return err == nil && n == 0, nil
	})
}

func (ch *change) routes(ctx context.Context) error {
	if slices.EqualFunc(ch.old.Routes, ch.new.Routes, Route.equal) {
		return nil
	}
	ch.undo = append(ch.undo, func(ctx context.Context) error { return ch.e.publish(ctx, rdsResource, routes(ch.old.Routes)) })
	return ch.e.publish(ctx, rdsResource, routes(ch.new.Routes))
}

// rollback puts back, newest first, what the failed change had replaced.
func (ch *change) rollback() {
	ctx, cancel := context.WithTimeout(context.Background(), rollbackTime)
	defer cancel()
	for _, undo := range slices.Backward(ch.undo) {
		_ = undo(ctx) // it served a moment ago; if Envoy is gone nothing helps
	}
	ch.unstage(ctx)
}

// unstage empties the staging slot, so that no staged plugin goes on ticking
// and the next one is never taken for one that Envoy has judged already.
func (ch *change) unstage(ctx context.Context) {
	if ch.staged {
		_ = ch.e.publish(ctx, filterResource(stagingName, ""), extension(stagingName, idle()))
	}
}

// tidy frees what the old configuration alone used.
func (ch *change) tidy(ctx context.Context) {
	ch.unstage(ctx)
	ch.e.dir.keepCode(ch.new.Plugins)
	for _, p := range ch.old.Plugins {
		if _, kept := find(ch.new.Plugins, p.Name); !kept {
			ch.e.dir.drop(ecdsFile(p.Name))
		}
	}
}
