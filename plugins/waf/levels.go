package main

import (
	"bytes"
	"regexp"
)

// level is the paranoia level whose rules run, 0 where it isn't known before a
// request. Settings of the user can change it for some requests; and rules that are
// changed, or a change to those that keep the levels apart, need all rules. So do
// ranges of rules, and rules that are counted.
func (c *Config) level() int {
	for _, text := range [][]string{c.Setup, c.SecRules} {
		if levelUnknown.MatchString(asRead(text)) {
			return 0
		}
	}
	return max(c.Paranoia, c.Detect)
}

var levelUnknown = regexp.MustCompile(`(?i)paranoia|;\s*tx\b|SecRuleUpdate|9[0-9]{2}01[0-9]|[0-9]{5}\s*-|-\s*[0-9]{6}|skip:\s*'?[0-9]{2}|` + computed)

// levels leaves out of the core rule set what does not run at a paranoia level.
type levels struct {
	at      int // 0 leaves out nothing
	dropped map[string]bool
}

// Each file has these two lines before the rules of a level: they skip the rest of the
// file where the request's level is less.
var (
	levelBegins = regexp.MustCompile(`^SecRule TX:DETECTION_PARANOIA_LEVEL "@lt ([1-4])" ".*,skipAfter:([A-Z0-9-]+)"$`)
	numberOf    = regexp.MustCompile(`id:([0-9]+)`)
)

// keep returns a file without what does not run: empty lines are in its place, so that
// the others have the numbers that logs name.
func (l *levels) keep(text []byte) []byte {
	if l.at == 0 {
		return text
	}
	kept, marker := make([]byte, 0, len(text)), ""
	for line := range bytes.Lines(text) {
		trimmed := string(bytes.TrimSpace(line))
		begins := levelBegins.FindStringSubmatch(trimmed)
		switch {
		case marker != "" && trimmed == `SecMarker "`+marker+`"`:
			marker = ""
		case marker == "" && begins != nil && int(begins[1][0]-'0') > l.at:
			marker = begins[2]
		}
		if marker == "" && begins == nil {
			kept = append(kept, line...)
			continue
		}
		kept = append(kept, '\n')
		if id := numberOf.FindStringSubmatch(trimmed); id != nil {
			l.dropped[id[1]] = true
		}
	}
	if marker != "" {
		return text // it isn't as expected
	}
	return kept
}
