package run

import (
	"context"
	"fmt"
)

// loadEach makes the state of a plugin directory, in which each plugin stands
// for itself: one that can't be read, built or loaded keeps its last good
// version, or is left out, and is reported.
func (l *loader) loadEach(ctx context.Context, src source, rebuild bool) (State, error) {
	s, err := l.files(source{routes: src.routes})
	if err != nil {
		return s, err
	}
	for _, err := range src.broken {
		l.o.OnEvent(Failed{Err: err.Error(), LeftOut: true})
	}
	for _, m := range src.modules {
		p, err := l.one(ctx, m, rebuild)
		if ctx.Err() != nil {
			return s, ctx.Err()
		}
		good, ok := l.good[m.path()]
		if err != nil {
			l.o.OnEvent(Failed{Err: fmt.Sprintf("plugin %q: %v", m.name, err), LeftOut: !ok})
		}
		if err != nil || l.isRefused(p) {
			if !ok {
				continue
			}
			p = good
		} else {
			delete(l.refused, p.Name) // it has changed: the refused form is a new one if it comes back
		}
		l.good[m.path()] = p
		s.Plugins = append(s.Plugins, p)
	}
	if len(s.Plugins) == 0 && len(src.modules)+len(src.broken) > 0 {
		return s, fmt.Errorf("no plugin in %s can run", src.dir)
	}
	if len(s.Plugins) == 0 && l.o.NoWatch {
		return s, fmt.Errorf("%s holds no plugin, neither .wasm files nor Go main packages, and is not watched for one", src.dir)
	}
	if len(s.Plugins) == 0 && !l.warned[src.dir] {
		l.warned[src.dir] = true
		l.o.OnEvent(Warning{src.dir + " holds no plugin yet; requests pass until there is one"})
	}
	return s, nil
}

// one reads or builds one plugin.
func (l *loader) one(ctx context.Context, m module, rebuild bool) (p Plugin, err error) {
	p.Name = m.name
	if m.config != "" {
		if p.Config, err = ReadConfig(m.config); err != nil {
			return p, err
		}
	}
	if m.goDir == "" {
		p.Code, err = l.module(m.file)
		return p, err
	}
	if code, ok := l.codes[m.goDir]; ok && !rebuild {
		p.Code = code
		return p, nil
	}
	if p.Code, err = l.compile(ctx, m.goDir, m.name+".wasm", l.codes[m.goDir] == nil); err == nil {
		l.codes[m.goDir] = p.Code
	}
	return p, err
}

// refuse notes a plugin that the engine didn't take, so that it is not tried
// again before it changes. What was good before stays so.
func (l *loader) refuse(p Plugin) {
	l.refused[p.Name] = p
	for path, good := range l.good {
		if good.equal(p) {
			delete(l.good, path)
			if old, ok := l.served[p.Name]; ok {
				l.good[path] = old
			}
		}
	}
}

func (l *loader) isRefused(p Plugin) bool {
	bad, ok := l.refused[p.Name]
	return ok && bad.equal(p)
}

// serves notes what the engine has taken.
func (l *loader) serves(s State) {
	for _, p := range s.Plugins {
		l.served[p.Name] = p
	}
}
