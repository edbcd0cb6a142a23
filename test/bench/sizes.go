package main

import (
	"bytes"
	"compress/gzip"
	"os"
)

// What the sizes are called.
const (
	leanPlain    = "go build, this SDK"
	leanBuilt    = "sluice build, this SDK"
	compatBuilt  = "sluice build, the field's API"
	higressPlain = "go build -ldflags '-s -w', the field's SDK"
)

// sizes builds scenario hello in several ways.
func (b *bench) sizes() ([]size, error) {
	s := sources{b.data}
	lean := s.plugin("hello", sideCallback)
	compat := side{plugin: s.in("higress", "compat")}
	var all []size
	for _, way := range []struct {
		what string
		make func() (string, error)
	}{
		{leanPlain, func() (string, error) { return b.build.plain(lean.plugin) }},
		{leanBuilt, func() (string, error) { return b.build.module(lean) }},
		{compatBuilt, func() (string, error) { return b.build.module(compat) }},
		{higressPlain, func() (string, error) { return b.build.module(s.higress("hello")) }},
	} {
		file, err := way.make()
		if err != nil {
			return nil, err
		}
		code, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		all = append(all, size{way.what, int64(len(code)), compressed(code)})
	}
	return all, nil
}

// compressed is how long gzip makes code.
func compressed(code []byte) int64 {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(code) // a buffer takes everything
	_ = w.Close()
	return int64(b.Len())
}
