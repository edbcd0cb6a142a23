package bundle

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/jsoncheck"
	"github.com/sluiceproxy/sluice/sdk/jsonscan"
)

// chainKey is the key of a configuration that lists plugins.
const chainKey = "_plugins_"

// OnConfigure implements abi.Guest. All plugins of a filter must take their
// configuration.
func (g *guest) OnConfigure(id uint32, size int32) bool {
	g.enter(id)
	r := g.roots[id]
	if r == nil {
		return false
	}
	if err := g.choose(r); err != nil {
		abi.Log(abi.LogCritical, "bundle: "+err.Error())
		return false
	}
	for _, e := range r.entries {
		if !g.configure(e, size) {
			abi.Log(abi.LogCritical, "bundle: plugin "+e.name+e.position()+" did not start; its own lines say why")
			return false
		}
	}
	g.settle()
	return true
}

func (g *guest) configure(e *entry, size int32) bool {
	if !g.startVM(e) {
		return false
	}
	if e.root.chain {
		size = int32(min(len(e.config), int(abi.BufferEnd)))
	}
	defer g.done()
	return g.use(e).OnConfigure(e.root.id, size)
}

// position says which plugin of a chain an entry is.
func (e *entry) position() string {
	if !e.root.chain {
		return ""
	}
	return " (" + strconv.Itoa(e.place+1) + " of " + strconv.Itoa(len(e.root.entries)) + ")"
}

// choose finds out which plugins a filter is for. A host that configures it once
// more can give it other configurations, not other plugins.
func (g *guest) choose(r *root) error {
	if g.stray {
		return errors.New("a package that is no plugin's own registers a plugin when it is initialised; call the SDK from the plugin's package")
	}
	list, chain, err := g.listed()
	if err != nil {
		return err
	}
	if len(r.entries) > 0 {
		return r.again(list, chain)
	}
	r.chain = chain
	for i, l := range list {
		e := &entry{member: l.member, root: r, place: i, config: l.config}
		nth := 0
		for _, before := range list[:i] {
			if before.member == l.member {
				nth++
			}
		}
		e.slot = e.member.slot(nth)
		r.entries = append(r.entries, e)
	}
	for _, e := range r.entries {
		g.use(e).OnContextCreate(r.id, 0)
		g.done()
	}
	return nil
}

func (r *root) again(list []listed, chain bool) error {
	same := chain == r.chain && len(list) == len(r.entries)
	for i := range list {
		same = same && list[i].member == r.entries[i].member
	}
	if !same {
		return errors.New("the plugins of a filter can't change while it runs; the gateway must make a new one")
	}
	for i := range list {
		r.entries[i].config = list[i].config
	}
	return nil
}

// listed is one plugin with its configuration.
type listed struct {
	member *member
	config []byte
}

// listed reads which plugins the filter is for.
func (g *guest) listed() (list []listed, chain bool, err error) {
	config, _ := abi.GetBufferBytes(abi.BufferPluginConfig, 0, abi.BufferEnd)
	if plugins, ok := chainOf(config); ok {
		list, err = g.chain(config, plugins)
		return list, true, err
	}
	rootID, _ := abi.GetProperty([]string{"plugin_root_id"})
	if m := g.find(string(rootID)); m != nil {
		return []listed{{member: m}}, false, nil
	}
	if len(g.members) == 1 {
		return []listed{{member: g.members[0]}}, false, nil
	}
	return nil, false, errors.New("this module holds " + g.names() + ": set the filter's root_id to one of them (it is " +
		strconv.Quote(string(rootID)) + `), or list them in its configuration, as in {"` + chainKey + `": [{"name": ` +
		strconv.Quote(g.members[0].name) + `, "config": {}}]}`)
}

// chainOf returns the list of plugins in a configuration that has one.
func chainOf(config []byte) (jsonscan.Value, bool) {
	if !bytes.Contains(config, []byte(chainKey)) || jsoncheck.Check(config, jsoncheck.Limits{Bytes: 1 << 30, Values: 1 << 30}) != nil {
		return jsonscan.Value{}, false // the plugin's own business
	}
	if jsonscan.Get(config).Kind() != jsonscan.Object {
		return jsonscan.Value{}, false
	}
	v := jsonscan.Get(config, chainKey)
	return v, v.Exists()
}

func (g *guest) chain(config []byte, plugins jsonscan.Value) (list []listed, err error) {
	lists := 0
	jsonscan.Get(config).Members(func(key, _ jsonscan.Value) bool {
		if k := key.String(); k != chainKey {
			err = errors.New("configuration: " + strconv.Quote(k) + ` beside "` + chainKey + `": what is for one plugin belongs into its "config"`)
		} else if lists++; lists > 1 {
			err = errors.New("configuration: " + chainKey + " is there twice")
		}
		return err == nil
	})
	if err == nil && plugins.Kind() != jsonscan.List {
		err = errors.New("configuration: " + chainKey + " is not a list")
	}
	if err != nil {
		return nil, err
	}
	for i, v := range plugins.Array() {
		l, err := g.readListed(v)
		if err != nil {
			return nil, errors.New("configuration: " + chainKey + "[" + strconv.Itoa(i) + "]: " + err.Error())
		}
		list = append(list, l)
	}
	if len(list) == 0 {
		return nil, errors.New("configuration: " + chainKey + " is empty; this module holds " + g.names())
	}
	return list, nil
}

// readListed reads {"name": …, "config": …}. A configuration that is a string is
// its text, for plugins that read something else than JSON.
func (g *guest) readListed(v jsonscan.Value) (l listed, err error) {
	if v.Kind() != jsonscan.Object {
		return l, errors.New(`it is no object such as {"name": …, "config": …}`)
	}
	seen := map[string]bool{}
	v.Members(func(key, value jsonscan.Value) bool {
		k := key.String()
		switch {
		case seen[k]:
			err = errors.New(strconv.Quote(k) + " is there twice")
		case k == "name":
			if l.member = g.find(value.String()); l.member == nil || value.Kind() != jsonscan.String {
				err = errors.New("no plugin is called " + strconv.Quote(value.String()) + "; this module holds " + g.names())
			}
		case k == "config" && value.Kind() == jsonscan.String:
			l.config = []byte(value.String())
		case k == "config" && value.Kind() != jsonscan.Null:
			l.config = bytes.Clone(value.Raw())
		case k != "config":
			err = errors.New("unknown key " + strconv.Quote(k) + `; "name" and "config" are known`)
		}
		seen[k] = true
		return err == nil
	})
	if err == nil && l.member == nil {
		err = errors.New(`it has no "name"; this module holds ` + g.names())
	}
	return l, err
}

func (g *guest) names() string {
	names := make([]string, len(g.members))
	for i, m := range g.members {
		names[i] = m.name
	}
	return strings.Join(names, ", ")
}
