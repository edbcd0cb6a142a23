package main

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/corazawaf/coraza/v3/experimental/plugins"
	"github.com/corazawaf/coraza/v3/experimental/plugins/plugintypes"

	"github.com/sluiceproxy/sluice/plugins/waf/internal/automaton"
)

// candidate is a pattern of the core rule set, and the library's operator for it.
type candidate struct {
	name    string
	pattern *automaton.Pattern
	exact   bool
	theirs  plugintypes.Operator
}

// candidates are all patterns of the core rule set, with something to ask the
// operators with.
func candidates(t *testing.T) (all []candidate, without int, tx plugintypes.TransactionState) {
	t.Helper()
	if err := lazy.install(); err != nil {
		t.Fatal(err)
	}
	readers := map[string]reader{"rx": expression, "pm": words, "pmFromFile": wordsOfFile}
	for name, read := range readers {
		ours := operators[name]
		if ours == nil {
			t.Fatalf("no operator %s", name)
		}
		plugins.RegisterOperator(name, func(o plugintypes.OperatorOptions) (plugintypes.Operator, error) {
			made, err := ours(o)
			if err == nil && lazy.trusted {
				s := made.(*screened)
				p, exact := read.pattern(s.operator.options)
				if err := s.operator.begin(); err != nil {
					t.Fatal(err)
				}
				if p == nil {
					without++
				} else {
					all = append(all, candidate{name + " " + o.Arguments, p, exact, s.operator.made})
				}
			}
			return made, err
		})
		defer plugins.RegisterOperator(name, ours)
	}
	c := Config{UseCRS: true, ResponseBody: true, RequestLimit: 1, ResponseLimit: 1, Paranoia: 4, SecRules: []string{"# for " + t.Name()}}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	return all, without, c.waf.NewTransaction().(plugintypes.TransactionState)
}

// compare returns what the automaton says, which must be what the operator does.
func (c *candidate) compare(t *testing.T, tx plugintypes.TransactionState, text string) automaton.Answer {
	t.Helper()
	got, want := c.pattern.Match(text, automaton.BytesOf(text)), c.theirs.Evaluate(tx, text)
	if got == automaton.No && want || got == automaton.Yes && c.exact && !want {
		t.Fatalf("%s\nin %q: %d, the operator says %v", c.name, text, got, want)
	}
	return got
}

// All patterns of the core rule set find in its tests' requests, and in these with
// random changes, what they find without automata. A sample by default, more under
// SLUICE_STRICT=1.
func TestPatterns(t *testing.T) {
	all, without, tx := candidates(t)
	t.Logf("%d patterns, and %d without an automaton", len(all), without)
	if len(all) < 300 || without > 20 {
		t.Error("that are not those of the core rule set")
	}
	every := 2000
	if os.Getenv("SLUICE_STRICT") == "1" {
		every = 100
	}
	r := rand.New(rand.NewPCG(7, uint64(every)))
	answers := map[automaton.Answer]int{}
	for i, text := range crsTexts(t) {
		if i%every != 0 {
			continue
		}
		for _, variant := range []string{text, changed(r, text)} {
			for _, c := range all {
				answers[c.compare(t, tx, variant)]++
			}
		}
	}
	t.Logf("%d times no, %d times yes, %d times no answer; %d KiB of states", answers[automaton.No], answers[automaton.Yes], answers[automaton.Unknown], pool.Used()>>10)
	if answers[automaton.Yes] < 50 || answers[automaton.Unknown] > answers[automaton.No]/1000 {
		t.Error("that proves little")
	}
	if pool.Used() > states {
		t.Errorf("%d bytes of states", pool.Used())
	}
}

// crsTexts are values of the core rule set's tests, as sent and as rules see them.
func crsTexts(t *testing.T) (all []string) {
	t.Helper()
	for _, file := range crsFiles(t) {
		for _, test := range file.Tests {
			for _, stage := range test.Stages {
				in, values := stage.Input, []string(nil)
				if in.URI != nil {
					values = append(values, *in.URI)
				}
				if in.Data != nil && len(*in.Data) < 5000 {
					values = append(values, *in.Data)
				}
				for _, v := range in.Headers {
					values = append(values, fmt.Sprint(v))
				}
				slices.Sort(values)
				for _, v := range values {
					all = append(all, v)
					if plain, err := url.QueryUnescape(v); err == nil && plain != v {
						all = append(all, plain, strings.ToLower(plain))
					}
				}
			}
		}
	}
	return all
}

// changed is a text with pieces put in, left out and repeated.
func changed(r *rand.Rand, text string) string {
	pieces := []string{"\n", " ", "'", "\"", "\xff", "\xc3", "é", "ſ", "\u212a", "\x00", "<", ";", "(", ")", "=", "%", "\\", "/", "a", "Z", "0", "_", "\r\n", "\U0001f355", "\u2028"}
	for range 1 + r.IntN(6) {
		at := r.IntN(len(text) + 1)
		to := at + r.IntN(min(8, len(text)-at)+1)
		switch r.IntN(4) {
		case 0:
			text = text[:at] + text[to:]
		case 1:
			text = text[:to] + text[at:]
		case 2:
			text = text[:at] + pieces[r.IntN(len(pieces))] + text[at:]
		default:
			text = text[:at] + pieces[r.IntN(len(pieces))] + text[to:]
		}
	}
	return text
}

// Patterns that the library takes for bytes have no automaton, and words are a list.
func TestReaders(t *testing.T) {
	for args, want := range map[string]bool{
		`a`: true, `\x41`: true, `\x{7f}`: true, `\x{0041}`: true, "é": true, `\\x41`: true,
		`\xac`: false, `\x{ac}`: false, `\x{00E9}`: false, `\X{212a}`: false, `[^\x{be}>]`: false, `\x{100}`: false, `\\xff`: false, "\xff": false,
	} {
		if expr, exact, ok := expression(plugintypes.OperatorOptions{Arguments: args}); ok != want || ok && (!exact || expr != "(?sm)"+args) {
			t.Errorf("%q: %q %v %v", args, expr, exact, ok)
		}
	}
	for args, want := range map[string]string{"a.b c": `(?i)a\.b|c`, "é a": "", "\xff": ""} {
		if expr, exact, ok := words(plugintypes.OperatorOptions{Arguments: args}); expr != want || exact || ok != (want != "") {
			t.Errorf("%q: %q %v %v", args, expr, exact, ok)
		}
	}
}

// Words are lines of the first file of that name, without comments.
func TestWordsOfFile(t *testing.T) {
	root := fstest.MapFS{"b/words": {Data: []byte("# a comment\n\n  curl \nwget+\n")}, "c/words": {Data: []byte("no")}, "b/none": {Data: []byte("# a\n")}}
	o := plugintypes.OperatorOptions{Arguments: "words", Path: []string{"a", "b", "c"}, Root: root}
	if expr, exact, ok := wordsOfFile(o); expr != `(?i)curl|wget\+` || exact || !ok {
		t.Errorf("%q %v %v", expr, exact, ok)
	}
	for _, name := range []string{"none", "missing"} {
		o.Arguments = name
		if expr, _, ok := wordsOfFile(o); ok {
			t.Errorf("%s: %q", name, expr)
		}
		if p, _ := reader(wordsOfFile).pattern(o); p != nil {
			t.Errorf("%s: there is an automaton", name)
		}
	}
	o.Arguments, o.Path = "/words", []string{"b"} // the library's is another file
	if expr, _, ok := wordsOfFile(o); ok {
		t.Errorf("an absolute path: %q", expr)
	}
	o.Path = []string{"a", "b", "c"}
	o.Arguments = "words"
	p, exact := reader(wordsOfFile).pattern(o)
	if p == nil || exact || p.Match("a CURL b", automaton.BytesOf("a CURL b")) != automaton.Yes {
		t.Error("no automaton, or one that does not match")
	}
	broken := reader(func(plugintypes.OperatorOptions) (string, bool, bool) { return "a(", true, true })
	if p, exact := broken.pattern(o); p != nil || exact {
		t.Error("an automaton of what is no expression")
	}
}
