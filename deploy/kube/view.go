package kube

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
)

// silent is a replica that didn't answer.
type silent struct {
	name string
	err  error
}

// connected are the proxies of the replicas that answer.
type connected struct {
	proxies []attached
	silent  []silent
}

// attached is a proxy with its replica.
type attached struct {
	Proxy
	at replica
}

// connected asks all replicas. It fails where none answers, or where time is up.
func (v *View) connected(ctx context.Context) (*connected, error) {
	c := &connected{}
	for _, r := range v.replicas {
		some, err := r.proxies(ctx)
		if err != nil {
			c.silent = append(c.silent, silent{r.name, err})
		}
		for _, p := range some {
			c.proxies = append(c.proxies, attached{p, r})
		}
	}
	if len(c.silent) == len(v.replicas) || ctx.Err() != nil {
		return nil, c.err()
	}
	return c, nil
}

// err is why replicas didn't answer, nil if all did.
func (c *connected) err() error {
	var all []error
	for _, s := range c.silent {
		all = append(all, fmt.Errorf("%s: %w", s.name, s.err))
	}
	return errors.Join(all...)
}

func (r replica) proxies(ctx context.Context) ([]Proxy, error) {
	text, err := r.get(ctx, "/debug/syncz")
	if err != nil {
		return nil, err
	}
	var some []Proxy
	if err := json.Unmarshal(text, &some); err != nil {
		return nil, fmt.Errorf("/debug/syncz: %w", err)
	}
	return some, nil
}

// Proxies are those that are connected to the replicas that answer. The error says
// which don't, and the proxies of the others come with it.
func (v *View) Proxies(ctx context.Context) ([]Proxy, error) {
	c, err := v.connected(ctx)
	if err != nil {
		return nil, err
	}
	var all []Proxy
	for _, p := range c.proxies {
		all = append(all, p.Proxy)
	}
	return all, c.err()
}

// Plugins are the plugins that istiod has for a proxy now, by "namespace.name".
// The text of each is JSON. Any replica may have it.
func (v *View) Plugins(ctx context.Context, proxy string) (map[string]string, error) {
	var last error
	for _, r := range v.replicas {
		plugins, err := r.plugins(ctx, proxy)
		if err == nil {
			return plugins, nil
		}
		last = fmt.Errorf("%s: %w", r.name, err)
	}
	return nil, last
}

func (r replica) plugins(ctx context.Context, proxy string) (map[string]string, error) {
	text, err := r.get(ctx, "/debug/ecdsz?proxyID="+url.QueryEscape(proxy))
	if err != nil {
		return nil, err
	}
	var dump struct{ Configs []json.RawMessage }
	if err := json.Unmarshal(text, &dump); err != nil {
		return nil, fmt.Errorf("/debug/ecdsz: %w", err)
	}
	plugins := map[string]string{}
	for _, c := range dump.Configs {
		// A filter of Wasm has its name inside; all others are shown with theirs.
		var named struct {
			Name   string
			Config struct{ Name string }
		}
		if json.Unmarshal(c, &named) == nil {
			plugins[pluginName(cmp.Or(named.Config.Name, named.Name))] = string(c)
		}
	}
	return plugins, nil
}
