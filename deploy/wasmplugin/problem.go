package wasmplugin

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build/near"
)

// Problem is something in a file that is not as it must be.
type Problem struct {
	// File and Line say where it is. Line 0 is the file as a whole.
	File string
	Line int
	// Resource is "KIND NAMESPACE/NAME" where that much could be read.
	Resource string
	// Path is the field's, such as "spec.matchRules[0].ingress".
	Path string
	// Text says what is wrong and what to do. Values of configurations and
	// variables are never in it.
	Text string
}

// Error is file, line, path and text.
func (p *Problem) Error() string {
	text := p.Text
	if p.Path != "" {
		text = p.Path + ": " + text
	}
	if p.Line == 0 {
		return p.File + ": " + text
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, text)
}

// Broken lists the files that the problems in err are about, sorted, each once.
// What a control plane has read from one of them before, and does not get now,
// is to be kept.
func Broken(err error) (files []string) {
	for _, p := range Problems(err) {
		files = append(files, p.File)
	}
	slices.Sort(files)
	return slices.Compact(files)
}

// Problems lists the problems that err holds, in order.
func Problems(err error) (list []*Problem) {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range several.Unwrap() {
			list = append(list, Problems(e)...)
		}
		return list
	}
	var p *Problem
	if errors.As(err, &p) {
		list = append(list, p)
	}
	return list
}

// nearest is the word that was meant, "" if none is near.
func nearest(word string, words []string) string {
	best, most := "", 1+len(word)/3
	for _, w := range words {
		if n := near.Distance(strings.ToLower(word), strings.ToLower(w)); n <= most {
			best, most = w, n-1
		}
	}
	return best
}
