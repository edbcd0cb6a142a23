package main

import (
	"strings"
	"testing"
)

// Scores of responses are added up where there can be one.
func TestScoresOfResponses(t *testing.T) {
	for name, test := range map[string]struct {
		c    Config
		want bool
	}{
		"by default":              {Config{}, false},
		"bodies":                  {Config{ResponseBody: true}, true},
		"a family of requests":    {Config{Families: []string{"sqli"}}, false},
		"a family of responses":   {Config{Families: []string{"sqli", "leak"}}, true},
		"an own score":            {Config{SecRules: []string{`SecAction "id:1,phase:3,pass,setvar:tx.OUTBOUND_anomaly_score_pl1=+5"`}}, true},
		"an own rule of response": {Config{Setup: []string{`SecRule RESPONSE_HEADERS:x "@streq 1" "id:1,phase:3,deny"`}}, true},
		"a computed name":         {Config{SecRules: []string{`SecAction "id:1,phase:3,pass,setvar:tx.%{tx.a}=+5"`}}, true},
		"the rule itself":         {Config{SecRules: []string{`SecRuleRemoveById 959100`}}, true},
		"another rule":            {Config{SecRules: []string{`SecRule ARGS:a "@streq 1" "id:1,phase:1,deny"`}}, false},
	} {
		test.c.UseCRS, test.c.Paranoia = true, 1
		before, _ := test.c.directives()
		if got := strings.Contains(before, "Include @owasp_crs/RESPONSE-959-"); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
		if strings.Contains(before, ",959") != test.want {
			t.Errorf("%s: its exceptions are not as the rule", name)
		}
	}
}
