package config

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"
)

type shown struct{ A, B string }

type hidden struct{ shown }

type tree struct {
	Name     string          `json:"name" default:"leaf"`
	Children []tree          `json:"children"`
	Other    *tree           `json:"other"`
	ByName   map[string]tree `json:"by_name"`
}

// What can't be used is refused with the field and the reason, before any
// configuration is read.
func TestTagsThatAreWrong(t *testing.T) {
	for says, err := range map[string]error{
		`.A: chan int can't be read from JSON`:           refusal[struct{ A chan int }](),
		`.A: func() can't be read from JSON`:             refusal[struct{ A []func() }](),
		`.A: [2]int can't be read from JSON`:             refusal[struct{ A [2]int }](),
		`.A: error can't be read from JSON`:              refusal[struct{ A error }](),
		`.A: **int can't be read`:                        refusal[struct{ A ***int }](),
		`.A: map[int]int: keys of a map must be strings`: refusal[struct{ A map[int]int }](),
		`int is not a struct type`:                       refusal[int](),
		`gjson.Result is not a struct type`:              refusal[gjson.Result](),
		`*config.shown is not a struct type`:             refusal[*shown](),
		`.shown: embed a struct itself`:                  refusal[struct{ *shown }](),
		`.B: the key A is A's already`: refusal[struct {
			A int
			B int `json:"A"`
		}](),
		`.A: the key _rules_ belongs to the rules`: refusal[struct {
			A int `json:"_rules_"`
		}](),
		`.A: json:",string" is not supported`: refusal[struct {
			A int `json:"a,string"`
		}](),
		`tag required:"yes": must be true or false`: refusal[struct {
			A int `required:"yes"`
		}](),
		`tag min:"x": is no value of int`: refusal[struct {
			A int `min:"x"`
		}](),
		`tag min:"-1": is no value of uint8`: refusal[struct {
			A uint8 `min:"-1"`
		}](),
		`tag max:"300": is no value of uint8`: refusal[struct {
			A []uint8 `json:"-"`
			B uint8   `max:"300"`
		}](),
		`tag max:"5": is no value of time.Duration`: refusal[struct {
			A time.Duration `max:"5"`
		}](),
		`tag min:"1": is for numbers and durations only`: refusal[struct {
			A string `min:"1"`
		}](),
		`tag exclusiveMin:"1": there is another bound`: refusal[struct {
			A int `min:"1" exclusiveMin:"1"`
		}](),
		`tag min:"2": nothing lies between`: refusal[struct {
			A int `min:"2" max:"1"`
		}](),
		`tag min:"1": nothing lies between`: refusal[struct {
			A int `min:"1" exclusiveMax:"1"`
		}](),
		`tag minLength:"1": is for strings only`: refusal[struct {
			A int `minLength:"1"`
		}](),
		`tag maxLength:"-1": must be a whole number`: refusal[struct {
			A string `maxLength:"-1"`
		}](),
		`tag minLength:"2": is more than maxLength`: refusal[struct {
			A string `minLength:"2" maxLength:"1"`
		}](),
		`tag minItems:"1": is for lists and maps only`: refusal[struct {
			A string `minItems:"1"`
		}](),
		`tag minItems:"2": is more than maxItems`: refusal[struct {
			A []int `minItems:"2" maxItems:"1"`
		}](),
		`tag pattern:"(": error parsing regexp`: refusal[struct {
			A string `pattern:"("`
		}](),
		`tag pattern:"x": is for strings only`: refusal[struct {
			A bool `pattern:"x"`
		}](),
		`tag enum:"1,x": "x" is no value of int`: refusal[struct {
			A int `enum:"1,x"`
		}](),
		`tag enum:"1,01": "1" is there twice`: refusal[struct {
			A int `enum:"1,01"`
		}](),
		`tag enum:"1s": is for strings and numbers only`: refusal[struct {
			A time.Duration `enum:"1s"`
		}](),
		`tag unit:"ms": is for durations only`: refusal[struct {
			A int `unit:"ms"`
		}](),
		`tag unit:"days": must be one of`: refusal[struct {
			A time.Duration `unit:"days"`
		}](),
		`tag default:"x": must be JSON`: refusal[struct {
			A int `default:"x"`
		}](),
		`tag default:"1": a required key has no default`: refusal[struct {
			A int `default:"1" required:"true"`
		}](),
		`tag default:"...": a secret has no default`: refusal[struct {
			A string `default:"hunter2" secret:"true"`
		}](),
		`tag secret:"true": is for single values`: refusal[struct {
			A []shown `secret:"true"`
		}](),
		`.A: tag default: must be at least 5, got 1`: refusal[struct {
			A int `default:"1" min:"5"`
		}](),
		`.A: tag default: [1]: must be one of "a", "b", got "c"`: refusal[struct {
			A []string `default:"a,c" enum:"a,b"`
		}](),
		`.A: tag default: must be a boolean, got a number`: refusal[struct {
			A *bool `default:"1"`
		}](),
		`.A: tag default: B: must be a string, got a number`: refusal[struct {
			A shown `default:"{\"B\":1}"`
		}](),
		`.C: tag default: too loud`: refusal[struct {
			A []struct {
				C level `default:"loud"`
			}
		}](),
	} {
		if !strings.HasPrefix(message(err), "config: ") || !strings.Contains(message(err), says) {
			t.Errorf("error %q, want one with %q", message(err), says)
		}
	}
}

// refusal is the error of New, which Parse and Override must return too.
func refusal[T any]() error {
	_, err := New[T]()
	_, parse := Parse[T](nil)
	_, override := Override(*new(T), nil)
	if message(parse) != message(err) || message(override) != message(err) {
		panic("New, Parse and Override don't agree")
	}
	return err
}

func TestFieldsThatAreHidden(t *testing.T) {
	type c struct {
		hidden
		A int
	}
	got, err := Parse[c]([]byte(`{"A":1,"B":"x"}`))
	if err != nil || got.A != 1 || got.B != "x" || got.hidden.A != "" {
		t.Errorf("%+v, %v", got, err)
	}
	type other struct {
		A int
		hidden
	}
	if got, err := Parse[other]([]byte(`{"A":1}`)); err != nil || got.A != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestTypesThatContainThemselves(t *testing.T) {
	got, err := Parse[tree]([]byte(`{"children":[{"name":"a","children":[{}]}],"other":{},"by_name":{"x":{"name":"y"}}}`))
	want := tree{Name: "leaf", Children: []tree{{Name: "a", Children: []tree{{Name: "leaf"}}}}, Other: &tree{Name: "leaf"},
		ByName: map[string]tree{"x": {Name: "y"}}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = Parse[tree]([]byte(`{"children":[{},{"other":{"nam":""}}]}`))
	if message(err) != `children[1].other.nam: unknown key, did you mean "name"?` {
		t.Errorf("error is %v", err)
	}
}

// A struct that is left out is an empty one: where that would be refused, it is
// required.
func TestRequiredInside(t *testing.T) {
	type redis struct {
		Host string `json:"host" required:"true"`
	}
	type deep struct {
		Redis redis `json:"redis"`
	}
	type c struct {
		Deep     deep   `json:"deep"`
		Optional *redis `json:"optional"`
		Given    redis  `json:"given" default:"{\"host\":\"h\"}"`
	}
	for text, want := range map[string]string{
		`{}`:                             "deep: is required",
		`{"deep":{}}`:                    "deep.redis: is required",
		`{"deep":{"redis":{}}}`:          "deep.redis.host: is required",
		`{"deep":{"redis":{"host":""}}}`: "",
		`{"deep":{"redis":{"host":""}},"optional":{}}`: "optional.host: is required",
	} {
		got, err := Parse[c]([]byte(text))
		if message(err) != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
		if err == nil && (got.Given.Host != "h" || got.Optional != nil) {
			t.Errorf("%s: %+v", text, got)
		}
	}
}

type agreed struct{ On bool }

func (a agreed) Validate() error {
	if !a.On {
		return errOff
	}
	return nil
}

type errText string

func (e errText) Error() string { return string(e) }

const errOff = errText("must be on")

type own struct {
	Agreed agreed `json:"agreed"`
}

type Shared struct {
	Low int `json:"low"`
}

func (s *Shared) Validate() error {
	if s.Low > 5 {
		return errText("low is high")
	}
	return nil
}

type embeds struct {
	Shared
	High int `json:"high"`
}

func (e embeds) Validate() error {
	if e.High < e.Low {
		return errText("high is below low")
	}
	return nil
}

func TestHooks(t *testing.T) {
	if _, err := Parse[own]([]byte(`{}`)); message(err) != "agreed: must be on" {
		t.Errorf("defaults of an absent struct: %v", err)
	}
	for text, want := range map[string]string{
		`{"low":6}`: "low is high", `{"low":2,"high":1}`: "high is below low", `{"low":1,"high":1}`: "",
		`{"low":"6"}`: "low: must be a whole number, got a string",
	} {
		if _, err := Parse[embeds]([]byte(text)); message(err) != want {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	type promoted struct{ Shared }
	if _, err := Parse[promoted]([]byte(`{"low":6}`)); message(err) != "low is high" {
		t.Errorf("a method of the embedded struct alone: %v", err)
	}
}

func TestParserThatIsNotReady(t *testing.T) {
	var p Parser[shown]
	if _, err := p.Parse(nil); err == nil {
		t.Error("no error")
	}
}
