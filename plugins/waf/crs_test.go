package main

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	crstests "github.com/corazawaf/coraza-coreruleset/v4/tests"
	"sigs.k8s.io/yaml"

	native "github.com/sluiceproxy/sluice/sdk/plugintest"
)

// crsFile is a file of the core rule set's own tests, in go-ftw's format.
type crsFile struct {
	RuleID int `json:"rule_id"`
	Tests  []struct {
		ID     int `json:"test_id"`
		Stages []struct {
			Input  crsInput  `json:"input"`
			Output crsOutput `json:"output"`
		} `json:"stages"`
	} `json:"tests"`
}

type crsInput struct {
	Method   string         `json:"method"`
	URI      *string        `json:"uri"`
	Version  *string        `json:"version"`
	Headers  map[string]any `json:"headers"`
	Data     *string        `json:"data"`
	Encoded  string         `json:"encoded_request"`
	Complete *bool          `json:"autocomplete_headers"`
}

type crsOutput struct {
	Status      int  `json:"status"`
	ExpectError bool `json:"expect_error"`
	Log         struct {
		Expect   []int  `json:"expect_ids"`
		NoExpect []int  `json:"no_expect_ids"`
		Match    string `json:"match_regex"`
		NoMatch  string `json:"no_match_regex"`
	} `json:"log"`
}

// crsConfig is what the tests are written for: all rules at the highest level,
// nothing blocked, and the settings that some of the rules need.
const crsConfig = `{"useCRS":true,"mode":"log","paranoia_level":4,"response_body":true,"request_body_limit":13107200,"early_blocking":false,"crs_setup":["SecAction \"id:900005,phase:1,nolog,pass,setvar:tx.crs_validate_utf8_encoding=1,setvar:tx.crs_skip_response_analysis=0,setvar:tx.arg_name_length=100,setvar:tx.arg_length=400,setvar:tx.total_arg_length=64000,setvar:tx.max_num_args=255,setvar:tx.max_file_size=64100,setvar:tx.combined_file_sizes=65535\""]}`

// crsSample is one test of how many runs by default.
const crsSample = 25

// headerName is in lower case where a gateway has parsed the request.
var headerName = regexp.MustCompile(`_HEADERS:[A-Za-z-]+`)

var ruleID = regexp.MustCompile(`\[id "([0-9]+)"\]`)

// The core rule set's own tests: a sample, and all of them under SLUICE_STRICT=1.
func TestCoreRuleSet(t *testing.T) {
	every := crsSample
	if os.Getenv("SLUICE_STRICT") == "1" {
		every = 1
	}
	var lines []string
	h := native.New(t, native.Options{Config: []byte(crsConfig), LogLevel: 3, OnLog: func(l native.LogLine) { lines = append(lines, l.Message) }})
	number, ran, failed, used := 0, 0, 0, map[string]bool{}
	for _, file := range crsFiles(t) {
		for _, test := range file.Tests {
			if number++; number%every != 0 {
				continue
			}
			name := fmt.Sprintf("%d-%d", file.RuleID, test.ID)
			why := ""
			for _, stage := range test.Stages {
				if stage.Input.Encoded != "" {
					why = "a raw request"
					break
				}
				lines = nil
				crsSend(h, stage.Input)
				why = cmp.Or(why, stage.Output.wrong(lines))
			}
			if why == "a raw request" {
				continue // gateways parse requests, and what they refuse never reaches a plugin
			}
			ran++
			switch reason := crsExcluded[name]; {
			case why != "" && reason == "":
				failed++
				t.Errorf("%s: %s", name, why)
			case why != "":
				used[name] = true
			}
		}
	}
	if every == 1 {
		for name := range maps.Keys(crsExcluded) {
			if !used[name] {
				t.Errorf("%s is excluded, but passes or is not there", name)
			}
		}
	}
	t.Logf("%d tests, of which %d ran: %d passed, %d are excluded, %d failed", number, ran, ran-len(used)-failed, len(used), failed)
}

func crsFiles(t *testing.T) (all []crsFile) {
	t.Helper()
	names, err := fs.Glob(crstests.FS, "*/*.yaml")
	if err != nil || len(names) < 300 {
		t.Fatalf("%d files of tests, %v", len(names), err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(crstests.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		var f crsFile
		if err := yaml.Unmarshal(text, &f); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, f)
	}
	return all
}

// crsSend sends a request. The tests' backend answers /reflect as the request's
// body says.
func crsSend(h *native.Host, in crsInput) {
	uri := "/"
	if in.URI != nil {
		uri = *in.URI
	}
	headers := [][2]string{{":method", cmp.Or(in.Method, "GET")}, {":path", uri}, {":scheme", "http"}, {":authority", ""}}
	given := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(in.Headers)) {
		value := fmt.Sprint(in.Headers[name])
		if lower := strings.ToLower(name); lower == "host" {
			headers[3][1] = value
		} else {
			headers = append(headers, [2]string{lower, value})
		}
		given[strings.ToLower(name)] = true
	}
	body := ""
	if in.Data != nil {
		body = *in.Data
	}
	if in.Complete == nil || *in.Complete {
		if body != "" && !given["content-length"] && !given["transfer-encoding"] {
			headers = append(headers, [2]string{"content-length", strconv.Itoa(len(body))})
		}
		if body != "" && !given["content-type"] {
			headers = append(headers, [2]string{"content-type", "application/x-www-form-urlencoded"})
		}
		if !given["connection"] {
			headers = append(headers, [2]string{"connection", "close"})
		}
	}
	var parts [][]byte
	if body != "" {
		parts = [][]byte{[]byte(body)}
	}
	protocol := "HTTP/1.1"
	if in.Version != nil {
		protocol = *in.Version
	}
	ex := h.Send(native.Input{Headers: headers, Chunks: parts, Protocol: protocol})
	defer ex.End()
	if ex.Reply != nil {
		return
	}
	answer, text := [][2]string{{":status", "200"}}, "ok"
	kind := "text/plain"
	if before, _, _ := strings.Cut(uri, "?"); before == "/reflect" {
		var want struct {
			Status  int            `json:"status"`
			Headers map[string]any `json:"headers"`
			Body    string         `json:"body"`
			Encoded string         `json:"encodedBody"`
		}
		if json.Unmarshal([]byte(body), &want) == nil {
			text = want.Body
			if decoded, err := base64.StdEncoding.DecodeString(want.Encoded); err == nil && want.Encoded != "" {
				text = string(decoded)
			}
			if want.Status != 0 {
				answer[0][1] = strconv.Itoa(want.Status)
			}
			for name, value := range want.Headers {
				if strings.EqualFold(name, "content-type") {
					kind = fmt.Sprint(value)
					continue
				}
				answer = append(answer, [2]string{strings.ToLower(name), fmt.Sprint(value)})
			}
		}
	}
	ex.Respond(append(answer, [2]string{"content-type", kind}), []byte(text))
}

// wrong says what of the log is not as it should be.
func (o *crsOutput) wrong(lines []string) string {
	found := map[int]bool{}
	for _, m := range ruleID.FindAllStringSubmatch(strings.Join(lines, "\n"), -1) {
		id, _ := strconv.Atoi(m[1])
		found[id] = true
	}
	for _, id := range o.Log.Expect {
		if !found[id] {
			return fmt.Sprintf("rule %d did not match", id)
		}
	}
	for _, id := range o.Log.NoExpect {
		if found[id] {
			return fmt.Sprintf("rule %d matched", id)
		}
	}
	all := strings.Join(lines, "\n")
	match := headerName.ReplaceAllStringFunc(o.Log.Match, func(name string) string { return "_HEADERS" + strings.ToLower(name[len("_HEADERS"):]) })
	if match != "" && !regexp.MustCompile(match).MatchString(all) {
		return "the log has no " + o.Log.Match
	}
	if o.Log.NoMatch != "" && regexp.MustCompile(o.Log.NoMatch).MatchString(all) {
		return "the log has " + o.Log.NoMatch
	}
	return ""
}
