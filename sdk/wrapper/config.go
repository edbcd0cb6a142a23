package wrapper

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/internal/match"
)

// config is a configuration taken apart.
type config struct {
	id       string // _plugin_id_, "nil" without
	raw      []byte // without _plugin_id_
	rules    []gjson.Result
	hasRules bool // _rules_ is there, if only as an empty list
	global   bool // something is there for the global configuration
}

// splitConfig checks a configuration's JSON and takes it apart. Errors show
// nothing of it.
func splitConfig(raw []byte) (config, error) {
	c := config{id: "nil", raw: raw, global: true}
	if len(bytes.TrimSpace(raw)) == 0 {
		c.raw = []byte("{}")
		return c, nil
	}
	if err := checkDepth(raw); err != nil {
		return c, errors.New("configuration: " + err.Error())
	}
	if !gjson.ValidBytes(raw) {
		return c, errors.New("configuration: not valid JSON (" + strconv.Itoa(len(raw)) + " bytes)")
	}
	json := gjson.ParseBytes(raw)
	if !json.IsObject() {
		return c, nil // the plugin's own business
	}
	return c, c.split(json)
}

func (c *config) split(json gjson.Result) error {
	keys, ids := 0, 0
	var rest []byte
	duplicate := false
	json.ForEach(func(key, value gjson.Result) bool {
		switch key.String() {
		case PluginIDKey:
			ids++
			c.setID(value.String())
			return true
		case match.RulesKey:
			duplicate = duplicate || c.hasRules
			c.rules, c.hasRules = value.Array(), true
		default:
			keys++
		}
		rest = append(rest, ',')
		rest = append(rest, key.Raw...)
		rest = append(rest, ':')
		rest = append(rest, value.Raw...)
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
