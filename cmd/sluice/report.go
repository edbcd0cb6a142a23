package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/sluiceproxy/sluice/build"
)

// printReport prints a report for people. A file that is no module has nothing
// to tell but its kind: the reason follows as the command's error.
func printReport(w io.Writer, name string, r *build.Report) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row(t, "file\t%s", name)
	row(t, "kind\t%s", r.Kind)
	if r.Gzip > 0 {
		row(t, "size\t%s, %s compressed", size(r.Size), size(r.Gzip))
	} else {
		row(t, "size\t%s", size(r.Size)) // nobody takes it: what it weighs packed was not asked
	}
	row(t, "sha256\t%s", r.SHA256)
	if len(r.Sections) > 0 {
		printModule(t, r)
	}
	if len(r.Problems)+len(r.Warnings) > 0 {
		fmt.Fprintln(t)
	}
	for _, p := range r.Problems {
		row(t, "problem\t%s", p.Warning())
	}
	for _, p := range r.Warnings {
		row(t, "warning\t%s", p.Warning())
	}
	return t.Flush()
}

func printModule(w io.Writer, r *build.Report) {
	row(w, "ABI\t%s", orNone(r.ABI))
	if r.Memory != nil {
		row(w, "memory\t%s at start, %s", pages(r.Memory.MinPages), upTo(r.Memory.MaxPages))
	}
	printGo(w, r)
	row(w, "callbacks\t%s", orNone(r.Callbacks))
	row(w, "exports\t%s", orNone(r.Exports))
	printTable(w, "import\tsignature\toffered by", len(r.Imports), func(i int) string {
		m := r.Imports[i]
		signature := m.Kind
		if m.Type != "" {
			signature = m.Type
		}
		return cells("%s\t%s\t%s", m.Name, signature, orNone(m.Gateways))
	})
	printTable(w, "section\tbytes\tcompressed", len(r.Sections), func(i int) string {
		s := r.Sections[i]
		return cells("%s\t%d\t%d", s.Name, s.Size, s.Gzip)
	})
}

func printGo(w io.Writer, r *build.Report) {
	if r.Go == nil {
		row(w, "made by\t%s", orNone(r.Tools))
		return
	}
	row(w, "Go\t%s", r.Go.Version)
	row(w, "package\t%s", r.Go.Package)
	row(w, "module\t%s", r.Go.Module)
	for _, d := range r.Go.Deps {
		row(w, "depends on\t%s", d)
	}
}

// printTable prints rows under a heading, after a blank line: columns are
// aligned within a table only.
func printTable(w io.Writer, heading string, n int, row func(int) string) {
	fmt.Fprintf(w, "\n%s\n", heading)
	for i := range n {
		fmt.Fprintln(w, row(i))
	}
	if n == 0 {
		fmt.Fprintln(w, "none")
	}
}

func orNone(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

func pages(n uint64) string {
	if n > 1<<16 {
		return fmt.Sprintf("%d pages", n)
	}
	return size(int(n) << 16)
}

func upTo(max uint64) string {
	if max == 0 {
		return "no upper bound"
	}
	return "at most " + pages(max)
}
