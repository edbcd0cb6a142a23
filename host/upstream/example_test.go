package upstream_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/sluiceproxy/sluice/host/upstream"
)

// Clusters by name, as plugins call them; the embedded gateway sends requests
// and callouts through the same set.
func Example() {
	users := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "user for %s", r.URL.Path)
	}))
	defer users.Close()
	clusters, err := upstream.New(upstream.Options{},
		upstream.Cluster{Name: "outbound|80||users.dns", URL: users.URL},
		upstream.Cluster{Name: "redis", URL: "redis://127.0.0.1"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer clusters.Close()
	fmt.Println(clusters.Names(), clusters.Addresses("redis"))

	trip, _ := clusters.RoundTripper("outbound|80||users.dns")
	request, _ := http.NewRequest(http.MethodGet, users.URL+"/me", nil)
	response, err := trip.RoundTrip(request)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	fmt.Println(string(body))

	_, err = upstream.New(upstream.Options{}, upstream.Cluster{Name: "files", URL: "ftp://files"})
	fmt.Println(err != nil)
	// Output:
	// [outbound|80||users.dns redis] [127.0.0.1:6379]
	// user for /me
	// true
}
