package clientip_test

import (
	"fmt"

	"github.com/sluiceproxy/sluice/plugins/internal/clientip"
)

func ExampleParse() {
	for _, text := range []string{"192.0.2.1:8080", "[2001:db8::1%eth0]:80", "::ffff:192.0.2.1", "unknown"} {
		fmt.Println(clientip.Parse(text))
	}
	// Output:
	// 192.0.2.1 <nil>
	// 2001:db8::1 <nil>
	// 192.0.2.1 <nil>
	// invalid IP not an IP address
}
