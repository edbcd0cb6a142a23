package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// family is a part of the core rule set.
type family struct {
	name, file string
	response   bool
}

// crsFamilies are those that a configuration can name, in the order in which they run.
func crsFamilies() []family {
	return []family{
		{"method", "REQUEST-911-METHOD-ENFORCEMENT", false},
		{"scanner", "REQUEST-913-SCANNER-DETECTION", false},
		{"protocol", "REQUEST-920-PROTOCOL-ENFORCEMENT", false},
		{"protocol-attack", "REQUEST-921-PROTOCOL-ATTACK", false},
		{"multipart", "REQUEST-922-MULTIPART-ATTACK", false},
		{"lfi", "REQUEST-930-APPLICATION-ATTACK-LFI", false},
		{"rfi", "REQUEST-931-APPLICATION-ATTACK-RFI", false},
		{"rce", "REQUEST-932-APPLICATION-ATTACK-RCE", false},
		{"php", "REQUEST-933-APPLICATION-ATTACK-PHP", false},
		{"generic", "REQUEST-934-APPLICATION-ATTACK-GENERIC", false},
		{"xss", "REQUEST-941-APPLICATION-ATTACK-XSS", false},
		{"sqli", "REQUEST-942-APPLICATION-ATTACK-SQLI", false},
		{"session-fixation", "REQUEST-943-APPLICATION-ATTACK-SESSION-FIXATION", false},
		{"java", "REQUEST-944-APPLICATION-ATTACK-JAVA", false},
		{"", "REQUEST-949-BLOCKING-EVALUATION", false},
		{"leak", "RESPONSE-950-DATA-LEAKAGES", true},
		{"leak-sql", "RESPONSE-951-DATA-LEAKAGES-SQL", true},
		{"leak-java", "RESPONSE-952-DATA-LEAKAGES-JAVA", true},
		{"leak-php", "RESPONSE-953-DATA-LEAKAGES-PHP", true},
		{"leak-iis", "RESPONSE-954-DATA-LEAKAGES-IIS", true},
		{"web-shell", "RESPONSE-955-WEB-SHELLS", true},
		{"leak-ruby", "RESPONSE-956-DATA-LEAKAGES-RUBY", true},
		{"", evaluatesResponses, false},
		{"", "RESPONSE-980-CORRELATION", false},
	}
}

// uses reports whether a part of the core rule set is used.
func (c *Config) uses(f family) bool {
	if f.file == evaluatesResponses {
		return c.scoresResponses()
	}
	if f.name == "" {
		return true
	}
	if len(c.Families) > 0 {
		return slices.Contains(c.Families, f.name)
	}
	return !f.response || c.readsResponses()
}

// evaluatesResponses is the part that adds up the scores of responses.
const evaluatesResponses = "RESPONSE-959-BLOCKING-EVALUATION"

// scoresResponses reports whether a rule can give a response a score: one of the core
// rule set, or of the user.
func (c *Config) scoresResponses() bool {
	for _, f := range crsFamilies() {
		if f.response && c.uses(f) {
			return true
		}
	}
	return namesScores.MatchString(asRead(c.Setup)) || namesScores.MatchString(asRead(c.SecRules))
}

var namesScores = regexp.MustCompile(`(?i)outbound|response|include|95[0-9]|` + computed)

// computed is a variable whose name is known with the request only: tx.a_%{tx.b}.
const computed = `tx\.[^=,'"}\s]*%`

// asRead is a user's text, and behind it the same as the library reads it: without
// comments, lines that end with a backslash joined, and in lower case, which names of
// variables are put into: the letter İ becomes i there.
func asRead(list []string) string {
	text := strings.Join(list, "\n")
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		whole, goesOn := strings.CutSuffix(line, `\`)
		b.WriteString(whole)
		if !goesOn {
			b.WriteByte('\n')
		}
	}
	return text + "\n" + strings.ToLower(b.String())
}

// readsResponses reports whether bodies of responses are inspected.
func (c *Config) readsResponses() bool {
	return c.ResponseBody || responseBodies.MatchString(asRead(c.Setup)) || responseBodies.MatchString(asRead(c.SecRules))
}

var responseBodies = regexp.MustCompile(`(?im)^\s*SecResponseBodyAccess\s+"?on\b`)

// directives are those before secRules, and after them.
func (c *Config) directives() (before, after string) {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	if c.UseCRS {
		line("Include @coraza.conf-recommended")
		line("SecRuleEngine On")
		line("SecAuditEngine Off")
	}
	line("SecRequestBodyAccess %s", onOff(c.RequestBody))
	line("SecRequestBodyLimit %d", c.RequestLimit)
	line("SecRequestBodyInMemoryLimit %d", c.RequestLimit)
	line("SecRequestBodyLimitAction %s", map[bool]string{true: "ProcessPartial", false: "Reject"}[c.RequestOver == "partial"])
	line("SecResponseBodyAccess %s", onOff(c.ResponseBody))
	line("SecResponseBodyMimeType text/plain text/html text/xml application/json")
	line("SecResponseBodyLimit %d", c.ResponseLimit)
	line("SecResponseBodyLimitAction ProcessPartial")
	if c.UseCRS {
		c.coreRules(line)
	}
	switch c.Mode {
	case "on":
		after = "SecRuleEngine On"
	case "log":
		after = "SecRuleEngine DetectionOnly"
	}
	return b.String(), after
}

// coreRules are the core rule set, with the settings that it reads first.
func (c *Config) coreRules(line func(format string, args ...any)) {
	line("Include @crs-setup.conf.example")
	for phase := 3; phase <= 5; phase++ { // those of responses are not logged without
		line(`SecDefaultAction "phase:%d,log,auditlog,pass"`, phase)
	}
	set := fmt.Sprintf("setvar:tx.blocking_paranoia_level=%d,setvar:tx.detection_paranoia_level=%d", c.Paranoia, max(c.Paranoia, c.Detect))
	set += fmt.Sprintf(",setvar:tx.inbound_anomaly_score_threshold=%d,setvar:tx.outbound_anomaly_score_threshold=%d", c.InboundScore, c.OutboundScore)
	if c.EarlyBlocking {
		set += ",setvar:tx.early_blocking=1"
	}
	line(`SecAction "id:9999001,phase:1,pass,t:none,nolog,%s"`, set)
	line("Include %s", trustedEnd)
	for _, own := range c.Setup {
		line("%s", own)
	}
	line("Include %s", trustedBegin)
	line("Include @owasp_crs/REQUEST-901-INITIALIZATION.conf")
	line("Include @owasp_crs/REQUEST-905-COMMON-EXCEPTIONS.conf")
	for _, f := range crsFamilies() {
		if c.uses(f) {
			line("Include @owasp_crs/%s.conf", f.file)
		}
	}
	line("Include %s%s", exceptionsFor, strings.Join(c.numbers(), ","))
}

// numbers are the first three digits of the rules that are used.
func (c *Config) numbers() (all []string) {
	for _, f := range crsFamilies() {
		if c.uses(f) {
			all = append(all, f.file[strings.IndexByte(f.file, '-')+1:][:3])
		}
	}
	return all
}

func onOff(on bool) string {
	if on {
		return "On"
	}
	return "Off"
}
