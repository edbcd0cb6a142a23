package main

import (
	"io/fs"
	"slices"
	"strings"
)

// exceptionsFor begins the name of a file: the core rule set's exceptions for the
// families with these numbers.
const exceptionsFor = "@exceptions-"

// files are the rules that directives can include: those of the core rule set, also
// by the names that Higress has for them.
type files struct{ fs.FS }

// ReadFile implements fs.ReadFileFS.
func (f files) ReadFile(name string) ([]byte, error) {
	if at := strings.IndexByte(name, '@'); at >= 0 {
		name = name[at:]
	}
	if numbers, ok := strings.CutPrefix(name, exceptionsFor); ok {
		return exceptions(f.FS, strings.Split(numbers, ","))
	}
	switch name {
	case trustedEnd:
		lazy.trusted = false
		return nil, nil
	case "@recommended-conf", "@demo-conf":
		name = "@coraza.conf-recommended"
	case "@crs-setup-conf", "@crs-setup-demo-conf":
		name = "@crs-setup.conf.example"
	}
	return fs.ReadFile(f.FS, name)
}

// exceptions leaves out exceptions from rules that are not there, which are errors.
func exceptions(from fs.FS, numbers []string) ([]byte, error) {
	text, err := fs.ReadFile(from, "@owasp_crs/REQUEST-999-COMMON-EXCEPTIONS-AFTER.conf")
	if err != nil {
		return nil, err
	}
	var kept []byte
	for line := range strings.Lines(string(text)) {
		rule, found := strings.CutPrefix(line, "SecRuleUpdateTargetById ")
		if !found || len(rule) > 3 && slices.Contains(numbers, rule[:3]) {
			kept = append(kept, line...)
		}
	}
	return kept, nil
}
