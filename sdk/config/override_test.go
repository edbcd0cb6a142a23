package config

import (
	"reflect"
	"testing"
)

func TestOverride(t *testing.T) {
	type c struct {
		Need   string            `json:"need" required:"true"`
		Count  int               `json:"count" default:"3" min:"1"`
		List   []int             `json:"list"`
		Map    map[string]string `json:"map"`
		Point  *limit            `json:"point"`
		Nested struct {
			A int `json:"a" default:"1"`
			B int `json:"b"`
		} `json:"nested"`
		Open any  `json:"open"`
		Wild wild `json:"wild"`
	}
	parent, err := Parse[c]([]byte(`{"need":"n","count":9,"list":[1,2],"map":{"a":"b"},"point":{"count":5,"per":"h"},"nested":{"b":4},"open":[1],"wild":1}`))
	if err != nil {
		t.Fatal(err)
	}
	kept, _ := Parse[c]([]byte(`{"need":"n","count":9,"list":[1,2],"map":{"a":"b"},"point":{"count":5,"per":"h"},"nested":{"b":4},"open":[1],"wild":1}`))
	for text, change := range map[string]func(*c){
		``:                              func(*c) {},
		`{"_match_route_":["a"]}`:       func(*c) {},
		`{"count":2}`:                   func(c *c) { c.Count = 2 },
		`{"list":[]}`:                   func(c *c) { c.List = []int{} },
		`{"list":[7]}`:                  func(c *c) { c.List = []int{7} },
		`{"map":{"x":"y"}}`:             func(c *c) { c.Map = map[string]string{"x": "y"} },
		`{"point":{"count":6}}`:         func(c *c) { c.Point = &limit{6, "h"} },
		`{"point":null}`:                func(c *c) { c.Point = nil },
		`{"nested":{}}`:                 func(*c) {},
		`{"nested":{"a":8}}`:            func(c *c) { c.Nested.A = 8 },
		`{"open":{"a":1},"wild":[2]}`:   func(c *c) { c.Open = map[string]any{"a": 1.0}; c.Wild.raw = "[2]" },
		`{"need":"m","nested":{"b":0}}`: func(c *c) { c.Need = "m"; c.Nested.B = 0 },
	} {
		want := kept
		change(&want)
		got, err := Override(parent, []byte(text))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v; want %+v", text, got, err, want)
		}
		if !reflect.DeepEqual(parent, kept) {
			t.Fatalf("%s changed what it was put on: %+v", text, parent)
		}
	}
	for text, want := range map[string]string{
		`{"count":0}`:            "count: must be at least 1, got 0",
		`{"cuont":1}`:            `cuont: unknown key, did you mean "count"?`,
		`{"point":{"count":99}}`: "point: count 99 is taken",
		`[]`:                     "must be an object, got a list",
	} {
		got, err := Override(parent, []byte(text))
		if message(err) != want || !reflect.DeepEqual(got, kept) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	// What is new has nothing to keep.
	if _, err := Override(c{}, []byte(`{"point":{"per":"s"}}`)); message(err) != "point.count: is required" {
		t.Errorf("a pointer that was nil: %v", err)
	}
}
