package wrapper

import (
	"errors"

	"github.com/sluiceproxy/sluice/sdk/internal/format"
	"github.com/sluiceproxy/sluice/sdk/internal/order"
	"github.com/sluiceproxy/sluice/sdk/jsoncheck"
	"github.com/sluiceproxy/sluice/sdk/jsonscan"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/wrapper/internal/anyjson"
)

// SetUserAttribute implements HttpContext.
func (s *stream) SetUserAttribute(key string, value interface{}) {
	s.GetUserAttributeMap()[key] = value
}

// GetUserAttribute implements HttpContext.
func (s *stream) GetUserAttribute(key string) interface{} { return s.attributes()[key] }

// attributes returns the attributes to read, nil for none.
func (s *stream) attributes() map[string]interface{} {
	if s.more == nil {
		return nil
	}
	return s.more.attributes
}

// SetUserAttributeMap implements HttpContext.
func (s *stream) SetUserAttributeMap(kvmap map[string]interface{}) { s.extra().attributes = kvmap }

// GetUserAttributeMap implements HttpContext.
func (s *stream) GetUserAttributeMap() map[string]interface{} {
	m := s.extra()
	if m.attributes == nil {
		m.attributes = make(map[string]interface{})
	}
	return m.attributes
}

// WriteUserAttributeToLog implements HttpContext.
func (s *stream) WriteUserAttributeToLog() error {
	return s.WriteUserAttributeToLogWithKey(CustomLogKey)
}

// WriteUserAttributeToLogWithKey implements HttpContext.
func (s *stream) WriteUserAttributeToLogWithKey(key string) error {
	all, err := loggedAttributes(key)
	if err != nil {
		return err
	}
	for k, v := range s.attributes() {
		all[k] = v
	}
	text, err := anyjson.Append(nil, all)
	if err != nil {
		return errors.New("user attributes can't be written as JSON: " + err.Error())
	}
	if err := proxywasm.SetProperty([]string{key}, []byte(MarshalStr(string(text)))); err != nil {
		return errors.New("set property " + key + ": " + err.Error())
	}
	return nil
}

// loggedAttributes returns what is in the log property already, each value as it
// is written there: a number may have more digits than a float64 keeps.
func loggedAttributes(key string) (map[string]interface{}, error) {
	all := map[string]interface{}{}
	old, err := proxywasm.GetProperty([]string{key})
	if err != nil || len(old) == 0 {
		return all, nil //nolint:nilerr // nothing is there yet
	}
	text := []byte(UnmarshalStr(`"` + string(old) + `"`))
	if err := checkDepth(text); err != nil {
		return nil, errors.New("property " + key + ": " + err.Error())
	}
	object := jsonscan.Get(text)
	if jsoncheck.Check(text, jsoncheck.Limits{}) != nil || object.Kind() != jsonscan.Object {
		return nil, errors.New("property " + key + " holds something else than an escaped JSON object, it is kept")
	}
	object.Members(func(name, value jsonscan.Value) bool {
		all[name.String()] = written(value.Raw())
		return true
	})
	return all, nil
}

// written is a value that is JSON already.
type written []byte

// MarshalJSON returns it as it is.
func (w written) MarshalJSON() ([]byte, error) { return w, nil }

// WriteUserAttributeToTrace implements HttpContext.
func (s *stream) WriteUserAttributeToTrace() error {
	keys := make([]string, 0, len(s.attributes()))
	for key := range s.attributes() {
		keys = append(keys, key)
	}
	order.Strings(keys)
	for _, key := range keys {
		name := TraceSpanTagPrefix + key
		value := format.Sprintf("%v", s.attributes()[key])
		if value == "" {
			s.plugin.vm.log.Warn("trace attribute " + name + " is empty, it is not written")
			continue
		}
		if err := proxywasm.SetProperty([]string{name}, []byte(value)); err != nil {
			s.plugin.vm.log.Warn("set property " + name + ": " + err.Error())
		}
	}
	return nil
}
