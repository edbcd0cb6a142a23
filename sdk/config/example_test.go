package config_test

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/config"
	_ "github.com/sluiceproxy/sluice/sdk/config/pattern"
)

// Limit is how many requests a caller may send.
type Limit struct {
	Header  string        `json:"header" required:"true" pattern:"^x-" description:"Header that names the caller."`
	Count   int           `json:"count" default:"100" min:"1" max:"10000" description:"Requests for each window."`
	Window  time.Duration `json:"window" default:"1m" min:"1s" description:"Length of a window."`
	Methods []string      `json:"methods" default:"GET,POST" enum:"GET,POST,PUT,DELETE" description:"Methods that are counted."`
	Token   string        `json:"token" secret:"true" minLength:"8" description:"Password of the counter."`
}

func ExampleParse() {
	c, err := config.Parse[Limit]([]byte(`{"header": "x-api-key", "window": "30s"}`))
	fmt.Println(c.Header, c.Count, c.Window, c.Methods, err)

	_, err = config.Parse[Limit]([]byte(`{"header": "key", "cuont": 5, "window": 30, "methods": ["GET", "get"], "token": "hunter2"}`))
	fmt.Println(strings.ReplaceAll(err.Error(), "; ", "\n"))
	// Output:
	// x-api-key 100 30s [GET POST] <nil>
	// header: must match ^x-, got "key"
	// cuont: unknown key, did you mean "count"?
	// window: must be a string with a unit, such as "500ms", got a number
	// methods[1]: must be one of "GET", "POST", "PUT", "DELETE", got "get"
	// token: must have at least 8 characters (the value is secret)
}

func ExampleParseResult() {
	all := gjson.Parse(`{"limit": {"header": "x-a"}, "else": true}`)
	c, err := config.ParseResult[Limit](all.Get("limit"))
	fmt.Println(c.Header, err)
	// Output: x-a <nil>
}

func ExampleOverride() {
	global, _ := config.Parse[Limit]([]byte(`{"header": "x-a", "count": 7}`))
	rule, err := config.Override(global, []byte(`{"window": "1h"}`))
	fmt.Println(rule.Header, rule.Count, rule.Window, err)
	// Output: x-a 7 1h0m0s <nil>
}

func ExampleNew() {
	_, err := config.New[struct {
		Count int `json:"count" min:"5" max:"1"`
	}]()
	fmt.Println(strings.HasSuffix(err.Error(), `Count: tag min:"5": nothing lies between it and the upper bound`))
	// Output: true
}

func ExampleParser() {
	parser, err := config.New[Limit]()
	if err != nil {
		fmt.Println(err)
		return
	}
	global, _ := parser.Parse([]byte(`{"header": "x-a"}`))
	for _, rule := range []string{`{"count": 1}`, `{"count": 0}`} {
		c, err := parser.Override(global, []byte(rule))
		fmt.Println(c.Count, err)
	}
	// Output:
	// 1 <nil>
	// 100 count: must be at least 1, got 0
}

func ExampleParser_Override() {
	parser, _ := config.New[Limit]()
	c, err := parser.Override(Limit{Header: "x-a", Count: 2}, []byte(`{"count": 3}`))
	fmt.Println(c.Header, c.Count, err)
	// Output: x-a 3 <nil>
}

func ExampleError() {
	_, err := config.Parse[Limit]([]byte(`{"header": "x-a", "count": 1.5, "window": "1ms"}`))
	var e *config.Error
	if errors.As(err, &e) {
		for _, p := range e.Problems {
			fmt.Println(p.Path, "|", p.Message)
		}
	}
	// Output:
	// count | must be a whole number, got 1.5
	// window | must be at least 1s, got 1ms
}

func ExampleProblem() {
	fmt.Println(config.Problem{Path: "rules[3].limit", Message: "must be at least 1, got 0"})
	// Output: rules[3].limit: must be at least 1, got 0
}

// Range is two numbers in order, which no tag can say.
type Range struct {
	Low  int `json:"low"`
	High int `json:"high" default:"10"`
}

// Validate implements config.Validator.
func (r Range) Validate() error {
	if r.Low > r.High {
		return fmt.Errorf("low is %d, which is above high, %d", r.Low, r.High)
	}
	return nil
}

func ExampleValidator() {
	var _ config.Validator = Range{}
	_, err := config.Parse[struct {
		Ports Range `json:"ports"`
	}]([]byte(`{"ports": {"low": 11}}`))
	fmt.Println(err)
	// Output: ports: low is 11, which is above high, 10
}

// Names is a list of names, or one name.
type Names []string

// UnmarshalJSON implements config.Unmarshaler.
func (n *Names) UnmarshalJSON(json []byte) error {
	for _, name := range gjson.ParseBytes(json).Array() {
		*n = append(*n, name.String())
	}
	return nil
}

func ExampleUnmarshaler() {
	var _ config.Unmarshaler = new(Names)
	for _, text := range []string{`{"to": "ann"}`, `{"to": ["ann", "bob"]}`} {
		c, err := config.Parse[struct {
			To Names `json:"to"`
		}]([]byte(text))
		fmt.Println(c.To, err)
	}
	// Output:
	// [ann] <nil>
	// [ann bob] <nil>
}

// A package that starts plugins in a way of its own registers their
// configurations. wrapper.ParseTypedConfig does it for those of package wrapper.
func ExampleRegister() {
	config.Register[Limit]("my-limit", config.NoRules)
	// Output:
}

func ExampleRules() {
	fmt.Println(config.NoRules, config.WholeRules, config.OverrideRules)
	// Output: 0 1 2
}
