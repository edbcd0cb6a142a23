package wasmplugin

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

var sum = regexp.MustCompile(`^[a-f0-9]{64}$`)

func (r *reader) sha256(to *string) setter {
	return func(n *yaml.Node, path string) {
		s, ok := r.word(n, path)
		if ok && s != "" && !sum.MatchString(s) {
			hint := ""
			if strings.HasPrefix(s, "sha256:") {
				hint = ", without \"sha256:\""
			}
			r.fail(n, path, "want 64 digits of 0 to 9 and a to f%s, got %s", hint, quoted(s))
			return
		}
		*to = s
	}
}

func (r *reader) pullPolicy(to *PullPolicy) setter {
	return func(n *yaml.Node, path string) {
		var s string
		r.oneOf(&s, "UNSPECIFIED_POLICY", "IfNotPresent", "Always")(n, path)
		*to = PullPolicy(strings.TrimPrefix(s, "UNSPECIFIED_POLICY"))
	}
}

func (r *reader) phase(to *Phase, none string) setter {
	return func(n *yaml.Node, path string) {
		var s string
		r.oneOf(&s, string(Authn), string(Authz), string(Stats), none)(n, path)
		*to = Phase(strings.TrimPrefix(s, none))
	}
}

func (r *reader) failStrategy(p *Plugin) setter {
	return func(n *yaml.Node, path string) {
		words := []string{string(FailClose), string(FailOpen)}
		if p.Kind != Higress {
			words = append(words, string(FailReload))
		}
		s := ""
		r.oneOf(&s, words...)(n, path)
		if s != "" {
			p.FailStrategy, p.FailUnset = FailStrategy(s), false
		}
	}
}

func (r *reader) vmConfig(p *Plugin) setter {
	return func(n *yaml.Node, path string) {
		r.object(n, path, fields{"env": func(n *yaml.Node, path string) {
			seen := map[string]bool{}
			r.list(n, path, func(n *yaml.Node, path string) {
				e := r.env(n, path)
				if e.Name != "" && seen[e.Name] {
					r.fail(n, join(path, "name"), "the variable %s is there twice", quoted(e.Name))
				}
				seen[e.Name] = true
				p.Env = append(p.Env, e)
			})
		}})
	}
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (r *reader) env(n *yaml.Node, path string) (e Env) {
	var from string
	r.object(n, path, fields{"name": r.text(&e.Name), "value": r.text(&e.Value), "valueFrom": r.oneOf(&from, "INLINE", "HOST")})
	e.FromHost = from == "HOST"
	switch {
	case !identifier.MatchString(e.Name) || len(e.Name) > 256:
		r.fail(n, join(path, "name"), "want the name of a variable: letters, digits and underscores, got %s", quoted(e.Name))
	case e.FromHost && e.Value != "":
		r.fail(n, join(path, "value"), "goes with valueFrom: INLINE; with HOST the value is the process's")
	}
	return e
}
