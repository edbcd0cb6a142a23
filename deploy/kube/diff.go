package kube

import (
	"fmt"
	"strings"

	"sigs.k8s.io/yaml"
)

// Diff are the lines of YAML in which two objects differ, with a sign before each
// and three lines around, or "" where they are the same. Nil is an object that is
// not there. What only the cluster writes is left out, and so is the history; of
// members that secret is true for, only that they change is shown.
func Diff(before, after *Object, secret func(name string) bool) (string, error) {
	old, err := shown(before, after, "*** (old)", secret)
	if err != nil {
		return "", err
	}
	now, err := shown(after, before, "*** (new)", secret)
	if err != nil {
		return "", err
	}
	return diffLines(lines(old), lines(now)), nil
}

// shown is an object as Diff shows it. Where a secret differs from the other
// object's, the mark stands for it.
func shown(o, other *Object, mark string, secret func(string) bool) (string, error) {
	if o == nil {
		return "", nil
	}
	fields := plain(o.WithoutHistory().u.Object)
	var others any
	if other != nil {
		others = other.u.Object
	}
	text, err := yaml.Marshal(masked(fields, others, mark, secret))
	return string(text), err
}

// masked replaces the values of secret members.
func masked(v, other any, mark string, secret func(string) bool) any {
	switch v := v.(type) {
	case map[string]any:
		others, _ := other.(map[string]any)
		for k, member := range v {
			if secret != nil && secret(k) {
				v[k] = mask(member, others[k], mark)
			} else {
				v[k] = masked(member, others[k], mark, secret)
			}
		}
	case []any:
		others, _ := other.([]any)
		for i, member := range v {
			var o any
			if i < len(others) {
				o = others[i]
			}
			v[i] = masked(member, o, mark, secret)
		}
	}
	return v
}

// mask is what stands for a secret: the mark where it differs.
func mask(v, other any, mark string) string {
	if fmt.Sprint(v) == fmt.Sprint(other) {
		return "***"
	}
	return mark
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
