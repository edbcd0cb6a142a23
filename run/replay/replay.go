// Package replay runs recorded exchanges through two versions of a plugin, or
// through one, and says what differs.
package replay

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/gateway"
	"github.com/sluiceproxy/sluice/run/play"
	"github.com/sluiceproxy/sluice/run/record"
)

// Options say what to compare.
type Options struct {
	// Recording is what to run. Required.
	Recording *record.Recording
	// Old is the module to compare with; nil means what was recorded. New is
	// compared.
	Old, New []byte
	// Plugin is the name of the recorded plugin whose configuration they get. It
	// may be left out where there was one.
	Plugin string
	// Config is used in place of what was recorded; nil means that.
	Config []byte
	// Ignore are names of further headers that are not compared.
	Ignore []string
	// Logs compares the plugin's log lines, too; of two modules only.
	Logs bool
}

// Report says what differs.
type Report struct {
	// Exchanges is how many were run.
	Exchanges int `json:"exchanges"`
	// Different are those that differ.
	Different []Difference `json:"different"`
	// Notes say what could not be done as it was.
	Notes []string `json:"notes,omitempty"`
}

// Difference is an exchange that differs.
type Difference struct {
	// Exchange is its number in the recording, from 1.
	Exchange int    `json:"exchange"`
	Request  string `json:"request"`
	// Parts are what differs.
	Parts []Part `json:"parts"`
	// Unknown are what New asked and the recording has no answer to.
	Unknown []string `json:"unknown,omitempty"`
}

// Part is one thing that differs. An empty Old or New says that it is not there.
type Part struct {
	// What is it, such as "upstream request: header x-user".
	What string `json:"what"`
	Old  string `json:"old"`
	New  string `json:"new"`
}

// Errors of Run.
var (
	// ErrWhich says that the recorded chain had several plugins, and none was named.
	ErrWhich = errors.New("the recorded chain has several plugins: name one")
	// ErrNoPlugin says that no recorded plugin has that name.
	ErrNoPlugin = errors.New("the recording has no plugin of that name")
	// ErrOneOfSeveral says that what was recorded is the work of several plugins.
	ErrOneOfSeveral = errors.New("the recorded chain has several plugins, so that what was recorded is not the work of one: compare two modules")
	// ErrLogs says that there are no recorded log lines.
	ErrLogs = errors.New("log lines are not recorded: compare two modules")
)

// Run runs the exchanges, one after another. The modules run in VMs of their own,
// which see all exchanges with the same configuration in their order, so that what
// they remember is the same for both.
func Run(ctx context.Context, o Options) (*Report, error) {
	if o.Logs && o.Old == nil {
		return nil, ErrLogs
	}
	r := &Report{Different: []Difference{}}
	runs, err := o.split()
	if err != nil {
		return nil, err
	}
	for _, part := range runs {
		if err := o.run(ctx, part, r); err != nil {
			return nil, err
		}
	}
	r.Exchanges = len(o.Recording.Exchanges)
	return r, nil
}

// part are exchanges with one configuration.
type part struct {
	name   string // of the plugin
	config []byte
	masks  record.Masks
	first  int // the number of the first one
	list   []record.Exchange
}

// split cuts the recording where the chain changed.
func (o Options) split() ([]part, error) {
	var parts []part
	rec := o.Recording
	for i, e := range rec.Exchanges {
		if n := len(parts); i > 0 && rec.ChainOf[i] == rec.ChainOf[i-1] {
			parts[n-1].list = append(parts[n-1].list, e)
			continue
		}
		p := part{name: "plugin", config: o.Config, first: i, list: []record.Exchange{e}}
		if c := rec.ChainOf[i]; c >= 0 {
			p.masks = record.Masks{Names: rec.Chains[c].Masks}.With(o.Config)
			recorded, err := o.choose(rec.Chains[c])
			if err != nil {
				return nil, err
			}
			if recorded.Name != "" {
				p.name = recorded.Name
			}
			if o.Config == nil {
				p.config = recorded.Config
			}
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// choose is the plugin that is replayed.
func (o Options) choose(c record.Chain) (p record.Plugin, err error) {
	if len(c.Plugins) > 1 && o.Old == nil {
		return p, ErrOneOfSeveral
	}
	for _, p := range c.Plugins {
		if o.Plugin == p.Name || o.Plugin == "" && len(c.Plugins) == 1 {
			return p, nil
		}
	}
	var names []string
	for _, p := range c.Plugins {
		names = append(names, p.Name)
	}
	switch {
	case len(names) == 0:
		return p, nil
	case o.Plugin == "":
		return p, fmt.Errorf("%w of %s", ErrWhich, strings.Join(names, ", "))
	}
	return p, fmt.Errorf("%w: %q; it has %s", ErrNoPlugin, o.Plugin, strings.Join(names, ", "))
}

// run plays a part to both.
func (o Options) run(ctx context.Context, p part, r *Report) (err error) {
	if strings.Contains(string(p.config), record.Mask) {
		r.note("the recorded configuration has masked values, and the plugin gets the masks: give it the real one if they matter")
	}
	runtime, err := host.NewRuntime(ctx, host.RuntimeOptions{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, runtime.Close(context.WithoutCancel(ctx))) }()
	players := map[string]*play.Player{}
	for name, code := range map[string][]byte{"old": o.Old, "new": o.New} {
		if code == nil {
			continue
		}
		player, err := play.New(ctx, play.Options{Runtime: runtime, Clusters: play.Clusters(p.list),
			Plugins: []gateway.Plugin{{Name: p.name, Code: code, Config: p.config}}})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, player.Close()) }()
		players[name] = player
	}
	for i, e := range p.list {
		if strings.Contains(string(e.Request.Body), record.Mask) || hasMask(e.Request.Headers) {
			r.note("requests have masked values, which are sent as their masks")
		}
		was := recorded(e)
		if old := players["old"]; old != nil {
			if was, err = old.Play(ctx, e); err != nil {
				return fmt.Errorf("exchange %d: %w", p.first+i+1, err)
			}
		}
		now, err := players["new"].Play(ctx, e)
		if err != nil {
			return fmt.Errorf("exchange %d: %w", p.first+i+1, err)
		}
		c := comparison{o: o, masks: p.masks, e: e, recorded: o.Old == nil}
		if parts := c.parts(was, now); len(parts) > 0 {
			title := e.Request.Get(":method") + " " + e.Request.Get(":authority") + e.Request.Get(":path")
			r.Different = append(r.Different, Difference{p.first + i + 1, title, parts, now.Unknown})
		}
	}
	return nil
}

func hasMask(headers [][2]string) bool {
	for _, h := range headers {
		if strings.Contains(h[1], record.Mask) {
			return true
		}
	}
	return false
}

// note adds a note once.
func (r *Report) note(text string) {
	for _, n := range r.Notes {
		if n == text {
			return
		}
	}
	r.Notes = append(r.Notes, text)
}

// recorded is what became of an exchange when it was recorded.
func recorded(e record.Exchange) play.Outcome {
	o := play.Outcome{Response: e.Response, Callouts: e.Callouts, Broken: e.Broken}
	if e.Upstream != nil {
		o.Upstream = &e.Upstream.Request
	}
	return o
}
