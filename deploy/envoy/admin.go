package envoy

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// maxAdminBody bounds what is read from the admin endpoint.
const maxAdminBody = 8 << 20

// admin asks Envoy's admin endpoint. While Envoy compiles a module its main
// thread answers nobody, so callers retry.
type admin struct {
	base string // "http://127.0.0.1:9901"
	http *http.Client
}

func newAdmin(hostport string) *admin {
	return &admin{base: "http://" + hostport, http: &http.Client{Timeout: 5 * time.Second}}
}

func (a *admin) get(ctx context.Context, path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.base+path, nil)
	if err != nil {
		return nil, err
	}
	resp, err := a.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxAdminBody))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("envoy's admin endpoint answered %s to %s", resp.Status, path)
	}
	return b, err
}

// ready reports whether all that Envoy was given at boot is loaded.
func (a *admin) ready(ctx context.Context) bool {
	b, err := a.get(ctx, "/ready")
	return err == nil && strings.HasPrefix(string(b), "LIVE")
}

// subscription is the state of one watched file.
type subscription struct {
	version            string // in force
	rejected, failures int
}

// subscription reads the state whose statistics begin with prefix.
func (a *admin) subscription(ctx context.Context, prefix string) (subscription, error) {
	filter := "^" + regexp.QuoteMeta(prefix) + `\.(version_text|update_rejected|update_failure)$`
	b, err := a.get(ctx, "/stats?filter="+url.QueryEscape(filter))
	if err != nil {
		return subscription{}, err
	}
	return parseSubscription(string(b), prefix), nil
}

// parseSubscription reads lines such as `prefix.version_text: "3"`.
func parseSubscription(stats, prefix string) subscription {
	var s subscription
	for _, line := range strings.Split(stats, "\n") {
		name, value, ok := strings.Cut(line, ": ")
		if !ok || !strings.HasPrefix(name, prefix+".") {
			continue
		}
		switch name[len(prefix)+1:] {
		case "version_text":
			s.version = strings.Trim(value, `"`)
		case "update_rejected":
			s.rejected, _ = strconv.Atoi(value)
		case "update_failure":
			s.failures, _ = strconv.Atoi(value)
		}
	}
	return s
}

// listenerAddress returns the address that clients use.
func (a *admin) listenerAddress(ctx context.Context) (string, error) {
	b, err := a.get(ctx, "/listeners?format=json")
	if err != nil {
		return "", err
	}
	return parseListeners(b)
}

func parseListeners(b []byte) (string, error) {
	var l struct {
		Statuses []struct {
			Name  string `json:"name"`
			Local struct {
				Socket struct {
					Address string `json:"address"`
					Port    int    `json:"port_value"`
				} `json:"socket_address"`
			} `json:"local_address"`
		} `json:"listener_statuses"`
	}
	if err := json.Unmarshal(b, &l); err != nil {
		return "", fmt.Errorf("envoy's list of listeners: %w", err)
	}
	for _, s := range l.Statuses {
		if s.Name == listenerName {
			return net.JoinHostPort(s.Local.Socket.Address, strconv.Itoa(s.Local.Socket.Port)), nil
		}
	}
	return "", fmt.Errorf("envoy has no listener %q", listenerName)
}

// gauge reads one number.
func (a *admin) gauge(ctx context.Context, name string) (int, error) {
	b, err := a.get(ctx, "/stats?filter="+url.QueryEscape("^"+regexp.QuoteMeta(name)+"$"))
	if err != nil {
		return 0, err
	}
	_, value, _ := strings.Cut(strings.TrimSpace(string(b)), ": ")
	return strconv.Atoi(value)
}
