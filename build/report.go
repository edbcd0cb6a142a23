package build

import (
	"fmt"
	"strings"
)

// Report describes a module. Its JSON form is what "sluice inspect --output
// json" prints.
type Report struct {
	// Kind says what the file is: "WebAssembly module", or what it is instead.
	Kind string `json:"kind"`
	// SHA256 is the digest of the whole file in hexadecimal, as gateways and
	// WasmPlugin resources name it.
	SHA256 string `json:"sha256"`
	// Size counts the file's bytes, Gzip those that an image layer would have.
	Size int `json:"size"`
	Gzip int `json:"gzip"`
	// ABI are the versions of Proxy-Wasm that the module exports, in the order
	// of its exports: a gateway takes the first that it knows.
	ABI []string `json:"abi"`
	// Imports are what the module needs of its host.
	Imports []Import `json:"imports"`
	// Callbacks are the exported functions that a gateway calls.
	Callbacks []string `json:"callbacks"`
	// Exports are all others.
	Exports []string `json:"exports"`
	// Memory is what the module starts with, and nil if it defines none.
	Memory *Memory `json:"memory,omitempty"`
	// Go says where a module made by Go comes from, and is nil for others.
	Go *GoInfo `json:"go,omitempty"`
	// Tools are the compilers that the module names.
	Tools []string `json:"tools,omitempty"`
	// Sections are the parts of the file, in order.
	Sections []Section `json:"sections"`
	// Problems are the reasons for which gateways refuse the module.
	Problems []Problem `json:"problems"`
	// Warnings are the reasons for which some versions do, or for which it
	// behaves otherwise there.
	Warnings []Problem `json:"warnings"`
}

// Import is something that a module needs of its host.
type Import struct {
	// Name is the module and the name of the import, such as "env.proxy_log".
	Name string `json:"name"`
	// Kind is "func", "memory", "table", "global" or "tag".
	Kind string `json:"kind"`
	// Type is the signature of a function.
	Type string `json:"type,omitempty"`
	// Gateways are those that offer it, such as "envoy >=1.36"; none for an
	// import that no gateway knows.
	Gateways []string `json:"gateways"`
}

// Memory is a module's linear memory, in pages of 64 KiB.
type Memory struct {
	MinPages uint64 `json:"minPages"`
	// MaxPages is 0 where the module sets no bound.
	MaxPages uint64 `json:"maxPages"`
}

// GoInfo is what the Go toolchain recorded in a module.
type GoInfo struct {
	// Version is the toolchain's, such as "go1.26.8".
	Version string `json:"version"`
	// Package is the import path of the plugin's main package.
	Package string `json:"package,omitempty"`
	// Module is the module that holds it, Deps are those that it depends on,
	// each as "path@version".
	Module string   `json:"module,omitempty"`
	Deps   []string `json:"deps,omitempty"`
	// Settings are those of the build, each as "key=value".
	Settings []string `json:"settings,omitempty"`
}

// Section is one part of the file.
type Section struct {
	// Name is the section's name; custom sections are `custom "name"`.
	Name string `json:"name"`
	// Size counts its bytes with its header, Gzip what they compress to.
	Size int `json:"size"`
	Gzip int `json:"gzip"`
}

// Problem is a reason for which gateways refuse a module.
type Problem struct {
	// Cause says what is wrong.
	Cause string `json:"cause"`
	// Cure says what to do.
	Cure string `json:"cure"`
	// Targets are the gateways that refuse the module.
	Targets []Target `json:"targets"`
}

// Warning is the problem in one line, for a module that is used all the same.
func (p Problem) Warning() string {
	titles := make([]string, 0, len(p.Targets))
	for _, t := range p.Targets {
		titles = append(titles, t.Title())
	}
	concerned := strings.Join(titles, ", ")
	if len(titles) == len(allTargets) {
		concerned = Any.Title()
	}
	return fmt.Sprintf("%s (concerns %s); %s", p.Cause, concerned, p.Cure)
}
