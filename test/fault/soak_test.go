package fault

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// steepest is how fast the resident memory of the gateway's process may grow
// after the warm-up, in bytes a minute.
const steepest = 1 << 20

// soak is fault 22: many requests with headers of 4 KB and bodies of 64 KB.
func soak(b *bed) string {
	b.log.ignore(true) // the test's own memory is part of the process
	b.access.ignore(true)
	defer b.log.ignore(false)
	defer b.access.ignore(false)
	header := map[string]string{"x-large": strings.Repeat("h", 4000)}
	body := strings.Repeat("b", 64<<10)
	kept := &http.Transport{MaxIdleConnsPerHost: 8, DisableCompression: true}
	defer kept.CloseIdleConnections()
	round := func(n int) string {
		return b.together(8, n, func(int) string {
			return differs(b.send(request{op: "sum-chunks", body: body, header: header, via: kept}).String(), described(body))
		})
	}
	if wrong := round(full(min(20000, *soakRequests/10), 500)); wrong != "" { // warm-up
		return wrong
	}
	// On a busy machine the guest's collector comes late, and the memory reaches
	// its height in a later run than the first. A leak grows in each.
	got := ""
	for run := 0; run < 4 && got != flat; run++ {
		got = soakRun(b, round)
	}
	return got
}

// flat is what the soak wants.
const flat = "the memory of the VM stays as it is"

// soakRun sends the requests once, and compares the memory before and after.
func soakRun(b *bed, round func(n int) string) string {
	before, start, sent := b.guestMemory(), time.Now(), 0
	n, most := full(*soakRequests, 1500), full(int(*soakTime), int(time.Minute))
	samples := []sample{{0, b.resident()}}
	for sent < n && time.Since(start) < time.Duration(most) {
		batch := min(max(n/50, 100), n-sent)
		if wrong := round(batch); wrong != "" {
			return wrong
		}
		sent += batch
		samples = append(samples, sample{time.Since(start), b.resident()})
	}
	after, took, last := b.guestMemory(), time.Since(start), samples[len(samples)-1]
	b.Logf("%d requests in %s, %.0f a second: guest memory %d KiB before, %d KiB after; process %d to %d KiB, slope %.0f KiB a minute",
		sent, took.Round(time.Second), float64(sent)/took.Seconds(), before>>10, after>>10, samples[0].bytes>>10, last.bytes>>10, slope(samples)/1024)
	if grows(before, after) {
		return fmt.Sprintf("the guest's memory grew from %d to %d bytes", before, after)
	}
	if *long && took > 5*time.Minute && slope(samples) > steepest { // in less time it says nothing
		return fmt.Sprintf("the process grows by %.0f bytes a minute", slope(samples))
	}
	return flat
}

// sample is the resident memory at a time.
type sample struct {
	at    time.Duration
	bytes uint64
}

// slope is how fast the memory grows in bytes a minute: the line with the least
// squares of its distances to the samples.
func slope(samples []sample) float64 {
	var x, y, xx, xy float64
	for _, s := range samples {
		at, bytes := s.at.Minutes(), float64(s.bytes)
		x, y, xx, xy = x+at, y+bytes, xx+at*at, xy+at*bytes
	}
	n := float64(len(samples))
	if d := n*xx - x*x; d > 0 {
		return (n*xy - x*y) / d
	}
	return 0
}
