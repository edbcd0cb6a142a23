package profile_test

import (
	"context"
	"fmt"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/profile"
)

func ExampleCosts() {
	costs := profile.NewCosts(profile.Calls)
	ctx := costs.Context(context.Background())
	runtime, err := host.NewRuntime(ctx, host.RuntimeOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer runtime.Close(ctx)
	// Compile with ctx, start a VM, send requests; then:
	fmt.Println(len(costs.ByCallback()), "callbacks ran")
	// Output: 0 callbacks ran
}
