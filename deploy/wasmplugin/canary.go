package wasmplugin

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// CanaryAnnotation begins the names of the annotations that ask for progressive
// delivery. The one with exactly this name must be there if any is.
const CanaryAnnotation = "sluice.dev/canary"

// Defaults of Canary.
const (
	DefaultCanaryInterval = time.Minute
	DefaultCanaryRequests = 100
	DefaultCanaryErrors   = 1.0
	DefaultCanaryLatency  = 50.0
)

// Canary says how a new version of a plugin takes over.
type Canary struct {
	// Header and Value pin requests to the new version: a header of this name,
	// in small letters, with exactly this value. None is no pinning.
	Header, Value string
	// Steps are the shares of requests that the new version gets, one after the
	// other, in percent; the last is 100. None is pinned requests only, until it is
	// promoted by hand.
	Steps []int
	// PinnedFirst has a step of pinned requests only come before Steps: the header
	// was asked for without a share.
	PinnedFirst bool
	// Interval is how long a step takes at least, 1s to 24h.
	Interval time.Duration
	// MinRequests is how many requests of the new version a step takes at least, 1
	// to 1000000.
	MinRequests int
	// MaxErrors is how much higher the share of failed requests may be than that of
	// the version that runs, in percentage points.
	MaxErrors float64
	// MaxLatency is how much longer the 95th percentile of the duration may be, in
	// percent. Negative is no limit.
	MaxLatency float64
}

// canaryFields read the annotations, by what follows the prefix.
var canaryFields = map[string]func(*Canary, string) error{
	"":                      (*Canary).first,
	"-steps":                (*Canary).steps,
	"-interval":             (*Canary).interval,
	"-min-requests":         (*Canary).requests,
	"-max-error-rate":       (*Canary).errors,
	"-max-latency-increase": (*Canary).latency,
}

// CanaryProblem is an annotation that can't be used.
type CanaryProblem struct {
	// Key is the annotation's name.
	Key string
	// Err says what is wrong, and what is allowed.
	Err error
}

// ParseCanary reads what annotations ask for: nil where there is none for progressive
// delivery. All problems are reported; with any there is no Canary.
func ParseCanary(annotations map[string]string) (*Canary, []CanaryProblem) {
	c := &Canary{Interval: DefaultCanaryInterval, MinRequests: DefaultCanaryRequests, MaxErrors: DefaultCanaryErrors, MaxLatency: DefaultCanaryLatency}
	var problems []CanaryProblem
	last, asked := "", false
	for _, key := range slices.Sorted(maps.Keys(annotations)) {
		name, ok := strings.CutPrefix(key, CanaryAnnotation)
		if !ok {
			continue
		}
		last, asked = key, asked || name == ""
		set := canaryFields[name]
		if set == nil {
			problems = append(problems, CanaryProblem{key, fmt.Errorf("is not known; there are %s", strings.Join(canaryNames(), ", "))})
		} else if err := set(c, annotations[key]); err != nil {
			problems = append(problems, CanaryProblem{key, err})
		}
	}
	switch {
	case last == "":
		return nil, nil
	case !asked:
		problems = append(problems, CanaryProblem{last, fmt.Errorf("does nothing without %s", CanaryAnnotation)})
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return c, nil
}

// Canary is what the annotations ask for, nil for none. Those of a plugin that was
// read have no problems.
func (p *Plugin) Canary() *Canary {
	c, _ := ParseCanary(p.Annotations)
	return c
}

func canaryNames() (names []string) {
	for _, name := range slices.Sorted(maps.Keys(canaryFields)) {
		names = append(names, CanaryAnnotation+name)
	}
	return names
}

// canaryForm is a share, a header, or both.
var canaryForm = regexp.MustCompile(`^(?:([0-9]{1,3})%)?(?:, *)?(?:header +([A-Za-z0-9_-]{1,64})=([!-+\--~]{1,128}))?$`)

func (c *Canary) first(text string) error {
	found := canaryForm.FindStringSubmatch(text)
	both := found != nil && found[1] != "" && found[2] != ""
	if found == nil || found[1] == "" && found[2] == "" || both != strings.Contains(text, ",") {
		return fmt.Errorf(`%s: want a share such as "5%%", a header such as "header x-canary=1", or both with a comma`, quoted(text))
	}
	c.Header, c.Value = strings.ToLower(found[2]), found[3]
	if c.PinnedFirst = found[1] == ""; c.PinnedFirst {
		return nil
	}
	share, err := strconv.Atoi(found[1])
	if err != nil || share < 1 || share > 99 {
		return fmt.Errorf("%s: want 1%% to 99%%", quoted(text))
	}
	if len(c.Steps) == 0 {
		c.Steps = []int{share, 100}
	} else if c.Steps[0] != share {
		c.Steps = append([]int{share}, c.Steps...)
	}
	return nil
}

// steps come after first: the names are in order.
func (c *Canary) steps(text string) error {
	var out []int
	for _, word := range strings.Split(text, ",") {
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(word), "%"))
		if err != nil || n < 1 || n > 100 || len(out) > 0 && n <= out[len(out)-1] {
			return fmt.Errorf("%s: want percentages from 1 to 100 that rise, such as \"5,25,50,100\"", quoted(text))
		}
		out = append(out, n)
	}
	if out[len(out)-1] != 100 {
		out = append(out, 100)
	}
	if len(c.Steps) > 0 && c.Steps[0] > out[0] || len(c.Steps) > 0 && out[0] == 100 {
		return fmt.Errorf("%s: the first step is less than the share in %s, %d%%", quoted(text), CanaryAnnotation, c.Steps[0])
	}
	if len(c.Steps) > 0 && c.Steps[0] < out[0] {
		out = append([]int{c.Steps[0]}, out...)
	}
	c.Steps = out
	return nil
}

func (c *Canary) interval(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d < time.Second || d > 24*time.Hour {
		return fmt.Errorf("%s: want a time from 1s to 24h, such as \"60s\"", quoted(text))
	}
	c.Interval = d
	return nil
}

func (c *Canary) requests(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 1_000_000 {
		return fmt.Errorf("%s: want a number from 1 to 1000000", quoted(text))
	}
	c.MinRequests = n
	return nil
}

func (c *Canary) errors(text string) (err error) {
	c.MaxErrors, err = percent(text, 100)
	return err
}

func (c *Canary) latency(text string) (err error) {
	if text == "off" {
		c.MaxLatency = -1
		return nil
	}
	if c.MaxLatency, err = percent(text, 10000); err != nil {
		err = fmt.Errorf("%w, or \"off\"", err)
	}
	return err
}

// percentForm is a number with at most three digits after the point.
var percentForm = regexp.MustCompile(`^[0-9]{1,5}(\.[0-9]{1,3})?%$`)

func percent(text string, most float64) (float64, error) {
	f, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
	if err != nil || !percentForm.MatchString(text) || f > most {
		return 0, fmt.Errorf("%s: want a percentage from 0%% to %g%%, such as \"1%%\"", quoted(text), most)
	}
	return f, nil
}

// annotations reads the annotations, and refuses those about progressive delivery
// that can't be used.
func (r *reader) annotations(p *Plugin) setter {
	return func(n *yaml.Node, path string) {
		r.table(&p.Annotations)(n, path)
		at := map[string]*yaml.Node{}
		r.pairs(n, path, func(key string, _, value *yaml.Node) { at[key] = value })
		_, problems := ParseCanary(p.Annotations)
		for _, problem := range problems {
			if v := at[problem.Key]; v != nil {
				r.fail(v, join(path, problem.Key), "%v", problem.Err)
			}
		}
	}
}
