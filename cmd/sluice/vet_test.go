package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/vet"
)

const vetData = "../../build/vet/testdata/"

func TestVet(t *testing.T) {
	r := sluice(t, "vet", vetData+"setup")
	r.wantFailure(t, "findings", "1 finding in 1 plugin")
	for _, text := range []string{"main.go:7:2: setup-in-main: wrapper.SetCtx is called in main\n", "\tgateway: ", "\tinstead: move the call into func init()"} {
		if !strings.Contains(r.stdout, text) {
			t.Errorf("no %q in %q", text, r.stdout)
		}
	}
	if r := sluice(t, "vet", vetData+"tzdata"); r.code != exitOK || r.stdout+withoutProgress(r.stderr) != "" {
		t.Errorf("nothing to find: %+v", r)
	}
	if r := sluice(t, "vet", vetData+"setup", "--rules", "blocking,exit"); r.code != exitOK {
		t.Errorf("other rules: %+v", r)
	}
	sluice(t, "vet", vetData+"target", "--target", "envoy").wantFailure(t, "target", "5 findings in 1 plugin")
	sluice(t, "vet", vetData+"...", "--rules", "shared-state").wantFailure(t, "below", "4 findings in")
}

func TestVetJSON(t *testing.T) {
	r := sluice(t, "vet", vetData+"setup", "--output", "json")
	r.wantFailure(t, "findings", "1 finding")
	var report vet.Report
	if err := json.Unmarshal([]byte(r.stdout), &report); err != nil || len(report.Findings) != 1 || report.Packages != 1 {
		t.Fatalf("%v: %s", err, r.stdout)
	}
	f := report.Findings[0]
	if f.Line != 7 || f.Column != 2 || f.Rule != "setup-in-main" || filepath.Base(f.File) != "main.go" || f.Instead == "" {
		t.Errorf("%+v", f)
	}
	r = sluice(t, "vet", vetData+"tzdata", "--output", "json")
	if r.code != exitOK || !strings.Contains(r.stdout, `"findings": []`) {
		t.Errorf("%+v", r)
	}
}

func TestVetList(t *testing.T) {
	r := sluice(t, "vet", "--list")
	if r.code != exitOK || strings.Count(r.stdout, "\n") != len(vet.Rules()) || !strings.Contains(r.stdout, "(optional)") {
		t.Errorf("%+v", r)
	}
	var rules []vet.Rule
	if err := json.Unmarshal([]byte(sluice(t, "vet", "--list", "--output", "json").stdout), &rules); err != nil || len(rules) != len(vet.Rules()) {
		t.Errorf("%v, %d rules", err, len(rules))
	}
}

func TestVetRefuses(t *testing.T) {
	sluice(t, "vet", "a", "b").wantUsage(t, "two directories", "one argument")
	sluice(t, "vet", vetData+"setup", "--rules", "nosuch").wantUsage(t, "unknown rule", `unknown rule "nosuch"`)
	sluice(t, "vet", vetData+"setup", "--rules", "").wantUsage(t, "no rule", "--rules is empty")
	sluice(t, "vet", "").wantUsage(t, "an empty directory", "got an empty one")
	sluice(t, "vet", "../../plugins").wantFailure(t, "plugins below", "../../plugins/... means all plugins below it")
	sluice(t, "vet", "nosuch").wantFailure(t, "no directory", "nosuch")
	dir := plugin(t, "package main\n\nfunc main() { undefined() }\n")
	if r := sluice(t, "vet", dir); r.code != exitFailure || r.stdout != "" || !strings.Contains(r.stderr, "main.go:3:15: undefined: undefined") {
		t.Errorf("broken: %+v", r)
	}
	sluice(t, "vet", plugin(t, source)).wantFailure(t, "no SDK", "does not import the SDK")
}
