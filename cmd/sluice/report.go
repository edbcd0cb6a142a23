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
	fmt.Fprintf(t, "file\t%s\n", name)
	fmt.Fprintf(t, "kind\t%s\n", r.Kind)
	fmt.Fprintf(t, "size\t%s, %s compressed\n", size(r.Size), size(r.Gzip))
	fmt.Fprintf(t, "sha256\t%s\n", r.SHA256)
	if len(r.Sections) > 0 {
		printModule(t, r)
	}
	if len(r.Problems)+len(r.Warnings) > 0 {
		fmt.Fprintln(t)
	}
	for _, p := range r.Problems {
		fmt.Fprintf(t, "problem\t%s\n", p.Warning())
	}
	for _, p := range r.Warnings {
		fmt.Fprintf(t, "warning\t%s\n", p.Warning())
	}
	return t.Flush()
}

func printModule(w io.Writer, r *build.Report) {
	fmt.Fprintf(w, "ABI\t%s\n", orNone(r.ABI))
	if r.Memory != nil {
		fmt.Fprintf(w, "memory\t%s at start, %s\n", pages(r.Memory.MinPages), upTo(r.Memory.MaxPages))
	}
	printGo(w, r)
	fmt.Fprintf(w, "callbacks\t%s\n", orNone(r.Callbacks))
	fmt.Fprintf(w, "exports\t%s\n", orNone(r.Exports))
	printTable(w, "import\tsignature\toffered by", len(r.Imports), func(i int) string {
		m := r.Imports[i]
		signature := m.Kind
		if m.Type != "" {
			signature = m.Type
		}
		return fmt.Sprintf("%s\t%s\t%s", m.Name, signature, orNone(m.Gateways))
	})
	printTable(w, "section\tbytes\tcompressed", len(r.Sections), func(i int) string {
		s := r.Sections[i]
		return fmt.Sprintf("%s\t%d\t%d", s.Name, s.Size, s.Gzip)
	})
}

func printGo(w io.Writer, r *build.Report) {
	if r.Go == nil {
		fmt.Fprintf(w, "made by\t%s\n", orNone(r.Tools))
		return
	}
	fmt.Fprintf(w, "Go\t%s\n", r.Go.Version)
	fmt.Fprintf(w, "package\t%s\n", r.Go.Package)
	fmt.Fprintf(w, "module\t%s\n", r.Go.Module)
	for _, d := range r.Go.Deps {
		fmt.Fprintf(w, "depends on\t%s\n", d)
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
