package limitby

import (
	"errors"
	"time"

	"github.com/sluiceproxy/sluice/plugins/internal/limit"
	"github.com/sluiceproxy/sluice/plugins/internal/loose"
)

// Rates are how many requests may pass in windows of several lengths. All that
// are given count.
type Rates struct {
	PerSecond int64 `json:"query_per_second" min:"0" description:"Requests in a second; 0 is no limit of this kind."`
	PerMinute int64 `json:"query_per_minute" min:"0" description:"Requests in a minute."`
	PerHour   int64 `json:"query_per_hour" min:"0" description:"Requests in an hour."`
	PerDay    int64 `json:"query_per_day" min:"0" description:"Requests in a day."`
	Burst     int64 `json:"burst" min:"0" description:"With gcra, how many may come at once; 0 is as many as in the window."`
}

// ErrRates is returned for rates of which none is given.
var ErrRates = errors.New("one of query_per_second, query_per_minute, query_per_hour and query_per_day must be above 0")

// Limits returns a limit without a key for each window that is given.
func (r Rates) Limits(a limit.Algorithm) (limits []limit.Limit, err error) {
	counts := [...]int64{r.PerSecond, r.PerMinute, r.PerHour, r.PerDay}
	for i, window := range [...]time.Duration{time.Second, time.Minute, time.Hour, 24 * time.Hour} {
		if counts[i] == 0 {
			continue
		}
		l := limit.Limit{Count: counts[i], Window: window, Burst: r.Burst, Algorithm: a}
		if err := l.Check(); err != nil {
			return nil, err
		}
		limits = append(limits, l)
	}
	if len(limits) == 0 {
		return nil, ErrRates
	}
	return limits, nil
}

// Key is one entry of limit_keys.
type Key struct {
	Key loose.Text `json:"key" required:"true" description:"Which values are meant: the value itself; with limit_by_per_… * or regexp: and a regular expression; with limit_by_per_ip an address or a CIDR."`
	Rates
}

// Item says by what requests are counted, and how many of each may pass. One of
// the limit_by fields is set.
type Item struct {
	ByHeader      string  `json:"limit_by_header" description:"Counts by the values of this header that limit_keys name."`
	ByParam       string  `json:"limit_by_param" description:"The same for a parameter of the query."`
	ByConsumer    *string `json:"limit_by_consumer" description:"The same for the consumer's name. The value is not used."`
	ByCookie      string  `json:"limit_by_cookie" description:"The same for a cookie."`
	ByPerHeader   string  `json:"limit_by_per_header" description:"Counts each value of this header for itself that an entry of limit_keys matches."`
	ByPerParam    string  `json:"limit_by_per_param" description:"The same for a parameter of the query."`
	ByPerConsumer *string `json:"limit_by_per_consumer" description:"The same for the consumer's name. The value is not used."`
	ByPerCookie   string  `json:"limit_by_per_cookie" description:"The same for a cookie."`
	ByPerIP       string  `json:"limit_by_per_ip" description:"Counts each client address for itself: from-remote-addr, or from-header- and a header's name, such as from-header-x-forwarded-for."`
	TrustedHops   int     `json:"trusted_hops" min:"0" max:"32" description:"With from-header-, which address of the header it is, counted from the right: on Envoy 1 is the one that the gateway adds to X-Forwarded-For, 2 that of the proxy before it. 0 is the first one from the left, which clients can choose."`
	Keys          []Key   `json:"limit_keys" required:"true" minItems:"1" description:"The values and their limits. The first entry that matches a value counts."`
}
