package kube

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// Nonces are what each proxy was sent last, to see later that it was sent more.
type Nonces map[string]string

// Nonces of all proxies now, of the replicas that answer.
func (v *View) Nonces(ctx context.Context) (Nonces, error) {
	c, err := v.connected(ctx)
	if err != nil {
		return nil, err
	}
	n := Nonces{}
	for _, p := range c.proxies {
		n[p.ID] = p.Sent
	}
	return n, nil
}

// Distribution says how far an object has come.
type Distribution struct {
	// Proxies are those that get the plugin, of Connected in all.
	Proxies   []string `json:"proxies"`
	Connected int      `json:"connected"`
	// Waiting are those of them that did not acknowledge it yet, and Refused why
	// one did not take it.
	Waiting []string          `json:"waiting,omitempty"`
	Refused map[string]string `json:"refused,omitempty"`
	// Silent are the replicas of istiod that didn't answer, and why. The proxies
	// that are connected to them are not known.
	Silent map[string]string `json:"silent,omitempty"`
}

// Done reports whether all proxies that get the plugin have acknowledged it, as far
// as the replicas tell that answer.
func (d *Distribution) Done() bool { return len(d.Proxies) > 0 && len(d.Waiting) == 0 }

// String is one line.
func (d *Distribution) String() string { return d.proxies() + d.untold() }

// untold says whose proxies are not known.
func (d *Distribution) untold() string {
	if len(d.Silent) == 0 {
		return ""
	}
	name := slices.Sorted(maps.Keys(d.Silent))[0]
	text := "; the proxies of " + name + " are not known: " + short(d.Silent[name])
	if more := len(d.Silent) - 1; more > 0 {
		text += fmt.Sprintf(", and those of %d more", more)
	}
	return text
}

func (d *Distribution) proxies() string {
	switch {
	case len(d.Proxies) == 0:
		return fmt.Sprintf("none of %d connected proxies gets it; its selector, namespace and match say which do", d.Connected)
	case len(d.Waiting) == 0 && len(d.Proxies) == d.Connected:
		return fmt.Sprintf("acknowledged by all %d connected proxies", d.Connected)
	case len(d.Waiting) == 0:
		return fmt.Sprintf("acknowledged by %d of %d connected proxies, and the others don't get it", len(d.Proxies), d.Connected)
	}
	text := fmt.Sprintf("acknowledged by %d of the %d proxies that get it; not by %s",
		len(d.Proxies)-len(d.Waiting), len(d.Proxies), strings.Join(d.Waiting[:min(3, len(d.Waiting))], ", "))
	for _, p := range d.Waiting {
		if why := d.Refused[p]; why != "" {
			return text + ": " + p + " refuses it: " + short(why)
		}
	}
	return text
}

// Distribution asks how far the object has come since the nonces were taken. Nil
// for them is for an object that was not changed.
func (v *View) Distribution(ctx context.Context, obj *Object, before Nonces) (*Distribution, error) {
	c, err := v.connected(ctx)
	if err != nil {
		return nil, err
	}
	d := &Distribution{Connected: len(c.proxies), Refused: map[string]string{}}
	for _, s := range c.silent {
		d.silentIs(s)
	}
	for _, p := range c.proxies {
		plugins, err := p.at.plugins(ctx, p.ID)
		if err != nil {
			plugins, err = v.Plugins(ctx, p.ID) // it has just gone to another replica
		}
		if err != nil {
			d.silentIs(silent{p.at.name, err})
			continue
		}
		text, ok := plugins[obj.Namespace()+"."+obj.Name()]
		if !ok {
			continue
		}
		d.Proxies = append(d.Proxies, p.ID)
		old, known := before[p.ID]
		fresh := before == nil || !known || old != p.Sent
		if why := p.Refused(); why != "" {
			d.Refused[p.ID] = why
		}
		if !fresh || p.Sent == "" || p.Sent != p.Acked || !strings.Contains(text, obj.needle()) {
			d.Waiting = append(d.Waiting, p.ID)
		}
	}
	slices.Sort(d.Proxies)
	slices.Sort(d.Waiting)
	return d, nil
}

// silentIs notes a replica that doesn't answer.
func (d *Distribution) silentIs(s silent) {
	if d.Silent == nil {
		d.Silent = map[string]string{}
	}
	d.Silent[s.name] = s.err.Error()
}

// needle is what is in istiod's words once it knows this version of the object.
func (o *Object) needle() string {
	if o.Kind == wasmplugin.Higress {
		return "" // its controller makes another object of it, with a version of its own
	}
	return `"` + o.ResourceVersion() + `"`
}

// WaitDistributed waits until all proxies that get the plugin have acknowledged it.
// It gives what was seen last, also where the time was up before.
func (v *View) WaitDistributed(ctx context.Context, obj *Object, before Nonces) (*Distribution, error) {
	var last *Distribution
	for {
		d, err := v.Distribution(ctx, obj, before)
		switch {
		case ctx.Err() != nil && last != nil:
			return last, nil
		case err != nil:
			return last, err
		case d.Done() && (len(d.Silent) == 0 || last != nil && len(last.Silent) > 0): // a replica has two tries
			return d, nil
		}
		last = d
		select {
		case <-ctx.Done():
			return last, nil
		case <-time.After(poll):
		}
	}
}
