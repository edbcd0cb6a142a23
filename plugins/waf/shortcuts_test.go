package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/corazawaf/coraza/v3"
	"github.com/corazawaf/coraza/v3/experimental/plugins"
	"github.com/corazawaf/coraza/v3/experimental/plugins/plugintypes"

	native "github.com/sluiceproxy/sluice/sdk/plugintest"
)

// arguments are those of operators with something that an automaton could read in
// another way than the library.
func arguments() map[string][]string {
	return map[string][]string{
		"rx": {
			"", "^$", "$^", "a", "^admin$", "(?i)kiss", "(?i)\u212aiss", "[k-s]iss", "(?i)[^k]iss", `\bunion\b`, `\Bnion`, `a\b`, `\b\xff`, `x\x41`, `\x{41}\x{0042}`, `\x{00ff}`, `\xff`, `\x{ff41}`,
			`\x{1f4a9}`, `\\x80`, `[^\x00-\x7f]`, `[\x00-\x{10ffff}]`, `[^\x00-\x{10ffff}]`, `\377`, `\Qa.b\E`, "é", "[é-ü]", "\ufffd", `(?-s)a.b`, `(?-m)^b`, `(?-m)a$`, `a$\r?\n^b`, `(?U)a+b`,
			"%{tx.x}", `%\{tx\.x\}`, "a|", "|a", "()", "(a)(b)?", "a{0}", "(?:a{2,3}){2}", `\z`, `\Aa`, ".", "(?-s).", `\pL`, `(?i)straSSe`, "a\nb", "\x00",
		},
		"pm": {
			"", "a", "a b", "a  b", "kiss", "KISS", "ſ", "|41| b", "A|42|C|44|F", `\x41`, `a\ b`, "é", "\u212a", "a.b (c [d", "union select", "%{tx.x}", "\xff", "a\tb", "a\nb", "^$",
		},
	}
}

// oddTexts are values for them.
func oddTexts() []string {
	all := []string{
		"", "\n", "\r\n", "\r", "a", "A", "b", "ab", "aab", "aaaab", "a b", "a\nb", "a\r\nb", "b\na", "\na\n", "admin", "admin\nx", "x\r\nadmin", "Kiss", "kiſs", "\u212aiss", "KIſS", "xunion", "un\xffion",
		"\xffunion\xff", "union", "\xc3union", "é", "\xc3", "\xa9", "\xc3\xa9", "\xe2\x84", "\xe2\x84a", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "\ufffd", "\u00ff", "\U0001f4a9", "xA", "AB", "\\x80", "\x80",
		"%{tx.x}", "|41|", "ABCDF", `\x41`, `a\`, "a.b", "(c", "\x00", "\x7f", "straße", "straſſe", "STRASSE", "a\tb", "^$", "select",
	}
	size := 20 << 10
	if os.Getenv("SLUICE_STRICT") == "1" {
		size = 1 << 20
	}
	for _, s := range []string{"a", "\xff", "é", "k\n", "union ", "\u212a"} {
		all = append(all, strings.Repeat(s, size/len(s)), strings.Repeat(s, size/len(s))+"admin")
	}
	return all
}

// Whatever is asked for, operators of rules answer as the library's do alone, and
// capture the same.
func TestOperators(t *testing.T) {
	if err := lazy.install(); err != nil {
		t.Fatal(err)
	}
	waf, err := coraza.NewWAF(coraza.NewWAFConfig())
	if err != nil {
		t.Fatal(err)
	}
	tx := waf.NewTransaction().(plugintypes.TransactionState)
	for name, all := range arguments() {
		for _, args := range all {
			made, err := operators[name](plugintypes.OperatorOptions{Arguments: args})
			if err != nil {
				t.Errorf("%s %q: %v", name, args, err)
				continue
			}
			ours := made.(*screened)
			for _, text := range oddTexts() {
				for _, capturing := range []bool{false, true} {
					both := [2]capture{{tx, capturing, nil}, {tx, capturing, nil}}
					got, want := ours.Evaluate(&both[0], text), ours.operator.made.Evaluate(&both[1], text)
					if got != want || fmt.Sprint(both[0].fields) != fmt.Sprint(both[1].fields) {
						t.Fatalf("%s %q in %.40q (%d bytes), capturing %v: %v %.99q, want %v %.99q", name, args, text, len(text), capturing, got, both[0].fields, want, both[1].fields)
					}
				}
			}
		}
	}
}

// capture is a transaction that notes what is captured.
type capture struct {
	plugintypes.TransactionState
	capturing bool
	fields    []string
}

func (c *capture) Capturing() bool { return c.capturing }
func (c *capture) CaptureField(at int, text string) {
	c.fields = append(c.fields, fmt.Sprint(at, text))
}

// A pattern that can't be made is known at once, also in crs_setup: one that matched
// everything could switch the rules off.
func TestWrongPatterns(t *testing.T) {
	rule := `SecRule REQUEST_URI "@rx ^/static/(" "id:1,phase:1,pass,nolog,ctl:ruleEngine=Off"`
	for name, c := range map[string]Config{"crs_setup": {Setup: []string{rule}}, "secRules": {SecRules: []string{rule}}} {
		c.UseCRS, c.Paranoia, c.RequestLimit, c.ResponseLimit = true, 1, 1, 1
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "missing closing )") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is behind crs_setup is not taken for its end.
func TestSetupEnds(t *testing.T) {
	for _, end := range []string{` \`, " \\\n# a comment", " \\\n\n", "\nSecMarker x \\", "\nSecDataset a `"} {
		c := Config{UseCRS: true, Paranoia: 1, RequestLimit: 1, ResponseLimit: 1, Setup: []string{`SecAction "id:1,phase:1,pass,nolog"` + end}}
		if err := c.Validate(); err == nil {
			t.Errorf("%q: no error", end)
		}
	}
}

// What can't be made says neither yes nor no, however often it is asked.
func TestNeverMade(t *testing.T) {
	wrong := errors.New("wrong")
	s := &screened{read: expression, operator: later{
		make:    func(plugintypes.OperatorOptions) (plugintypes.Operator, error) { return nil, wrong },
		options: plugintypes.OperatorOptions{Arguments: "a("},
	}}
	for range 2 {
		func() {
			defer func() {
				if err, _ := recover().(error); !errors.Is(err, wrong) {
					t.Errorf("%v", err)
				}
			}()
			t.Errorf("%v", s.Evaluate(nil, "a"))
		}()
	}
}

type panics struct{}

func (panics) Evaluate(plugintypes.TransactionState, string) bool { panic("for " + "a test") }

// A panic while rules are evaluated refuses the request, whatever the rule says.
func TestPanicRefuses(t *testing.T) {
	plugins.RegisterOperator("panics", func(plugintypes.OperatorOptions) (plugintypes.Operator, error) { return panics{}, nil })
	for _, rule := range []string{`ARGS:a \"@panics a\" \"id:1,phase:1,deny`, `ARGS:a \"!@panics a\" \"id:1,phase:1,deny`, `ARGS:a \"@panics a\" \"id:1,phase:2,allow`} {
		h := native.New(t, native.Options{Config: []byte(`{"secRules":["SecRuleEngine On","SecRule ` + rule + `\""]}`), LogLevel: 6})
		ex := h.Send(native.Input{Headers: [][2]string{{":method", "GET"}, {":path", "/?a=1"}, {":scheme", "http"}, {":authority", "a.test"}}})
		if ex.Reply == nil || ex.Reply.Status != 500 {
			t.Errorf("%s: %+v", rule, ex.Reply)
		}
		ex.End()
	}
}

// Rules with what shortcuts could get wrong, each with requests that it refuses and
// some that it doesn't.
func TestRules(t *testing.T) {
	for rule, paths := range map[string][2][]string{
		`SecRule ARGS:a "!@rx ^[a-z]+$" "id:1,phase:1,deny`:                                                         {{"/?a=A", "/?a=%ff", "/?a=%0d", "/?a="}, {"/?a=b", "/?a=b%0aB", "/?b=B"}},
		`SecRule ARGS:a "!@rx \Aabcdefghijkl[k-s]*\z" "id:1,phase:1,deny`:                                           {{"/?a=abcdefghijkl%0a", "/?a=abcdefghijkl%e2%84%aa"}, {"/?a=abcdefghijkl", "/?a=abcdefghijklkks"}},
		`SecRule ARGS:a "!@pm alpha beta" "id:1,phase:1,deny`:                                                       {{"/?a=gamma", "/?a="}, {"/?a=xBETAx", "/?a=%ffalpha"}},
		`SecRule ARGS:a "@rx (?i)^kiss$" "id:1,phase:1,deny`:                                                        {{"/?a=KISS", "/?a=%e2%84%aai%c5%bfs", "/?a=x%0akiss%0ax"}, {"/?a=kiss%0d", "/?a=kis"}},
		`SecRule ARGS:a "@pm kiss" "id:1,phase:1,deny`:                                                              {{"/?a=xKISSx"}, {"/?a=%e2%84%aaiss"}},
		`SecRule ARGS:a "@rx %{tx.x}" "id:1,phase:1,deny`:                                                           {{"/?a=%25{tx.x}", "/?a=%25{tx0x}"}, {"/?a=x", "/?a="}},
		`SecRule ARGS:a "@rx b" "id:1,phase:1,t:base64Decode,multiMatch,deny`:                                       {{"/?a=b", "/?a=Yg=="}, {"/?a=YQ=="}},
		`SecRule ARGS:a "@rx ^(.)(.)?" "id:1,phase:1,capture,deny,chain"` + "\n" + `SecRule TX:1 "@streq x" "`:      {{"/?a=xy", "/?a=x"}, {"/?a=yx", "/?a="}},
		`SecRule ARGS:a "@pm alpha beta" "id:1,phase:1,capture,deny,chain"` + "\n" + `SecRule TX:0 "@streq BETA" "`: {{"/?a=BETAalpha", "/?a=..BETA"}, {"/?a=beta", "/?a=ALPHABETA", "/?a=x"}},
		`SecRule ARGS "@rx \bor\b" "id:1,phase:1,deny`:                                                              {{"/?a=%ffor%ff", "/?a=or", "/?b=x-or-y"}, {"/?a=xor", "/?a=for_"}},
		`SecRule ARGS "@rx ^$" "id:1,phase:1,deny`:                                                                  {{"/?a=", "/?a=x%0a", "/?a=%0a%0dx"}, {"/?a=x%0d", "/?a=%0d%00"}},
		`SecRule ARGS "@rx [^\x00-\x7f]" "id:1,phase:1,deny`:                                                        {{"/?a=%ff", "/?a=%c3%a9"}, {"/?a=%7f"}},
		`SecRule ARGS "@rx \xc3\xa9" "id:1,phase:1,deny`:                                                            {{"/?a=%c3%83%c2%a9"}, {"/?a=%c3%a9", "/?a=%e9"}}, // as the library reads it
		`SecRule ARGS "@rx \xe9" "id:1,phase:1,deny`:                                                                {{"/?a=%e9", "/?a=%41%e9%ff"}, {"/?a=%c3%a9"}},
	} {
		config, err := json.Marshal(map[string]any{"secRules": []string{"SecRuleEngine On\n" + rule + `"`}})
		if err != nil {
			t.Fatal(err)
		}
		h := native.New(t, native.Options{Config: config, LogLevel: 4})
		for i, list := range paths {
			for _, path := range list {
				for range 2 {
					ex := h.Send(native.Input{Headers: [][2]string{{":method", "GET"}, {":path", path}, {":scheme", "http"}, {":authority", "a.test"}}})
					if refused := ex.Reply != nil && ex.Reply.Status == 403; refused != (i == 0) {
						t.Errorf("%s\n%s: refused %v", rule, path, refused)
					}
					ex.End()
				}
			}
		}
	}
}

// Requests whose parts arrive in turns are each judged by their own.
func TestRequestsInTurns(t *testing.T) {
	h := native.New(t, native.Options{Config: []byte(`{"useCRS":true}`), LogLevel: 4})
	long := strings.Repeat("word ", 20)
	bodies := []string{"q=" + long + "one", "q=" + long + "<script>alert(1)</script>", "q=" + long + "two", "q=" + long + "1' OR '1'='1"}
	for round := range 10 {
		var open []*native.Exchange
		for _, body := range bodies {
			open = append(open, h.Send(native.Input{Open: true, Chunks: [][]byte{[]byte(body[:9])}, Headers: [][2]string{
				{":method", "POST"}, {":path", "/?p=" + url.QueryEscape(long)}, {":scheme", "http"}, {":authority", "a.test"},
				{"user-agent", agents()[0]}, {"accept", "*/*"}, {"content-type", formType}, {"content-length", strconv.Itoa(len(body))}}}))
		}
		for i := range open {
			i = (i + round) % len(open)
			open[i].More([]byte(bodies[i][9:]), true)
			if refused := open[i].Reply != nil && open[i].Reply.Status == 403; refused != (i%2 == 1) {
				t.Errorf("round %d, %s: refused %v", round, bodies[i], refused)
			}
		}
		for _, ex := range open {
			ex.End()
		}
	}
}
