package main

import (
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"strconv"
	"strings"
	"weak"

	crs "github.com/corazawaf/coraza-coreruleset/v4"
	"github.com/corazawaf/coraza/v3"
)

// engine is what a configuration's rules became.
type engine struct{ coraza.WAF }

// engines are those of one VM. Configurations with the same rules share one, and one
// that no configuration has any more is the collector's: a VM may see many of them.
type engines struct {
	known map[string]weak.Pointer[engine]
}

var wafs engines

// get returns the engine for the directives before and after the user's. Rules that
// don't run at a paranoia level are left out, unless that is 0.
func (e *engines) get(before, after, own string, level int) (*engine, error) {
	key := strconv.Itoa(level) + "\x00" + before + "\x00" + own + "\x00" + after
	if waf := e.known[key].Value(); waf != nil {
		return waf, nil
	}
	if err := errors.Join(readable(before), readable(own)); err != nil {
		return nil, err
	}
	if err := lazy.install(); err != nil {
		return nil, err
	}
	// Reading rules leaves little in use and much to collect, once in each VM.
	defer debug.SetGCPercent(debug.SetGCPercent(whileReading))
	lazy.trusted = true // up to trustedEnd
	waf, err := coraza.NewWAF(coraza.NewWAFConfig().
		WithRootFS(files{crs.FS, &levels{level, map[string]bool{}}}).
		WithErrorCallback(report).
		WithDirectives(before + "Include " + trustedEnd + "\n" + own + "\n" + after))
	if err != nil {
		return nil, fmt.Errorf("secRules: %w", err)
	}
	made := &engine{waf}
	e.keep(key, made)
	return made, nil
}

// keep makes an engine known, and drops those that are gone.
func (e *engines) keep(key string, made *engine) {
	if e.known == nil {
		e.known = map[string]weak.Pointer[engine]{}
	}
	maps.DeleteFunc(e.known, func(_ string, p weak.Pointer[engine]) bool { return p.Value() == nil })
	e.known[key] = weak.Make(made)
}

// whileReading is by how much memory may grow between two collections, in percent.
const whileReading = 20

// maxLine is what the library reads of a line, in bytes. It drops what follows a
// longer one without a word.
const maxLine = 64<<10 - 1

// readable refuses text of which the library would drop the end.
func readable(own string) error {
	last := ""
	for line := range strings.Lines(own) {
		if len(line) > maxLine {
			return fmt.Errorf("a line of the rules has %d bytes; at most %d are allowed", len(line), maxLine)
		}
		if text := strings.TrimSpace(line); text != "" && text[0] != '#' {
			last = text
		}
	}
	if strings.HasSuffix(last, `\`) {
		return errors.New("the last line of the rules ends with a backslash: the rest is missing")
	}
	return nil
}
