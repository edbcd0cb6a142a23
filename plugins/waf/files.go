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
type files struct {
	fs.FS
	levels *levels
}

// ReadFile implements fs.ReadFileFS.
func (f files) ReadFile(name string) ([]byte, error) {
	if at := strings.IndexByte(name, '@'); at >= 0 {
		name = name[at:]
	}
	if numbers, ok := strings.CutPrefix(name, exceptionsFor); ok {
		return exceptions(f, strings.Split(numbers, ","))
	}
	switch name {
	case trustedBegin, trustedEnd:
		lazy.trusted = name == trustedBegin
		return nil, nil
	case "@recommended-conf", "@demo-conf":
		name = "@coraza.conf-recommended"
	case "@crs-setup-conf", "@crs-setup-demo-conf":
		name = "@crs-setup.conf.example"
	}
	text, err := fs.ReadFile(f.FS, name)
	if err == nil && lazy.trusted && strings.HasPrefix(name, "@owasp_crs/") && strings.HasSuffix(name, ".conf") {
		text = f.levels.keep(text)
	}
	return text, err
}

// exceptions leaves out exceptions from rules that are not there, which are errors.
func exceptions(from files, numbers []string) ([]byte, error) {
	text, err := fs.ReadFile(from.FS, "@owasp_crs/REQUEST-999-COMMON-EXCEPTIONS-AFTER.conf")
	if err != nil {
		return nil, err
	}
	var kept []byte
	for line := range strings.Lines(string(text)) {
		rule, found := strings.CutPrefix(line, "SecRuleUpdateTargetById ")
		id, _, _ := strings.Cut(rule, " ")
		if !found || len(id) > 3 && slices.Contains(numbers, id[:3]) && !from.levels.dropped[id] {
			kept = append(kept, line...)
		}
	}
	return kept, nil
}
