package main

import (
	"strings"
	"testing"
	"testing/fstest"
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
		"a name in part computed": {Config{Setup: []string{`SecAction "id:1,phase:3,pass,setvar:tx.out%{tx.a}=+5"`}}, true},
		"a name on two lines":     {Config{SecRules: []string{"SecAction \"id:1,phase:3,pass,setvar:tx.out\\", "# between", "bound_anomaly_score_pl1=+5\""}}, true},
		"files by a pattern":      {Config{Setup: []string{`Include @owasp_crs/RESP*DATA-LEAKAGES-PHP.conf`}}, true},
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

// Families are those that are named, without a name all of requests, and with bodies
// of responses all.
func TestFamilies(t *testing.T) {
	for _, f := range crsFamilies() {
		if f.name == "" {
			continue
		}
		include := "Include @owasp_crs/" + f.file + ".conf\n"
		if response := strings.HasPrefix(f.file, "RESPONSE"); response != f.response {
			t.Errorf("%s: of responses %v", f.name, f.response)
		}
		for name, test := range map[string]struct {
			c    Config
			want bool
		}{
			"by default":               {Config{}, !f.response},
			"bodies of responses":      {Config{ResponseBody: true}, true},
			"bodies by a directive":    {Config{SecRules: []string{"SecResponseBodyAccess On"}}, true},
			"by one in quotes":         {Config{SecRules: []string{`secResponseBodyAccess "on"`}}, true},
			"by one before":            {Config{Setup: []string{"SecResponseBodyAccess \\", "On"}}, true},
			"by none":                  {Config{Setup: []string{"SecResponseBodyAccess Off # SecResponseBodyAccess On"}}, !f.response},
			"named":                    {Config{Families: []string{f.name}}, true},
			"another is named":         {Config{Families: []string{"none"}, ResponseBody: true}, false},
			"without the core rules":   {Config{}, false},
			"without, and with bodies": {Config{ResponseBody: true}, false},
		} {
			test.c.UseCRS, test.c.Paranoia = !strings.HasPrefix(name, "without"), 1
			before, _ := test.c.directives()
			if got := strings.Contains(before, include); got != test.want {
				t.Errorf("%s, %s: %v, want %v", f.name, name, got, test.want)
			}
			number := f.file[strings.IndexByte(f.file, '-')+1:][:3]
			_, exceptions, _ := strings.Cut(before, "Include "+exceptionsFor)
			if got := strings.Contains(exceptions, number); got != test.want {
				t.Errorf("%s, %s: its exceptions %v, want %v", f.name, name, got, test.want)
			}
		}
	}
}

// Exceptions are those from rules that are read.
func TestExceptions(t *testing.T) {
	file := "# text\nSecRuleUpdateTargetById 942100 \"!ARGS:a\"\nSecRuleUpdateTargetById 942200 \"!ARGS:a\"\nSecRuleUpdateTargetById 941100 \"!ARGS:a\"\nSecRule x\n"
	root := fstest.MapFS{"@owasp_crs/REQUEST-999-COMMON-EXCEPTIONS-AFTER.conf": {Data: []byte(file)}}
	f := files{root, &levels{1, map[string]bool{"942200": true}}}
	got, err := f.ReadFile("/etc/" + exceptionsFor + "911,942")
	want := "# text\nSecRuleUpdateTargetById 942100 \"!ARGS:a\"\nSecRule x\n"
	if err != nil || string(got) != want {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := (files{fstest.MapFS{}, f.levels}).ReadFile(exceptionsFor); err == nil {
		t.Error("no error without the file")
	}
}
