package dispatch

import "testing"

func TestPanicPlace(t *testing.T) {
	for stack, want := range map[string]string{
		"": "",
		"goroutine 1 [running]:\nmain.f()\n\t/x/f.go:1 +0x1\n":                                                                              "",
		"goroutine 1:\nx.rescue()\n\t/x/panic.go:9 +0x1\npanic({0x1, 0x2})\n\t/go/panic.go:2 +0x1\nmain.f(...)\n\t/x/y/main.go:43 +0x12\nq": "main.go:43",
		"g\npanic({0x1})\n\t/go/panic.go:2\nruntime.panicmem()\n\t/go/p.go:1\nruntime.sigpanic()\n\t/go/s.go:5 +0x2\nmain.f()\n\tmain.go:7": "main.go:7",
		"g\npanic({0x1})\n\t/go/panic.go:2\nruntime.main()\n\t/go/p.go:1\n":                                                                 "",
		"g\npanic(": "", "g\npanic(x\n\tp": "", "g\npanic(x\n\tp\nmain.f()": "",
		"goroutine 1 [running]:\npanic({0x1, 0x2})\n\t/usr/go/src/runtime/panic.go:1 +0x1\nmain.f()\n\t/src/a user/my plugins/the main.go:12 +0x1d\n": "the main.go:12",
	} {
		if got := panicPlace(stack); got != want {
			t.Errorf("%q: got %q, want %q", stack, got, want)
		}
	}
}
