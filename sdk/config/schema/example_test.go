package schema_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/sdk/config"
	"github.com/sluiceproxy/sluice/sdk/config/schema"
)

type limit struct {
	Header string        `json:"header" required:"true" pattern:"^x-" example:"x-api-key" description:"Header that names the caller."`
	Count  int           `json:"count" default:"100" min:"1" description:"Requests for each window."`
	Window time.Duration `json:"window" default:"1m" description:"Length of a window."`
	Allow  []string      `json:"allow" description:"Callers that are not counted."`
}

func ExampleOf() {
	s, err := schema.Of[limit]("limit", config.OverrideRules)
	fmt.Println(s.Plugin, s.Rules == config.OverrideRules, err)
	// Output: limit true <nil>
}

func ExampleSchema_Table() {
	s, _ := schema.Of[limit]("limit", config.NoRules)
	fmt.Print(s.Table())
	// Output:
	// | key | type | default | meaning |
	// |---|---|---|---|
	// | `header` | string | required | Header that names the caller; matches `^x-` |
	// | `count` | integer | `100` | Requests for each window; at least 1 |
	// | `window` | duration | `"1m"` | Length of a window |
	// | `allow` | list of strings | none | Callers that are not counted |
}

func ExampleSchema_Example() {
	s, _ := schema.Of[limit]("limit", config.NoRules)
	text, err := s.Example()
	fmt.Printf("%s%v\n", text, err)
	// Output:
	// # Configuration of limit.
	// # Header that names the caller. (string, required, matches ^x-)
	// header: "x-api-key"
	//
	// # Requests for each window. (integer, at least 1)
	// count: 100
	//
	// # Length of a window. (duration)
	// window: "1m"
	//
	// # Callers that are not counted. (list of strings)
	// # allow: ["text"]
	// <nil>
}

func ExampleSchema_JSONSchema() {
	s, _ := schema.Of[struct {
		Count int8 `json:"count" min:"1" required:"true"`
	}]("small", config.NoRules)
	fmt.Print(string(s.JSONSchema()))
	// Output:
	// {
	//   "$schema": "https://json-schema.org/draft/2020-12/schema",
	//   "title": "small",
	//   "type": "object",
	//   "properties": {
	//     "count": {
	//       "type": "integer",
	//       "minimum": 1,
	//       "maximum": 127
	//     }
	//   },
	//   "required": [
	//     "count"
	//   ],
	//   "additionalProperties": false
	// }
}

func ExampleSchema_CRD() {
	s, _ := schema.Of[limit]("limit", config.NoRules)
	fmt.Print(string(s.CRD()))
	// Output:
	// openAPIV3Schema:
	//   type: "object"
	//   required: ["header"]
	//   properties:
	//     header:
	//       description: "Header that names the caller."
	//       type: "string"
	//       pattern: "^x-"
	//       example: "x-api-key"
	//     count:
	//       description: "Requests for each window."
	//       type: "integer"
	//       format: "int64"
	//       minimum: 1
	//       default: 100
	//     window:
	//       description: "Length of a window."
	//       type: "string"
	//       pattern: "^[-+]?(0|(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$"
	//       default: "1m"
	//     allow:
	//       description: "Callers that are not counted."
	//       type: "array"
	//       items:
	//         type: "string"
}

func ExampleSchema_Render() {
	s, _ := schema.Of[limit]("limit", config.NoRules)
	_, err := s.Render("xml")
	fmt.Println(err)
	// Output: no format "xml": use json-schema, crd, table or example
}

func ExampleFormat() {
	fmt.Println(schema.FormatJSONSchema, schema.FormatCRD, schema.FormatTable, schema.FormatExample)
	// Output: json-schema crd table example
}

// A test of a plugin calls CheckFile for its README.
func ExampleSchema_CheckFile() {
	s, _ := schema.Of[limit]("limit", config.NoRules)
	fmt.Println(s.CheckFile("testdata/README.md"))
	// Output: testdata/README.md: the table of the configuration is not up to date; run: sluice schema --format table -o testdata/README.md
}

func ExampleRefresh() {
	text, err := schema.Refresh([]byte("# limit\n"+schema.Begin+"\nold\n"+schema.End+"\n"), "| a table |\n")
	fmt.Printf("%s%v\n", text, err)
	// Output:
	// # limit
	// <!-- configuration: made by sluice schema, do not edit -->
	//
	// | a table |
	//
	// <!-- configuration: end -->
	// <nil>
}

func ExampleRegistered() {
	config.Register[limit]("limit", config.NoRules)
	all, err := schema.Registered()
	for _, s := range all {
		if s.Plugin == "limit" {
			fmt.Println(s.Plugin, s.Rules == config.NoRules, err)
		}
	}
	// Output: limit true <nil>
}

func ExampleSchema() {
	s, _ := schema.Of[limit]("limit", config.WholeRules)
	fmt.Println(s.Plugin)
	// Output: limit
}

// What the command adds to a plugin, in an init function of its own.
func ExampleRequest() {
	config.Register[limit]("limit", config.NoRules)
	dir, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "answer.json")
	found := schema.Emit(file, schema.Request{Plugin: "limit", Format: schema.FormatTable})
	text, _ := os.ReadFile(file)
	fmt.Println(found, strings.Contains(string(text), `"plugin":"limit"`))
	// Output: true true
}
