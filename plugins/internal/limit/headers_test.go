package limit

import (
	"fmt"
	"testing"
	"time"
)

func TestHeaders(t *testing.T) {
	v := Verdict{Count: 10, Reset: 1500 * time.Millisecond}
	for want, got := range map[string][][2]string{
		"[[x-ratelimit-reset 2] [retry-after 2]]": v.Refusal(429, false),
		"[[x-ratelimit-reset 2]]":                 v.Refusal(200, false),
		"[[x-ratelimit-reset 2] [retry-after 2] [x-ratelimit-limit 10] [x-ratelimit-remaining 0]]": v.Refusal(503, true),
		"[[x-ratelimit-reset 1] [retry-after 1]]":                                                  Verdict{}.Refusal(429, false),
		"[[x-ratelimit-limit 10] [x-ratelimit-remaining 3]]":                                       Verdict{Count: 10, Remaining: 3}.Quota(),
	} {
		if fmt.Sprint(got) != want {
			t.Errorf("%v, want %s", got, want)
		}
	}
}
