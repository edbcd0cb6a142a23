package harness

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
)

// Echo is what httpbin's /get, /post and /anything say about the request that
// reached them.
type Echo struct {
	// Args holds the query parameters.
	Args map[string]Values `json:"args"`
	// Headers holds the request header as the upstream saw it, under canonical
	// names, as in http.Header.
	Headers map[string]Values `json:"headers"`
	// Data is the request body; httpbin shows a binary one as a data URL.
	Data string `json:"data"`
	// Method is the request's method; only /anything and go-httpbin name it.
	Method string `json:"method"`
	// Origin is the address that the request came from.
	Origin string `json:"origin"`
	// URL is the request's URL with the scheme that X-Forwarded-Proto gives.
	URL string `json:"url"`
}

// Header returns the first value of the request header name, or "".
func (e Echo) Header(name string) string {
	if v := e.Headers[http.CanonicalHeaderKey(name)]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Values are the values of one name. The original httpbin writes a string,
// go-httpbin a list; both are read.
type Values []string

// UnmarshalJSON reads a string or a list of strings.
func (v *Values) UnmarshalJSON(data []byte) error {
	var one string
	if err := json.Unmarshal(data, &one); err == nil {
		*v = Values{one}
		return nil
	}
	var list []string
	if err := json.Unmarshal(data, &list); err != nil {
		return fmt.Errorf("httpbin: neither a string nor a list of strings: %s", data)
	}
	*v = list
	return nil
}

// GetEcho fetches url from httpbin and returns what it says; any status but
// 200 fails the test.
func GetEcho(t testing.TB, url string) Echo {
	t.Helper()
	return ParseEcho(t, Get(t, url))
}

// ParseEcho reads an answer of httpbin; any status but 200 fails the test.
func ParseEcho(t testing.TB, r Reply) Echo {
	t.Helper()
	echo, err := parseEcho(r)
	if err != nil {
		t.Fatal(err)
	}
	return echo
}

// parseEcho reads an answer of httpbin.
func parseEcho(r Reply) (Echo, error) {
	var echo Echo
	if r.Status != http.StatusOK {
		return echo, fmt.Errorf("httpbin: want 200, got %s", r)
	}
	if err := json.Unmarshal(r.Body, &echo); err != nil {
		return echo, fmt.Errorf("httpbin: %w in %s", err, r)
	}
	return echo, nil
}
