package page

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// document is a README, taken apart.
type document struct {
	name   string
	usage  string
	order  string
	blocks []block
}

// block are rows with one configuration; config is YAML, or "" for config.yaml.
type block struct {
	config string
	rows   []row
}

// row is a command and the answer to it.
type row struct {
	command string
	status  int
	from    string // "upstream", "plugin" or ""
	body    string
	hasBody bool
}

// sections are those that a README has, in this order, before any others.
var sections = []string{"Configuration", "Usage", "Order"}

func parse(text string) (document, error) {
	title, rest, _ := strings.Cut(text, "\n")
	name, ok := strings.CutPrefix(title, "# ")
	if !ok {
		return document{}, errors.New("the first line is no title")
	}
	d := document{name: name}
	parts := strings.Split("\n"+rest, "\n## ")
	if strings.TrimSpace(parts[0]) == "" {
		return d, errors.New("nothing says what the plugin does, between the title and the first section")
	}
	for i, want := range sections {
		if i+1 >= len(parts) || !strings.HasPrefix(parts[i+1], want+"\n") {
			return d, fmt.Errorf("section %d is not %q", i+1, want)
		}
	}
	d.usage, d.order = parts[2], parts[3]
	var err error
	d.blocks, err = blocks(d.usage)
	return d, err
}

// blocks finds configurations and rows.
func blocks(usage string) (all []block, err error) {
	current, inside := block{}, false
	rows := 0
	for _, line := range strings.Split(usage, "\n") {
		switch {
		case inside && line == "```":
			inside = false
		case inside:
			current.config += line + "\n"
		case line == "```yaml":
			all, current, inside = append(all, current), block{}, true
		case strings.HasPrefix(line, "| `curl "):
			r, err := parseRow(line)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", line, err)
			}
			current.rows = append(current.rows, r)
			rows++
		}
	}
	if rows == 0 {
		return nil, errors.New("no row under Usage begins with a curl command")
	}
	return append(all, current), nil
}

// answerColumn is a status, who gives it, and a body.
var answerColumn = regexp.MustCompile("^([1-5][0-9][0-9])(?: (upstream|plugin))?(?: `(.*)`)?$")

func parseRow(line string) (row, error) {
	columns := strings.Split(strings.ReplaceAll(line, `\|`, "\x00"), "|")
	if len(columns) < 4 {
		return row{}, errors.New("a row has a request and an answer")
	}
	for i := range columns {
		columns[i] = strings.TrimSpace(strings.ReplaceAll(columns[i], "\x00", "|"))
	}
	m := answerColumn.FindStringSubmatchIndex(columns[2])
	if m == nil {
		return row{}, fmt.Errorf("%q is no answer: want a status such as 401, then upstream or plugin, and a body in backquotes where they matter", columns[2])
	}
	group := func(i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return columns[2][m[2*i]:m[2*i+1]]
	}
	status, err := strconv.Atoi(group(1))
	return row{command: strings.Trim(columns[1], "`"), status: status, from: group(2), body: group(3), hasBody: m[6] >= 0}, err
}
