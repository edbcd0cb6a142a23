package log_test

import (
	"fmt"

	"github.com/sluiceproxy/sluice/sdk/log"
)

// A module that holds two plugins exchanges what this package keeps of each.
func ExampleState() {
	var auth, limit log.State
	before := log.Swap(auth) // what auth registers is auth's
	log.SetSafeLogEnabled(true)
	auth = log.Swap(limit)
	fmt.Println("limit is safe:", log.IsSafeLogEnabled())
	log.Swap(auth)
	fmt.Println("auth is safe:", log.IsSafeLogEnabled())
	log.Swap(before)
	// Output:
	// limit is safe: false
	// auth is safe: true
}
