package vet_test

import (
	"context"
	"fmt"

	"github.com/sluiceproxy/sluice/build/vet"
)

func ExampleRun() {
	report, err := vet.Run(context.Background(), vet.Options{Dir: "testdata/setup"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range report.Findings {
		fmt.Println(f)
		fmt.Println(f.Instead)
	}
	// Output:
	// testdata/setup/main.go:7:2: setup-in-main: wrapper.SetCtx is called in main
	// move the call into func init() and leave func main() {} empty
}

func ExampleRules() {
	for _, r := range vet.Rules()[:2] {
		fmt.Printf("%s: %s\n", r.Name, r.Summary)
	}
	// Output:
	// background-context: context.Background or TODO for a straight-line call
	// blocking: a wait for another goroutine that nobody ends: channel, select, WaitGroup, Cond
}
