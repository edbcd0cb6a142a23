package wasm

import (
	"bytes"
	"runtime/debug"
)

// Producer is a tool that took part in making the module, from the custom
// section "producers" of the tool conventions.
type Producer struct {
	// Field is "language", "processed-by" or "sdk".
	Field string
	// Name and Version are the tool's own.
	Name, Version string
}

// Producers are the tools that made the module, if it says so.
func (m *Module) Producers() ([]Producer, error) {
	content, ok := m.Custom("producers")
	if !ok {
		return nil, nil
	}
	r := newReader("producers", content)
	var producers []Producer
	for fields := r.count("fields"); fields > 0 && r.err == nil; fields-- {
		field := r.name("name of a field")
		for values := r.count("values"); values > 0 && r.err == nil; values-- {
			producers = append(producers, Producer{Field: field, Name: r.name("name of a tool"), Version: r.name("version of a tool")})
		}
	}
	return producers, r.end()
}

// The marks that Go's linker puts around the text of runtime/debug.BuildInfo.
const (
	infoStart = "0w\xaf\x0c\x92t\x08\x02A\xe1\xc1\x07\xe6\xd6\x18\xe6"
	infoEnd   = "\xf92C1\x86\x18 r\x00\x82B\x10A\x16\xd8\xf2"
)

// BuildInfo is what the Go toolchain recorded about the module's sources: the
// package's path, the modules and the settings of the build. It is nil for a
// module that was not made by Go, or has no such record. GoVersion is taken
// from the producers section.
func (m *Module) BuildInfo() *debug.BuildInfo {
	data := m.content(SectionData)
	start := bytes.Index(data, []byte(infoStart))
	if start < 0 {
		return nil
	}
	data = data[start+len(infoStart):]
	end := bytes.Index(data, []byte(infoEnd))
	if end < 0 {
		return nil
	}
	info, err := debug.ParseBuildInfo(string(data[:end]))
	if err != nil {
		return nil
	}
	info.GoVersion = m.goVersion()
	return info
}

func (m *Module) goVersion() string {
	producers, err := m.Producers()
	if err != nil {
		return ""
	}
	for _, p := range producers {
		if p.Field == "language" && p.Name == "Go" {
			return p.Version
		}
	}
	return ""
}
