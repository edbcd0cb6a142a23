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
