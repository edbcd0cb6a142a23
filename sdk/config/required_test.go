package config_test

import (
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/config"
	"github.com/sluiceproxy/sluice/sdk/config/schema"
)

type pointed struct {
	Keys  *string `json:"keys" required:"true"`
	Other *string `json:"other"`
}

// null is no value for what is required, also on top of a configuration.
func TestRequiredIsNotNull(t *testing.T) {
	key := "k"
	const want = "keys: is required, and must not be null"
	if _, err := config.Parse[pointed]([]byte(`{"keys":null}`)); err == nil || err.Error() != want {
		t.Errorf("error %v", err)
	}
	if _, err := config.Override(pointed{Keys: &key}, []byte(`{"keys":null}`)); err == nil || err.Error() != want {
		t.Errorf("on top of a configuration: %v", err)
	}
	if c, err := config.Parse[pointed]([]byte(`{"keys":"a","other":null}`)); err != nil || *c.Keys != "a" || c.Other != nil {
		t.Errorf("%+v, %v", c, err)
	}
	s, err := schema.Of[pointed]("p", config.NoRules)
	if err != nil {
		t.Fatal(err)
	}
	json := s.JSONSchema()
	if n := strings.Count(string(json), `"null"`); n != 1 {
		t.Errorf("%d fields may be null:\n%s", n, json)
	}
}
