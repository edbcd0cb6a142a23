package gotest

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// JUnit collects events of tests and writes them in the XML form that
// continuous integration reads. The zero value has none.
type JUnit struct {
	suites []*junitSuite
	output map[string]*strings.Builder // of tests that are not over
}

type junitSuites struct {
	XMLName xml.Name      `xml:"testsuites"`
	Suites  []*junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`

	elapsed float64
}

type junitCase struct {
	Class   string     `xml:"classname,attr"`
	Name    string     `xml:"name,attr"`
	Time    string     `xml:"time,attr"`
	Failure *junitText `xml:"failure,omitempty"`
	Skipped *junitText `xml:"skipped,omitempty"`
}

type junitText struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// Add takes an event. Events of packages count where the package itself failed,
// as it does when it can't be built.
func (j *JUnit) Add(e Event) {
	key := e.Package + "\x00" + e.Test
	switch e.Action {
	case "output":
		if j.output == nil {
			j.output = map[string]*strings.Builder{}
		}
		if j.output[key] == nil {
			j.output[key] = &strings.Builder{}
		}
		if b := j.output[key]; b.Len() < maxLine {
			b.WriteString(e.Output)
		}
	case "pass", "fail", "skip":
		text := ""
		if b := j.output[key]; b != nil {
			text = b.String()
		}
		delete(j.output, key)
		if e.Test != "" || e.Action == "fail" && len(j.suite(e.Package).Cases) == 0 {
			j.suite(e.Package).add(e, text)
		}
	}
}

func (j *JUnit) suite(name string) *junitSuite {
	for _, s := range j.suites {
		if s.Name == name {
			return s
		}
	}
	s := &junitSuite{Name: name}
	j.suites = append(j.suites, s)
	return s
}

func (s *junitSuite) add(e Event, text string) {
	c := junitCase{Class: e.Package, Name: e.Test, Time: seconds(e.Elapsed)}
	if c.Name == "" {
		c.Name = "(the package itself)"
	}
	why := &junitText{Message: firstLine(text), Text: printable(text)}
	switch e.Action {
	case "fail":
		c.Failure = why
		s.Failures++
	case "skip":
		c.Skipped = why
		s.Skipped++
	}
	s.Tests++
	s.elapsed += e.Elapsed
	s.Time = seconds(s.elapsed)
	s.Cases = append(s.Cases, c)
}

// Write writes the XML.
func (j *JUnit) Write(w io.Writer) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(junitSuites{Suites: j.suites}); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func seconds(s float64) string { return fmt.Sprintf("%.3f", s) }

func firstLine(text string) string {
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "=== ") && !strings.HasPrefix(line, "--- ") {
			return printable(line)
		}
	}
	return ""
}

// printable is a text without what XML can't hold.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}
