package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/deliver/internal/lines"
)

// PromoteCanary has the new version of a plugin get all requests, one that was rolled
// back too; AbortCanary has it get none any more. server is the URL of the admin
// endpoint of a running "sluice serve", plugin NAMESPACE.NAME, or NAME where one
// plugin alone has it. They say how the rollout has ended.
func PromoteCanary(ctx context.Context, server, plugin string) (*CanaryStatus, error) {
	return decide(ctx, server, plugin, "promote")
}

// AbortCanary is described at [PromoteCanary].
func AbortCanary(ctx context.Context, server, plugin string) (*CanaryStatus, error) {
	return decide(ctx, server, plugin, "abort")
}

func decide(ctx context.Context, server, plugin, what string) (*CanaryStatus, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if !strings.Contains(server, "://") {
		server = "http://" + server
	}
	to := strings.TrimSuffix(server, "/") + "/plugins/" + url.PathEscape(plugin) + "/" + what
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w (is \"sluice serve\" running, with this --admin address?)", what, plugin, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 4096)) // the status says enough
		return nil, fmt.Errorf("%s: %s answered %s: %s", what, server, resp.Status, lines.Plain(string(text)))
	}
	var s CanaryStatus
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxStatus)).Decode(&s); err != nil {
		return nil, fmt.Errorf("%s %s: the answer of %s: %w", what, plugin, server, err)
	}
	return &s, nil
}
