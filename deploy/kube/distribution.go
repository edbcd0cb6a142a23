package kube

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// Nonces are what each proxy was sent last, to see later that it was sent more.
type Nonces map[string]string

// Nonces of all proxies now.
func (v *View) Nonces(ctx context.Context) (Nonces, error) {
	all, err := v.Proxies(ctx)
	if err != nil {
		return nil, err
	}
	n := Nonces{}
	for _, p := range all {
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
}

// Done reports whether all proxies that get the plugin have acknowledged it.
func (d *Distribution) Done() bool { return len(d.Proxies) > 0 && len(d.Waiting) == 0 }

// String is one line.
func (d *Distribution) String() string {
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
	all, err := v.Proxies(ctx)
	if err != nil {
		return nil, err
	}
	d := &Distribution{Connected: len(all), Refused: map[string]string{}}
	for _, p := range all {
		plugins, err := v.Plugins(ctx, p.ID)
		if err != nil {
			return nil, err
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
		case d.Done():
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
