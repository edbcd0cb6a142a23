package wrapper

import (
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// defaultTimeout of a call, in milliseconds.
const defaultTimeout = 500

// HttpCall sends a request to a cluster; see HttpClient.
func HttpCall(cluster Cluster, method, rawURL string, headers [][2]string, body []byte, callback ResponseCallback, timeoutMillisecond ...uint32) error {
	answer, err := httpAnswer(callback)
	if err != nil {
		return err
	}
	t, err := parseTarget(rawURL)
	if err != nil {
		return err
	}
	timeout := uint32(defaultTimeout)
	if len(timeoutMillisecond) > 0 && timeoutMillisecond[0] > 0 {
		timeout = timeoutMillisecond[0]
	}
	host := either(either(t.host, cluster.HostName()), "unknownhost")
	all := requestHeaders(headers, method, t.requestPath(), host)
	name := cluster.ClusterName()
	_, err = proxywasm.DispatchHttpCall(name, all, body, nil, timeout, awaitHTTP(name, answer))
	if err == nil && log.Enabled(log.LevelDebug) {
		log.Debug("http call to " + name + ": " + method + " " + t.path)
	}
	return err
}

// requestHeaders copies headers, in the order that plugins know: those of the
// pseudo headers that a request has are at the end.
func requestHeaders(headers [][2]string, method, path, host string) [][2]string {
	all := make([][2]string, 0, len(headers)+3)
	for _, h := range headers {
		if h[0] != ":method" && h[0] != ":path" && h[0] != ":authority" {
			all = append(all, h)
		}
	}
	return append(all, [2]string{":method", method}, [2]string{":path", path}, [2]string{":authority", host})
}

// awaitHTTP returns what runs when a call is answered: answer, with status 502
// where there was no answer that has a status. nil for nil.
func awaitHTTP(cluster string, answer httpAnswerFunc) func(numHeaders, bodySize, numTrailers int) {
	if answer == nil {
		return nil
	}
	return func(_, bodySize, _ int) {
		headers, err := proxywasm.GetHttpCallResponseHeaders()
		if err != nil {
			headers = nil // no answer
		}
		var body []byte
		if bodySize > 0 {
			if body, err = proxywasm.GetHttpCallResponseBody(0, bodySize); err != nil {
				log.Error("http call to " + cluster + ": the answer's body can't be read: " + err.Error())
				headers, body = nil, nil
			}
		}
		status := statusOf(headers)
		if log.Enabled(log.LevelDebug) {
			log.Debug("http call to " + cluster + " answered with " + strconv.Itoa(status))
		}
		answer(status, headers, body)
	}
}

// statusOf returns the :status of an answer: 502 where it has none, 500 where it
// is not a number.
func statusOf(headers [][2]string) int {
	for _, h := range headers {
		if h[0] != ":status" {
			continue
		}
		if status, err := strconv.Atoi(h[1]); err == nil {
			return status
		}
		return 500
	}
	return 502
}
