package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/sluiceproxy/sluice/build/oci/sign"
)

// Bounds on a policy file.
const (
	maxFile  = 1 << 20 // bytes
	maxRules = 1000
	maxKeys  = 100 // in a rule
	maxKey   = 64 << 10
)

// ErrSyntax is in the error about a policy file that says nothing clear.
var ErrSyntax = errors.New("invalid policy")

// SyntaxError says what is wrong with a policy file.
type SyntaxError struct {
	// File is the file, and Path the place in it, such as "rules[0].keys[1]".
	File, Path string
	// Problem says what is wrong there.
	Problem string
	// Err is the failure behind it, if any.
	Err error
}

// Error names the file and the place.
func (e *SyntaxError) Error() string {
	text := e.File + ": "
	if e.Path != "" {
		text += e.Path + ": "
	}
	if e.Err != nil {
		return fmt.Sprintf("%s%s: %v", text, e.Problem, e.Err)
	}
	return text + e.Problem
}

// Unwrap gives ErrSyntax and the failure behind it.
func (e *SyntaxError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrSyntax}
	}
	return []error{ErrSyntax, e.Err}
}

// Load reads a policy file. Key files that it names by a relative path are
// looked for beside it.
//
// Errors: *SyntaxError, and those of the file system.
func Load(file string) (*Policy, error) {
	text, err := readBounded(file, maxFile)
	if err != nil {
		return nil, err
	}
	return Parse(file, text)
}

func readBounded(file string, limit int64) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = fmt.Errorf("%s has more than %d bytes", file, limit)
	}
	return text, err
}

// Parse reads the text of a policy file, in YAML or JSON.
func Parse(file string, text []byte) (*Policy, error) {
	if line := secondDocument(string(text)); line > 0 {
		return nil, &SyntaxError{File: file, Problem: fmt.Sprintf("line %d begins a second YAML document; only one is read", line)}
	}
	raw, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return nil, &SyntaxError{File: file, Problem: "not valid YAML: " + strings.Join(strings.Fields(err.Error()), " ")}
	}
	var tree any
	if err := json.Unmarshal(raw, &tree); err != nil {
		return nil, &SyntaxError{File: file, Problem: "not valid YAML", Err: err}
	}
	d := &decoder{file: file}
	p := d.policy(tree)
	if d.err != nil {
		return nil, d.err
	}
	return p, nil
}

// policy reads the whole file.
func (d *decoder) policy(tree any) *Policy {
	p := &Policy{Source: d.file, Default: Reject}
	top := d.object("", tree, "default", "rules")
	if value, ok := top["default"]; ok {
		p.Default = Action(d.word("default", value, string(Accept), string(Reject)))
	}
	if len(top) == 0 {
		d.fail("", "it is empty; want default and rules")
	}
	for i, item := range d.list("rules", top["rules"], maxRules) {
		p.Rules = append(p.Rules, d.rule(fmt.Sprintf("rules[%d]", i), item))
	}
	return p
}

func (d *decoder) rule(at string, tree any) Rule {
	fields := d.object(at, tree, "images", "action", "keys", "threshold", "signedAs", "annotations")
	r := Rule{
		Images:      d.texts(at+".images", fields["images"]),
		Action:      Action(d.word(at+".action", fields["action"], string(Accept), string(Reject), string(Signed))),
		SignedAs:    d.texts(at+".signedAs", fields["signedAs"]),
		Annotations: d.strings(at+".annotations", fields["annotations"]),
		Threshold:   1,
	}
	if len(r.Images) == 0 {
		d.fail(at+".images", "there is none; want patterns such as registry.example/team/**")
	}
	for i, pattern := range r.Images {
		d.pattern(fmt.Sprintf("%s.images[%d]", at, i), pattern)
	}
	for i, text := range d.texts(at+".keys", fields["keys"]) {
		r.Keys = append(r.Keys, d.key(fmt.Sprintf("%s.keys[%d]", at, i), text))
	}
	if value, ok := fields["threshold"]; ok {
		r.Threshold = d.number(at+".threshold", value)
	}
	d.judge(at, r, fields)
	return r
}

// judge finds what contradicts itself.
func (d *decoder) judge(at string, r Rule, fields map[string]any) {
	if r.Action != Signed {
		for _, name := range []string{"keys", "threshold", "signedAs", "annotations"} {
			if _, ok := fields[name]; ok {
				d.fail(at+"."+name, fmt.Sprintf("goes with the action %s, and this is %s", Signed, r.Action))
			}
		}
		return
	}
	distinct := map[string]bool{}
	for _, k := range r.Keys {
		if k != nil {
			distinct[k.Fingerprint()] = true
		}
	}
	switch {
	case len(r.Keys) == 0:
		d.fail(at+".keys", "there is none; want files of public keys, or their PEM text")
	case r.Threshold < 1 || r.Threshold > len(distinct):
		d.fail(at+".threshold", fmt.Sprintf("is %d; want 1 to %d, the number of different keys", r.Threshold, len(distinct)))
	}
}

// pattern refuses one that never matches.
func (d *decoder) pattern(at, pattern string) {
	layout, local := strings.CutPrefix(pattern, layoutPrefix)
	switch {
	case strings.Count(pattern, "/") >= maxParts:
		d.fail(at, fmt.Sprintf("%.80q has more than %d parts", pattern, maxParts))
	case local && !path.IsAbs(layout) && !filepath.IsAbs(layout) && !strings.HasPrefix(layout, "**"):
		d.fail(at, fmt.Sprintf(`%.80q: a layout's path must be a whole one, from the root, or begin with "**"`, pattern))
	case !local && strings.ContainsAny(afterAddress(pattern), `[]\`):
		d.fail(at, fmt.Sprintf(`%.80q is no pattern; only "*", "?" and "**" stand for something else`, pattern))
	}
	for _, part := range strings.Split(strings.TrimPrefix(pattern, layoutPrefix), "/") {
		if strings.Contains(part, "**") && part != "**" {
			d.fail(at, fmt.Sprintf(`%.80q: "**" must be a whole part, between slashes`, pattern))
		}
	}
	last := pattern[strings.LastIndexByte(pattern, '/')+1:]
	if strings.Contains(pattern, "://") || strings.Contains(pattern, "@") || strings.Contains(pattern, "/") && strings.Contains(last, ":") {
		d.fail(at, fmt.Sprintf("%.80q: patterns are for registry and repository, without a scheme, tag or digest", pattern))
	}
}

// afterAddress cuts off the IPv6 address that a pattern may begin with.
func afterAddress(pattern string) string {
	if inner, ok := strings.CutPrefix(pattern, "["); ok {
		if address, rest, ok := strings.Cut(inner, "]"); ok && net.ParseIP(address) != nil {
			return rest
		}
	}
	return pattern
}

// key reads a public key, as text or from a file.
func (d *decoder) key(at, text string) *sign.PublicKey {
	raw, name := []byte(text), "the key"
	if !strings.Contains(text, "-----BEGIN ") {
		if !filepath.IsAbs(text) {
			text = filepath.Join(filepath.Dir(d.file), text)
		}
		var err error
		if raw, err = readBounded(text, maxKey); err != nil {
			d.failWith(at, "the key can't be read", err)
			return nil
		}
		name = text
	}
	key, err := sign.ParsePublic(raw)
	if err != nil {
		d.failWith(at, name, err)
	}
	return key
}
