package wasmplugin

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

const oci = "oci://"

// url reads the address of a module.
func (r *reader) url(to *string) setter {
	return func(n *yaml.Node, path string) {
		s, ok := r.word(n, path)
		if !ok {
			return
		}
		u, problem := moduleURL(s)
		if problem != "" {
			r.fail(n, path, "%s", problem)
			return
		}
		*to = u
	}
}

var (
	digest    = regexp.MustCompile(`@sha256:[a-f0-9]{64}$`)
	reference = regexp.MustCompile(`^[A-Za-z0-9\[][A-Za-z0-9.:\-\[\]]*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?$`)
)

// moduleURL gives the address with a scheme, or says what is wrong with it.
func moduleURL(s string) (address, problem string) {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		scheme, rest = "oci", s
	}
	switch {
	case rest == "" || strings.ContainsAny(s, " \t\r\n"):
		return "", "want the address of a module, such as oci://registry.example/team/plugin:1.0.0, got " + masked(s)
	case scheme == "oci":
		return ociURL(s, rest)
	case scheme == "file":
		if !strings.HasPrefix(rest, "/") {
			return "", "want file:// and the file's whole path, from the root, got " + masked(s)
		}
		return s, ""
	case scheme == "http" || scheme == "https":
		u, err := url.Parse(s)
		if err != nil || u.Host == "" {
			return "", "want the address of a .wasm file, got " + masked(s)
		}
		return s, ""
	}
	return "", "the scheme of " + masked(s) + " is none of oci, http, https, file"
}

func ociURL(s, rest string) (address, problem string) {
	name, sum, pinned := strings.Cut(rest, "@")
	switch {
	case pinned && strings.Contains(sum, "@"), pinned && !strings.HasPrefix(sum, "sha256:") && strings.ContainsAny(sum, "/:."):
		return "", "an image's address has no user and password; name a secret with imagePullSecret: " + masked(s)
	case pinned && !digest.MatchString(rest):
		return "", "the digest must be sha256: and 64 digits of 0 to 9 and a to f, in " + masked(s)
	case !reference.MatchString(name):
		return "", "want an image such as registry.example/team/plugin:1.0.0, in small letters, got " + masked(s)
	}
	return oci + rest, ""
}

// masked is an address for a message, without a user's name and password and
// without a query.
func masked(s string) string {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		scheme, rest = "", s
	}
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		rest = rest[:i] + "?..."
	}
	authority, path, slash := strings.Cut(rest, "/")
	if i := strings.LastIndexByte(authority, '@'); i >= 0 && !strings.HasPrefix(authority[i:], "@sha256:") {
		authority = "***" + authority[i:]
	}
	if slash {
		authority += "/" + path
	}
	if ok {
		authority = scheme + "://" + authority
	}
	return quoted(authority)
}

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
			p.FailStrategy = FailStrategy(s)
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

// finish checks what single fields can't tell, and adds the plugin.
func (r *reader) finish(n *yaml.Node, path string, p *Plugin, config map[string]any, c *Contents) {
	n = resolve(n)
	if p.URL == "" && !r.told(join(path, "url")) {
		r.fail(n, join(path, "url"), "is missing; want the address of a module, such as oci://registry.example/team/plugin:1.0.0")
	}
	if d := digest.FindString(p.URL); d != "" && p.SHA256 != "" && strings.HasPrefix(p.URL, oci) && d != "@sha256:"+p.SHA256 {
		r.fail(n, join(path, "sha256"), "is %s, and the url says another: %s", p.SHA256, d[len("@sha256:"):])
	}
	if len(p.Selector) > 0 && len(p.TargetRefs) > 0 {
		r.fail(n, join(path, "targetRefs"), "and selector exclude each other; remove one")
	}
	if config != nil {
		p.Config = canonical(config)
	}
	c.Plugins = append(c.Plugins, *p)
}

// told reports whether there is a problem with the field already.
func (r *reader) told(path string) bool {
	for _, e := range r.problems {
		if e.Path == path && e.Resource == r.resource {
			return true
		}
	}
	return false
}

// canonical is a configuration as JSON: keys sorted, no blanks, numbers as they
// were written. That is what Istio hands on too, but for the numbers.
func canonical(config any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(config); err != nil {
		return nil // the tree was made of valid JSON
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
