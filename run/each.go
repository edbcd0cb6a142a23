package run

import (
	"context"
	"fmt"
	"slices"
)

// start makes the engine serve what was loaded. The plugins of a plugin
// directory stand for themselves: those that the engine refuses are left out.
func (s *session) startEngine(ctx context.Context, next State) error {
	setup := Setup{State: next, Listen: s.o.Listen, Workers: s.o.Workers, LogLevel: s.o.LogLevel, MetricLabels: s.o.MetricLabels, OnEvent: s.o.OnEvent, Recorder: s.recorder}
	err := s.o.Engine.Start(ctx, setup)
	if err == nil || s.o.PluginDir == "" || len(next.Plugins) < 2 || ctx.Err() != nil {
		s.live = next
		return err
	}
	setup.Plugins = nil
	if s.o.Engine.Start(ctx, setup) != nil {
		return err // it is not about a plugin
	}
	s.live = setup.State
	if err := s.applyEach(ctx, next); err != nil {
		_ = s.o.Engine.Close()
		return err
	}
	if len(s.live.Plugins) == 0 {
		_ = s.o.Engine.Close()
		return fmt.Errorf("none of the %d plugins in %s can run", len(next.Plugins), s.o.PluginDir)
	}
	return nil
}

// apply makes the engine serve a changed state, or as much of it as the engine
// takes where each plugin stands for itself. The error says that nothing of it
// serves.
func (s *session) apply(ctx context.Context, next State) error {
	err := s.o.Engine.Apply(ctx, next)
	if err == nil {
		s.live = next
		return nil
	}
	if s.o.PluginDir == "" || ctx.Err() != nil {
		return err
	}
	return s.applyEach(ctx, next)
}

// applyEach changes one plugin after the other. One that is refused is reported,
// and keeps its last good version or is left out.
func (s *session) applyEach(ctx context.Context, next State) error {
	base := State{Routes: next.Routes, Clusters: next.Clusters}
	for _, p := range next.Plugins {
		if old, ok := s.live.plugin(p.Name); ok {
			base.Plugins = append(base.Plugins, old)
		}
	}
	if !base.equal(s.live) {
		if err := s.o.Engine.Apply(ctx, base); err != nil {
			return err
		}
		s.live = base
	}
	for _, p := range next.Plugins {
		if old, ok := s.live.plugin(p.Name); ok && old.equal(p) {
			continue
		}
		try := s.live.with(p, next)
		if err := s.o.Engine.Apply(ctx, try); err != nil {
			s.load.refuse(p)
			s.failed = true
			_, serves := s.live.plugin(p.Name)
			s.o.OnEvent(Failed{Err: fmt.Sprintf("plugin %q: %v", p.Name, err), LeftOut: !serves})
			continue
		}
		s.live = try
	}
	return nil
}

// plugin returns the plugin of that name.
func (s State) plugin(name string) (Plugin, bool) {
	i := slices.IndexFunc(s.Plugins, func(p Plugin) bool { return p.Name == name })
	if i < 0 {
		return Plugin{}, false
	}
	return s.Plugins[i], true
}

// with returns s with p in it, in the order that the plugins have in next.
func (s State) with(p Plugin, next State) State {
	out := State{Routes: s.Routes, Clusters: s.Clusters}
	for _, q := range next.Plugins {
		if q.Name == p.Name {
			out.Plugins = append(out.Plugins, p)
		} else if old, ok := s.plugin(q.Name); ok {
			out.Plugins = append(out.Plugins, old)
		}
	}
	return out
}

func (p Plugin) equal(o Plugin) bool { return samePlugins([]Plugin{p}, []Plugin{o}) }
