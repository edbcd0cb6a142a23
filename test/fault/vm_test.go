package fault

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// storms are fault 20.
func storms() []fault {
	return []fault{
		{n: 20, name: "two workers add to one counter with compare and swap", sees: "the counter is exact", run: counter, limited: true},
		{n: 20, name: "a key and a queue that don't exist, a stale number",
			sees: "200, key: error status returned by host: not found; queue: error status returned by host: not found; " +
				"dequeue: error status returned by host: not found; stale: error status returned by host: cas mismatch", run: ask("no-key")},
	}
}

func counter(b *bed) string {
	n := full(20000, 1000)
	// A key that doesn't exist has the number 0, with which a write is
	// unconditional: only from the second addition on do two workers see each
	// other. So the first comes alone.
	if got := b.op("cas").body; got != "1" {
		return "the first addition made " + got
	}
	wrong := b.together(16, n, func(int) string {
		got := b.op("cas")
		if _, err := strconv.Atoi(got.body); err != nil {
			return got.String()
		}
		return ""
	})
	if wrong != "" {
		return wrong
	}
	if got := b.op("cas").body; got != strconv.Itoa(n+2) {
		return fmt.Sprintf("%d additions made %s", n+2, got)
	}
	return "the counter is exact"
}

// ticks are fault 21.
func ticks() []fault {
	ticking := func(config string) []plugin { return []plugin{{"faults", "faults", config}} }
	const on = `{"name":"one","tick":true}`
	return []fault{
		{n: 21, name: "a tick every 100 ms, over time", sees: "no drift", chain: ticking(on), run: drift},
		{n: 21, name: "a tick that panics each time, beside another", sees: "the other ticks on", log: []string{"panicked in tick", "main.go:"},
			chain: ticking(`{"name":"one","tick":true,"tick-panic":true}`), run: func(b *bed) string { return b.ticksOn("the other ticks on") }},
		{n: 21, name: "a new configuration", sees: "ticks go on", chain: ticking(on), run: func(b *bed) string {
			b.ticksOn("")
			if err := b.apply([]plugin{{"faults", "faults", `{"name":"two","tick":true}`}}); err != nil {
				return err.Error()
			}
			return b.ticksOn("ticks go on")
		}},
	}
}

func (b *bed) ticksOn(then string) string {
	b.Helper()
	before := b.metric("fault_ticks")
	eventually(b, "ticks", func() bool { return b.metric("fault_ticks") >= before+5 })
	return then
}

// drift counts the ticks of one VM over time. How late they come is up to the
// machine; they must not come early, nor fall behind for good.
func drift(b *bed) string {
	n := full(600, 25)
	b.ticksOn("")
	first, start := b.ticks(), time.Now()
	most := time.Duration(n)*200*time.Millisecond + patience
	for b.ticks() < first+n {
		if time.Since(start) > most {
			return fmt.Sprintf("%d ticks in %s", b.ticks()-first, time.Since(start))
		}
		time.Sleep(5 * time.Millisecond)
	}
	took, due := time.Since(start), time.Duration(n)*100*time.Millisecond
	b.Logf("%d ticks took %s, due were %s", n, took.Round(time.Millisecond), due)
	if took < due-300*time.Millisecond {
		return fmt.Sprintf("too early: %d ticks took %s", n, took)
	}
	return "no drift"
}

// ticks is how often the VM that answers has ticked.
func (b *bed) ticks() int {
	b.Helper()
	n, err := strconv.Atoi(b.op("ticks").body)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// memory are faults 22 and 23.
func memory() []fault {
	return []fault{
		{n: 22, name: "requests with headers of 4 KB and bodies of 64 KB", sees: "the memory of the VM stays as it is", run: soak, chain: faults()},
		{n: 22, name: "a metric defined 70,000 times", sees: "200, 70000", run: ask("metrics=70000"), chain: faults()},
		{n: 23, name: "1,100 MiB in the guest", sees: "503; the VM is replaced", kills: true, run: outOfMemory, chain: faults()},
	}
}

// grows tells a leak from a heap that finds its size.
func grows(before, after uint64) bool { return after > before+before/10+1<<20 }

// guestMemory is what Go has of the guest's memory.
func (b *bed) guestMemory() uint64 {
	b.Helper()
	sys, _, _ := strings.Cut(b.op("memory").body, " ")
	n, err := strconv.ParseUint(sys, 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// resident is the resident memory of the gateway's process in bytes.
func (b *bed) resident() uint64 {
	b.Helper()
	statm, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", b.pid()))
	if err != nil {
		return 0 // not Linux
	}
	n, err := strconv.ParseUint(strings.Fields(string(statm))[1], 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return n * uint64(os.Getpagesize())
}

// outOfMemory ends the VM and waits until there is another one.
func outOfMemory(b *bed) string {
	vm := b.op("vm").body
	got := b.op("allocate=1100").status
	return fmt.Sprintf("%d; %s", got, b.replaced(vm))
}

// replaced waits for a VM other than that one.
func (b *bed) replaced(vm string) string {
	b.Helper()
	start := time.Now()
	eventually(b, "a new VM", func() bool {
		now := b.op("vm")
		return now.status == 200 && now.body != vm
	})
	b.Logf("another VM served after %s", time.Since(start).Round(10*time.Millisecond))
	return "the VM is replaced"
}

// loops are fault 24, and what else ends or blocks a VM.
func loops() []fault {
	return []fault{
		{n: 24, name: "a loop that never ends", sees: "503; the VM is replaced", envoy: "broken off; the watchdog ends Envoy", kills: true,
			run: endless, limited: true},
		{n: 25, name: "os.Exit in a callback", sees: "200 from upstream", run: ask("exit")},
	}
}

func endless(b *bed) string {
	vm := b.op("vm").body
	got := b.op("loop")
	if b.engine == "embedded" {
		return fmt.Sprintf("%d; %s", got.status, b.replaced(vm))
	}
	select {
	case <-b.ended():
	case <-time.After(patience):
		return "Envoy still runs"
	}
	b.Logf("%v", b.why())
	if got.err == nil {
		return got.String()
	}
	return "broken off; the watchdog ends Envoy"
}
