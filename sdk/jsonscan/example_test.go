package jsonscan_test

import (
	"fmt"

	"github.com/sluiceproxy/sluice/sdk/jsonscan"
)

// One value out of a body; the rest of it is not parsed.
func Example() {
	body := []byte(`{"model":"large","messages":[{"role":"user","content":"hi"}]}`)
	model, err := jsonscan.Get(body, "model").Text()
	fmt.Println(model, err)
	fmt.Println(jsonscan.Get(body, "messages", "0", "role").Text())
	_, err = jsonscan.Get(body, "stream").Bool()
	fmt.Println(err)
	// Output:
	// large <nil>
	// user <nil>
	// there is no such value in the JSON text
}

func ExampleValue_Kind() {
	v := jsonscan.Get([]byte(`{"temperature":0.7}`), "temperature")
	f, _ := v.Float()
	fmt.Println(v.Kind() == jsonscan.Number, v.Kind(), f)
	// Output: true number 0.7
}

func ExampleValue_Members() {
	for key, value := range jsonscan.Get([]byte(`{"a":1,"b":[2]}`)).Members {
		fmt.Println(string(key.AppendText(nil)), string(value.Raw()))
	}
	// Output:
	// a 1
	// b [2]
}

func ExampleValue_Elements() {
	for value := range jsonscan.Get([]byte(`["x","y"]`)).Elements {
		fmt.Println(value.Text())
	}
	// Output:
	// x <nil>
	// y <nil>
}

// A guard refuses a text that is not valid as a whole.
func ExampleGetValid() {
	for _, body := range []string{`{"model":"large","messages":[]}`, `{"model":"large","messages":[}`} {
		model, valid := jsonscan.GetValid([]byte(body), "model")
		fmt.Println(model, valid)
	}
	// Output:
	// large true
	//  false
}

// Several values in one pass.
func ExampleGetManyValid() {
	body := []byte(`{"model":"large","messages":[{"role":"user"}],"stream":true}`)
	var got [3]jsonscan.Value
	valid := jsonscan.GetManyValid(body, got[:], []string{"stream"}, []string{"messages", "0", "role"}, []string{"none"})
	fmt.Println(valid, got[0], got[1], got[2].Exists())
	// Output: true true user false
}

func ExampleValid() {
	fmt.Println(jsonscan.Valid([]byte(`[1,2]`)), jsonscan.Valid([]byte(`[1,2`)))
	// Output: true false
}
