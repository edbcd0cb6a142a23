package main

import (
	"fmt"
	"path/filepath"
)

// The names of sides that others are measured against.
const (
	sideNone     = "none"     // Envoy without a plugin
	sideWAT      = "wat"      // the floor
	sideRust     = "rust"     // the proxy-wasm crate
	sideHigress  = "higress"  // the wrapper of the field
	sideCallback = "callback" // ours, as most plugins are written
)

// side is one way to do what a scenario asks for. At most one of the sources is
// set; with none of them there is no filter at all.
type side struct {
	Name string
	// plugin is the directory of a plugin that sluice build builds, foreign of one
	// with a Go module of its own that plain go build builds, wat a module's text
	// and crate the directory of a Rust crate.
	plugin, foreign, wat, crate string
	// server is the directory of a Go program that answers Envoy's ext_proc filter.
	server string
	// filter is an HTTP filter of Envoy's own.
	filter object
	// config is the plugin's configuration where it is not the scenario's.
	config string
	// copies is how many times the plugin stands in the chain; 0 is once. With
	// distinct each has bytes of its own, as different plugins have.
	copies   int
	distinct bool
	// parts are different plugins in a chain; with bundled they are one module,
	// in one filter.
	parts   []side
	bundled bool
}

// all is the side and its parts.
func (s side) all() []side { return append([]side{s}, s.parts...) }

// source is what the side is made of, for messages and tests.
func (s side) source() string {
	for _, path := range []string{s.plugin, s.foreign, s.wat, s.crate, s.server} {
		if path != "" {
			return path
		}
	}
	return ""
}

// chain is s n times in a row.
func (s side) chain(name string, n int, distinct bool) side {
	s.Name, s.copies, s.distinct = name, n, distinct
	return s
}

// named is s with another name.
func (s side) named(name string) side {
	s.Name = name
	return s
}

// configured is s with another name and a configuration.
func (s side) configured(name, config string) side {
	s.Name, s.config = name, config
	return s
}

// modules builds what the side's filters load, one path for each.
func (s side) modules(build *workshop) ([]string, error) {
	if len(s.parts) > 0 && !s.bundled {
		var all []string
		for _, part := range s.parts {
			files, err := part.modules(build)
			if err != nil {
				return nil, err
			}
			all = append(all, files...)
		}
		return all, nil
	}
	file, err := build.module(s)
	if err != nil || file == "" {
		return nil, err
	}
	files := make([]string, max(s.copies, 1))
	for i := range files {
		files[i] = file
		if s.distinct {
			if files[i], err = build.variant(file, i); err != nil {
				return nil, err
			}
		}
	}
	return files, nil
}

// sources makes sides of the directories below data.
type sources struct{ data string }

func (s sources) in(parts ...string) string {
	return filepath.Join(append([]string{s.data}, parts...)...)
}
func (s sources) wat(name string) side { return side{Name: sideWAT, wat: s.in("wat", name+".wat")} }
func (s sources) plugin(scenario, style string) side {
	return side{Name: style, plugin: s.in(scenario, style)}
}
func (s sources) higress(scenario string) side {
	return side{Name: sideHigress, foreign: s.in("higress", scenario)}
}
func (s sources) rust(scenario string) side {
	return side{Name: sideRust, crate: s.in("rust"), config: scenario}
}

// lua is Envoy's own scripting filter doing what hello asks for.
func lua() side {
	return side{Name: "lua", filter: object{
		"name": "lua",
		"typed_config": object{
			"@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua",
			"default_source_code": object{"inline_string": `
function envoy_on_request(h) h:headers():add("hello", "world") end`},
		},
	}}
}

// extProc is a program outside of Envoy doing what hello asks for.
func (s sources) extProc() side {
	return side{Name: "ext_proc", server: s.in("extproc"), filter: object{
		"name": "ext_proc",
		"typed_config": object{
			"@type":           "type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor",
			"grpc_service":    object{"envoy_grpc": object{"cluster_name": "ext_proc"}, "timeout": "5s"},
			"message_timeout": "5s",
			"processing_mode": object{"request_header_mode": "SEND", "response_header_mode": "SKIP"},
		},
	}}
}

// name of the i-th filter of a chain.
func filterName(i int) string { return fmt.Sprintf("bench-%d", i) }
