package trace

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxAdmin bounds an answer of Envoy's admin endpoint, in bytes.
const maxAdmin = 64 << 20

// admin is what an Envoy tells at its admin endpoint.
type admin struct {
	base, node, version, state string
	dump                       dump
	stats                      map[string]int64
	err                        error
}

// errNoAdmin is that nobody said where Envoy is.
var errNoAdmin = errors.New("the admin endpoint of Envoy was not given")

// envoy asks the Envoy of the options. While it compiles a module its main thread
// answers nobody, so it gets its time.
func (t *Tracer) envoy(ctx context.Context) *admin {
	a := &admin{base: base(t.o.EnvoyAdmin)}
	if a.err = errNoAdmin; t.o.EnvoyAdmin == "" {
		return a
	}
	ctx, cancel := context.WithTimeout(ctx, t.o.Timeout)
	defer cancel()
	if a.err = a.look(ctx); a.err != nil {
		a.err = fmt.Errorf("the admin endpoint of Envoy: %w", a.err)
	}
	return a
}

func (a *admin) look(ctx context.Context) error {
	info, err := get(ctx, a.base+"/server_info")
	if err != nil {
		return err
	}
	var server struct {
		Version, State string
		Node           struct{ ID string }
	}
	if err := json.Unmarshal(info, &server); err != nil {
		return fmt.Errorf("/server_info: %w", err)
	}
	a.node, a.version, a.state = server.Node.ID, short(server.Version), server.State
	text, err := get(ctx, a.base+"/config_dump")
	if err != nil {
		return err
	}
	if a.dump, err = parseDump(text); err != nil {
		return fmt.Errorf("/config_dump: %w", err)
	}
	text, err = get(ctx, a.base+"/stats?filter="+url.QueryEscape(`^(wasm|extension_config_discovery|listener_manager)\.`))
	a.stats = parseStats(string(text))
	return err
}

// short is 1.40.0 of "9e5580…/1.40.0/Clean/RELEASE/BoringSSL".
func short(version string) string {
	if parts := strings.Split(version, "/"); len(parts) > 1 {
		return parts[1]
	}
	return version
}

// parseStats reads lines such as "name: 3"; texts and histograms are left out.
func parseStats(text string) map[string]int64 {
	all := map[string]int64{}
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			all[name] = n
		}
	}
	return all
}

// base is a URL without a slash at its end, by HTTP if it doesn't say.
func base(address string) string {
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	return strings.TrimSuffix(address, "/")
}

func get(ctx context.Context, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, errors.New("no URL that can be asked; want http://HOST:PORT")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err // the URL in it has its password taken out
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAdmin+1))
	switch {
	case err != nil:
		return nil, err
	case resp.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s answered %s", req.URL.Redacted(), resp.Status)
	case len(text) > maxAdmin:
		return nil, fmt.Errorf("%s: the answer is too long", req.URL.Redacted())
	}
	return text, nil
}

// since is a time of Envoy's, zero for one that can't be read.
func since(text string) time.Time {
	at, _ := time.Parse(time.RFC3339Nano, text)
	return at
}
