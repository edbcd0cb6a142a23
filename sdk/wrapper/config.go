package wrapper

import (
	"bytes"
	"errors"

	"github.com/sluiceproxy/sluice/sdk/internal/match"
	"github.com/sluiceproxy/sluice/sdk/jsoncheck"
	"github.com/sluiceproxy/sluice/sdk/jsonscan"
)

// config is a configuration taken apart.
type config struct {
	id       string // _plugin_id_, "nil" without
	raw      []byte // without _plugin_id_
	rules    []jsonscan.Value
	hasRules bool // _rules_ is there, if only as an empty list
	global   bool // something is there for the global configuration
}

// splitConfig checks a configuration's JSON and takes it apart. Errors show
// nothing of it.
func splitConfig(raw []byte) (config, error) {
	c := config{id: "nil", raw: raw, global: true}
	if blank(raw) {
		c.raw = []byte("{}")
		return c, nil
	}
	if err := jsoncheck.Check(raw, configLimits); err != nil {
		return c, configError(err)
	}
	json := jsonscan.Get(raw)
	if json.Kind() != jsonscan.Object {
		return c, nil // the plugin's own business
	}
	return c, c.split(json)
}

func blank(text []byte) bool {
	for _, c := range text {
		if c != ' ' && (c < '\t' || c > '\r') {
			return false
		}
	}
	return true
}

// configLimits bound only the depth: how long a configuration may be is the
// gateway's business.
var configLimits = jsoncheck.Limits{Bytes: 1 << 30, Values: 1 << 30}

func configError(err error) error {
	if errors.Is(err, jsoncheck.ErrSyntax) {
		return errors.New("configuration: not valid JSON: " + err.Error())
	}
	return errors.New("configuration: " + err.Error())
}

func (c *config) split(json jsonscan.Value) error {
	keys, ids := 0, 0
	var rest []byte
	duplicate := false
	json.Members(func(key, value jsonscan.Value) bool {
		switch name, _ := key.Text(); name {
		case PluginIDKey:
			ids++
			c.setID(match.Name(value))
			return true
		case match.RulesKey:
			duplicate = duplicate || c.hasRules
			c.rules, c.hasRules = value.Array(), true
		default:
			keys++
		}
		rest = append(rest, ',')
		rest = append(rest, key.Raw()...)
		rest = append(rest, ':')
		rest = append(rest, value.Raw()...)
		return true
	})
	if duplicate {
		return errors.New("configuration: " + match.RulesKey + " is there more than once")
	}
	c.global = keys > 0 || !c.hasRules
	if ids > 0 {
		c.raw = append(append([]byte{'{'}, bytes.TrimPrefix(rest, []byte{','})...), '}')
	}
	return nil
}

func (c *config) setID(id string) {
	if id != "" {
		c.id = id
	}
}
