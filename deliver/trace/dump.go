package trace

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// dump is what is used of an Envoy's configuration. The rest, which may hold
// secrets, is dropped as it is read.
type dump struct {
	filters   []filter
	listeners []listener
}

// filter is a configuration that came by extension discovery.
type filter struct {
	name, version string
	kind          string   // the last part of its type, "" for none
	files         []string // of the modules: several while a new version gets a share of the requests
	remote        bool     // Envoy is to fetch a module itself
	updated       time.Time
	refused       string // Envoy's words about the newest, where it tells
}

// listener is one that came by discovery.
type listener struct {
	name, version string
	updated       time.Time
	warming       bool
	refused       string
}

// errorState is what Envoy says about an update that it did not take.
type errorState struct {
	Details string `json:"details"`
}

// rawFilter is an entry of EcdsConfigDump.
type rawFilter struct {
	Version string `json:"version_info"`
	Updated string `json:"last_updated"`
	Filter  struct {
		Name  string          `json:"name"`
		Typed json.RawMessage `json:"typed_config"`
	} `json:"ecds_filter"`
	Error *errorState `json:"error_state"`
}

// rawListener is an entry of ListenersConfigDump.
type rawListener struct {
	Name    string      `json:"name"`
	Active  *rawState   `json:"active_state"`
	Warming *rawState   `json:"warming_state"`
	Error   *errorState `json:"error_state"`
}

type rawState struct {
	Version string `json:"version_info"`
	Updated string `json:"last_updated"`
}

func parseDump(text []byte) (d dump, err error) {
	var raw struct {
		Configs []struct {
			Filters   []rawFilter   `json:"ecds_filters"`
			Listeners []rawListener `json:"dynamic_listeners"`
		}
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return d, err
	}
	for _, c := range raw.Configs {
		for _, f := range c.Filters {
			read, err := f.read()
			if err != nil {
				return d, err
			}
			d.filters = append(d.filters, read)
		}
		for _, l := range c.Listeners {
			d.listeners = append(d.listeners, l.read())
		}
	}
	return d, nil
}

func (r rawFilter) read() (filter, error) {
	f := filter{name: r.Filter.Name, version: r.Version, updated: since(r.Updated)}
	if r.Error != nil {
		f.refused = r.Error.Details
	}
	if len(r.Filter.Typed) == 0 {
		return f, nil
	}
	var typed map[string]any
	if err := json.Unmarshal(r.Filter.Typed, &typed); err != nil {
		return f, fmt.Errorf("%s: %w", f.name, err)
	}
	kind, _ := typed["@type"].(string)
	f.kind = kind[strings.LastIndexByte(kind, '.')+1:]
	f.code(typed)
	slices.Sort(f.files)
	f.files = slices.Compact(f.files)
	return f, nil
}

// code looks for modules, which may be in the branches of a matcher.
func (f *filter) code(value any) {
	switch v := value.(type) {
	case []any:
		for _, one := range v {
			f.code(one)
		}
	case map[string]any:
		vm, _ := v["vm_config"].(map[string]any)
		code, _ := vm["code"].(map[string]any)
		if local, _ := code["local"].(map[string]any); local != nil {
			file, _ := local["filename"].(string)
			f.files = append(f.files, file)
		}
		f.remote = f.remote || code["remote"] != nil
		for _, one := range v {
			f.code(one)
		}
	}
}

func (r rawListener) read() listener {
	l := listener{name: r.Name, warming: r.Warming != nil}
	if r.Active != nil {
		l.version, l.updated = r.Active.Version, since(r.Active.Updated)
	}
	if r.Error != nil {
		l.refused = r.Error.Details
	}
	return l
}

// find is the filter of a plugin. Istio calls it
// extensions.istio.io/wasmplugin/NAMESPACE.NAME, and adds what it was made of.
func (d dump) find(plugin string) *filter {
	i := slices.IndexFunc(d.filters, func(f filter) bool {
		name := f.name[strings.LastIndexByte(f.name, '/')+1:]
		name, _, _ = strings.Cut(name, "~")
		return name == plugin
	})
	if i < 0 {
		return nil
	}
	return &d.filters[i]
}

// isWasm reports whether it is a plugin, and nothing that stands in for one.
func (f *filter) isWasm() bool { return f.kind == "Wasm" || f.kind == "ExtensionWithMatcher" }
