package config

import (
	"encoding/json"
	"net/netip"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/config"
	_ "github.com/sluiceproxy/sluice/sdk/config/pattern"
	"github.com/sluiceproxy/sluice/sdk/config/schema"
)

type shared struct {
	Name string `json:"name" required:"true" minLength:"2" maxLength:"4" description:"Name of it."`
}

type limit struct {
	Count int    `json:"count" required:"true" min:"1" max:"100"`
	Per   string `json:"per" default:"s" enum:"s,m,h"`
}

type tree struct {
	Label string          `json:"label"`
	Kids  []tree          `json:"kids"`
	Next  *tree           `json:"next"`
	By    map[string]tree `json:"by"`
}

// every has a field of each kind, and bounds that a schema has words for.
type every struct {
	shared
	On      bool               `json:"on" default:"true"`
	I8      int8               `json:"i8"`
	U16     uint16             `json:"u16"`
	I64     int64              `json:"i64"`
	U64     uint64             `json:"u64" min:"10"`
	F32     float32            `json:"f32"`
	F64     float64            `json:"f64" exclusiveMin:"0" max:"1.5" default:"1"`
	Enum    int                `json:"enum" enum:"2,3"`
	Code    string             `json:"code" pattern:"^[a-z]+[0-9]{2}$"`
	Words   []string           `json:"words" minItems:"1" maxItems:"3" maxLength:"3"`
	Grid    [][]int            `json:"grid" min:"0"`
	Map     map[string]float64 `json:"map" maxItems:"2" max:"5"`
	Limits  []limit            `json:"limits"`
	First   *limit             `json:"first"`
	Pointer *int               `json:"pointer" enum:"1,2"`
	Text    *string            `json:"text" minLength:"1"`
	Wait    time.Duration      `json:"wait"`
	Ticks   time.Duration      `json:"ticks" unit:"ms"`
	Blob    []byte             `json:"blob"`
	Key     string             `json:"key" secret:"true" minLength:"3"`
	Any     any                `json:"any"`
	JSON    gjson.Result       `json:"json"`
	Raw     json.RawMessage    `json:"raw"`
	Inner   struct {
		A int `json:"a" default:"1"`
		B struct {
			C bool `json:"c"`
		} `json:"b"`
	} `json:"inner"`
	Must struct {
		Have string `json:"have" required:"true"`
	} `json:"must"`
	Tree tree `json:"tree"`
}

type addressed struct {
	Addr netip.Addr     `json:"addr" required:"true"`
	Net  []netip.Prefix `json:"net" required:"true" minItems:"2"`
	Wait time.Duration  `json:"wait" required:"true" min:"2s" max:"3s"`
	Size uint8          `json:"size" required:"true" exclusiveMin:"7"`
	Rate float32        `json:"rate" required:"true" exclusiveMin:"0" exclusiveMax:"0.1"`
	Host string         `json:"host" required:"true" pattern:"^(a|b)c*d+[^x]{2}\\.$" minLength:"5"`
	Long string         `json:"long" required:"true" minLength:"20"`
	When time.Time      `json:"when" required:"true" example:"2026-01-02T15:04:05Z"`
	More struct {
		Deep []struct {
			Key   string            `json:"key" required:"true" secret:"true"`
			Table map[string]limit  `json:"table" required:"true" minItems:"2"`
			Other map[string]string `json:"other"`
		} `json:"deep" required:"true"`
	} `json:"more"`
}

func describe[T any](t *testing.T, rules config.Rules) *schema.Schema {
	t.Helper()
	s, err := schema.Of[T]("tested", rules)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
