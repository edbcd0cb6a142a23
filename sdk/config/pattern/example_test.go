package pattern_test

import (
	"fmt"

	"github.com/sluiceproxy/sluice/sdk/config"
	_ "github.com/sluiceproxy/sluice/sdk/config/pattern"
)

func Example() {
	_, err := config.Parse[struct {
		Name string `json:"name" pattern:"^[a-z]+$"`
	}]([]byte(`{"name": "Ann"}`))
	fmt.Println(err)
	// Output: name: must match ^[a-z]+$, got "Ann"
}
