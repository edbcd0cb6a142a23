package bench

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// Budget says how much callbacks may cost.
type Budget struct {
	// Callbacks are limits by the callback's name, such as proxy_on_request_headers.
	Callbacks map[string]Limits `json:"callbacks"`
	// Each are limits for every callback that Callbacks doesn't name, but for those
	// of the start: proxy_on_vm_start and proxy_on_configure.
	Each *Limits `json:"each"`
}

// Limits are for one call of a callback, as in [Callback]. nil is no limit.
type Limits struct {
	HostCalls   *float64 `json:"hostCalls"`
	Allocations *float64 `json:"allocations"`
	Bytes       *float64 `json:"bytes"`
	Nanoseconds *float64 `json:"nanoseconds"`
	// Ratio is the median time in terms of the reference work, which says the same
	// on slow and fast machines.
	Ratio *float64 `json:"ratio"`
	// Growth is in bytes, of all calls together.
	Growth *float64 `json:"growth"`
}

// Excess is a part of a budget that was exceeded.
type Excess struct {
	Callback string `json:"callback"`
	// What is the name of the limit, as in the file.
	What  string  `json:"what"`
	Limit float64 `json:"limit"`
	Got   float64 `json:"got"`
}

// String is one line about it.
func (e Excess) String() string {
	return fmt.Sprintf("%s: %s is %s, the budget %s", e.Callback, e.What, number(e.Got), number(e.Limit))
}

func number(n float64) string {
	if n == math.Trunc(n) {
		return fmt.Sprintf("%.0f", n)
	}
	return fmt.Sprintf("%.2f", n)
}

// ErrExceeded is in the error about a budget that was exceeded.
var ErrExceeded = errors.New("the budget is exceeded")

// ReadBudget reads a budget in YAML or JSON. What it doesn't know is an error.
func ReadBudget(path string) (*Budget, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	b, err := ParseBudget(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}

// ParseBudget is ReadBudget for text.
func ParseBudget(text []byte) (*Budget, error) {
	if len(text) > 1<<20 {
		return nil, errors.New("a budget of more than 1 MiB")
	}
	var b Budget
	if err := yaml.UnmarshalStrict(text, &b); err != nil {
		return nil, errors.New(strings.Join(strings.Fields(err.Error()), " "))
	}
	if len(b.Callbacks) == 0 && b.Each == nil {
		return nil, errors.New(`it limits nothing; it needs "callbacks" with limits by name, or "each"`)
	}
	for name, l := range b.Callbacks {
		if !slices.Contains(callbacks[:], name) {
			return nil, fmt.Errorf("callbacks.%s: there is no such callback; they are named like proxy_on_request_headers", name)
		}
		if err := l.check("callbacks." + name); err != nil {
			return nil, err
		}
	}
	if b.Each != nil {
		return &b, b.Each.check("each")
	}
	return &b, nil
}

// limit is one of Limits with its value.
type limit struct {
	name string
	most *float64
	got  func(Callback) float64
}

func (l Limits) all() []limit {
	return []limit{
		{"hostCalls", l.HostCalls, func(c Callback) float64 { return c.HostCallsTotal }},
		{"allocations", l.Allocations, func(c Callback) float64 { return c.Allocations }},
		{"bytes", l.Bytes, func(c Callback) float64 { return c.Bytes }},
		{"nanoseconds", l.Nanoseconds, func(c Callback) float64 { return c.Nanoseconds }},
		{"ratio", l.Ratio, func(c Callback) float64 { return c.Ratio }},
		{"growth", l.Growth, func(c Callback) float64 { return float64(c.Growth) }},
	}
}

func (l Limits) check(where string) error {
	some := false
	for _, one := range l.all() {
		if some = some || one.most != nil; one.most != nil && *one.most < 0 {
			return fmt.Errorf("%s.%s is %v; want 0 or more", where, one.name, *one.most)
		}
	}
	if !some {
		return fmt.Errorf("%s limits nothing", where)
	}
	return nil
}

// Apply compares a report with the budget, and notes in it what is exceeded. The
// error is about a budget for allocations where they are not known, or wraps
// ErrExceeded and says what.
func (b *Budget) Apply(r *Report) error {
	for _, c := range r.Callbacks {
		l, named := b.Callbacks[c.Name]
		if !named && b.Each != nil && c.Name != "proxy_on_vm_start" && c.Name != "proxy_on_configure" {
			l = *b.Each
		}
		if (l.Allocations != nil || l.Bytes != nil) && !r.Allocations {
			return errors.New("the budget limits allocations, which are not known: the module has no names of functions, or was not made by Go")
		}
		for _, one := range l.all() {
			if got := one.got(c); one.most != nil && got > *one.most {
				r.Exceeded = append(r.Exceeded, Excess{c.Name, one.name, *one.most, got})
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.Callbacks)) {
		if !slices.ContainsFunc(r.Callbacks, func(c Callback) bool { return c.Name == name }) {
			return fmt.Errorf("the budget limits %s, which did not run: the requests don't reach it, or the plugin doesn't have it", name)
		}
	}
	if len(r.Exceeded) == 0 {
		return nil
	}
	var lines []string
	for _, e := range r.Exceeded {
		lines = append(lines, e.String())
	}
	return fmt.Errorf("%w: %s", ErrExceeded, strings.Join(lines, "; "))
}
