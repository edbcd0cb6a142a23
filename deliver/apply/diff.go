package apply

import "context"

// Diff says what Apply would change: it is Apply with DryRun. Differs tells whether
// anything would.
func Diff(ctx context.Context, o Options) (*Result, error) {
	o.DryRun = true
	return Apply(ctx, o)
}

// Differs reports whether anything would be, or was, changed.
func (r *Result) Differs() bool {
	for _, c := range r.Contexts {
		for _, o := range c.Objects {
			if o.Diff != "" {
				return true
			}
		}
	}
	return false
}
