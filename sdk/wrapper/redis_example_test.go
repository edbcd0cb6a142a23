package wrapper_test

import (
	"fmt"

	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// What Redis itself answers, sorted.
func ExampleRedisReason() {
	fmt.Println(wrapper.RedisReason("WRONGPASS invalid username-password pair or user is disabled."))
	fmt.Println(wrapper.RedisReason("MOVED 3999 127.0.0.1:6381"))
	fmt.Println(wrapper.RedisReason("WRONGTYPE Operation against a key holding the wrong kind of value"))
	// Output:
	// redis refused user or password
	// another node of the redis cluster has the key
	// <nil>
}
