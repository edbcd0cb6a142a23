package plugintest

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ofPlugins is what the names of plugins' metrics begin with on Envoy.
const ofPlugins = "wasmcustom."

// admin asks Envoy's admin endpoint.
var admin = http.Client{Timeout: 10 * time.Second}

// maxStats bounds what is read of Envoy's statistics, in bytes.
const maxStats = 16 << 20

func counters(url string) (map[string]int64, error) { return stats(url, "Counters") }

func gauges(url string) (map[string]int64, error) { return stats(url, "Gauges") }

// stats returns plugins' metrics of one kind by their names.
func stats(url, kind string) (map[string]int64, error) {
	res, err := admin.Get(url + "/stats?type=" + kind + "&filter=%5Ewasmcustom%5C.")
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("/stats of Envoy: %s", res.Status)
	}
	return parseStats(io.LimitReader(res.Body, maxStats))
}

// parseStats reads lines such as "wasmcustom.requests: 3".
func parseStats(r io.Reader) (map[string]int64, error) {
	values := map[string]int64{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		name, value, ok := strings.Cut(lines.Text(), ": ")
		name, ours := strings.CutPrefix(name, ofPlugins)
		if !ok || !ours {
			continue
		}
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("/stats of Envoy: %q: %w", lines.Text(), err)
		}
		values[name] = n
	}
	return values, lines.Err()
}
