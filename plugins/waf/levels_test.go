package main

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	crs "github.com/corazawaf/coraza-coreruleset/v4"

	"github.com/sluiceproxy/sluice/sdk/config"
	native "github.com/sluiceproxy/sluice/sdk/plugintest"
)

// Without the rules that don't run at a level, the same rules match: in the core rule
// set's own tests, of which a sample is sent, and in attacks.
func TestLevels(t *testing.T) {
	every, most := 1000, 2
	hostile := attacks() // in one order
	if os.Getenv("SLUICE_STRICT") == "1" {
		every, most = 100, 4
	} else {
		hostile = hostile[:20]
	}
	for level := 1; level <= most; level++ {
		less, rulesLess := matches(t, hostile, level, "", every)
		all, rules := matches(t, hostile, level, `,"crs_setup":["# paranoia_level is named, which keeps all rules"]`, every)
		if len(less) == 0 || !slices.Equal(less, all) {
			t.Errorf("level %d: %d matches without what doesn't run, %d with it", level, len(less), len(all))
			for i := range min(len(less), len(all)) {
				if less[i] != all[i] {
					t.Fatalf("first %s, then %s", less[i], all[i])
				}
			}
		}
		if rulesLess > rules-30 {
			t.Errorf("level %d: %d rules, with those that don't run %d", level, rulesLess, rules)
		}
	}
}

// matches are the rules that match each request, and how many there are.
func matches(t *testing.T, hostile []sample, level int, more string, every int) (all []string, rules int) {
	t.Helper()
	request := 0
	h := native.New(t, native.Options{
		Config:   fmt.Appendf(nil, `{"useCRS":true,"response_body":true,"paranoia_level":%d%s}`, level, more),
		LogLevel: 3,
		OnLog: func(l native.LogLine) {
			for _, id := range ruleID.FindAllString(l.Message, -1) {
				all = append(all, fmt.Sprint(request, id))
			}
		},
	})
	send := natively(h)
	for _, s := range hostile {
		request++
		send(s.Request)
	}
	for _, file := range crsFiles(t) {
		for _, test := range file.Tests {
			for _, stage := range test.Stages {
				if request++; request%every == 0 && stage.Input.Encoded == "" {
					crsSend(h, stage.Input)
				}
			}
		}
	}
	return all, numberOfRules(t, level, more)
}

func numberOfRules(t *testing.T, level int, more string) (n int) {
	t.Helper()
	c := Config{UseCRS: true, ResponseBody: true, Paranoia: level}
	if more != "" {
		c.Setup = []string{"# paranoia_level"}
	}
	l := levels{at: c.level(), dropped: map[string]bool{}}
	for _, f := range crsFamilies() {
		text, err := fs.ReadFile(crs.FS, "@owasp_crs/"+f.file+".conf")
		if err != nil {
			t.Fatal(err)
		}
		n += strings.Count(string(l.keep(text)), "\nSecRule ")
	}
	return n
}

// What a user's rules can do to levels keeps all rules.
func TestLevelUnknown(t *testing.T) {
	for text, want := range map[string]int{
		`SecRule ARGS "@streq 1" "id:1,phase:1,deny"`:                                          2,
		`SecRuleRemoveById 942100 942110`:                                                      2,
		`SecAction "id:1,phase:1,setvar:tx.detection_paranoia_level=3"`:                        0,
		`SecAction "id:1,phase:1,setvar:TX.Blocking_Paranoia_Level=3"`:                         0,
		`SecAction "id:1,phase:1,setvar:tx.%{tx.a}=3"`:                                         0,
		`SecRuleUpdateTargetById 942130 "!ARGS:a"`:                                             0,
		`SecRuleRemoveById 942013`:                                                             0,
		`SecRuleRemoveById 942000-942020`:                                                      0,
		`SecAction "id:1,phase:1,ctl:ruleRemoveById=942000 - 942020"`:                          0,
		`SecAction "id:1,phase:1,ctl:ruleRemoveTargetById=942190;ARGS:json.q"`:                 2,
		`SecAction "id:1,phase:1,setvar:tx.score=+%{tx.critical_anomaly_score}"`:               2,
		"SecAction \"id:1,phase:1,setvar:tx.detection_\\\n# between\n  para\\\nnoia_level=3\"": 0,
		`SecAction "id:1,phase:1,setvar:tx.detection_%{tx.a}_level=3"`:                         0,
		`SecAction "id:1,phase:1,setvar:'tx.a_%{tx.b}=3'"`:                                     0,
		`SecAction "id:1,phase:1,ctl:ruleRemoveById=1-920099"`:                                 0,
		`SecRuleRemoveById "900 - 942099"`:                                                     0,
		`SecAction "id:1,phase:1,ctl:ruleRemoveTargetByTag=OWASP_CRS;TX:/noia/"`:               0,
		`SecAction "id:1,phase:1,ctl:ruleRemoveTargetByTag=OWASP_CRS; tx"`:                     0,
		`SecAction "id:1,phase:1,ctl:ruleRemoveTargetByTag=OWASP_CRS;ARGS:tx"`:                 2,
		`SecAction "id:1,phase:1,setvar:tx.detectİon_paranoİa_level=3"`:                        0,
		`SecAction "id:1,phase:1,skip:100"`:                                                    0,
		`SecAction "id:1,phase:1,skip:1"`:                                                      2,
	} {
		for _, c := range []Config{{Paranoia: 2, Setup: []string{text}}, {Paranoia: 1, Detect: 2, SecRules: []string{text}}} {
			if got := c.level(); got != want {
				t.Errorf("%s: level %d, want %d", text, got, want)
			}
		}
	}
}

// What README.md advises keeps the level known.
func TestLevelOfAdvice(t *testing.T) {
	c, err := config.Parse[Config]([]byte(usual))
	if err != nil || c.level() != 1 {
		t.Errorf("level %d, %v", c.level(), err)
	}
}

// A file keeps its lines' numbers, and one that is not as expected is kept whole.
func TestKeep(t *testing.T) {
	skip := func(level int, id string) string {
		return fmt.Sprintf(`SecRule TX:DETECTION_PARANOIA_LEVEL "@lt %d" "id:%s,phase:1,pass,nolog,skipAfter:END-X"`, level, id)
	}
	file := []string{"SecAction id:1", skip(1, "11"), "SecRule id:2", skip(2, "13"), "SecRule \\", "  id:3", skip(3, "15"), "SecRule id:4", `SecMarker "END-X"`, "SecAction id:5", ""}
	for level, want := range map[int][]string{
		0: file,
		1: {file[0], "", file[2], "", "", "", "", "", file[8], file[9], ""},
		2: {file[0], "", file[2], "", file[4], file[5], "", "", file[8], file[9], ""},
	} {
		l := levels{at: level, dropped: map[string]bool{}}
		if got := string(l.keep([]byte(strings.Join(file, "\n")))); got != strings.Join(want, "\n") {
			t.Errorf("level %d:\n%s", level, got)
		}
		if l.dropped["4"] != (level > 0) || l.dropped["3"] != (level == 1) || l.dropped["2"] || l.dropped["5"] {
			t.Errorf("level %d: without %v", level, l.dropped)
		}
	}
	l := levels{at: 1, dropped: map[string]bool{}}
	broken := strings.Join(file[:8], "\n")
	if got := string(l.keep([]byte(broken))); got != broken {
		t.Errorf("without its end:\n%s", got)
	}
}
