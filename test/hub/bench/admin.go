package main

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strconv"
)

// listener asks Envoy's admin interface where the listener is, "" where there is
// none yet.
func listener(ctx context.Context, admin string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+admin+"/listeners?format=json", nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	var all struct {
		Statuses []struct {
			Address struct {
				Socket struct {
					Address string `json:"address"`
					Port    int    `json:"port_value"`
				} `json:"socket_address"`
			} `json:"local_address"`
		} `json:"listener_statuses"`
	}
	if err := json.NewDecoder(res.Body).Decode(&all); err != nil || len(all.Statuses) == 0 {
		return "", err
	}
	s := all.Statuses[0].Address.Socket
	return net.JoinHostPort(s.Address, strconv.Itoa(s.Port)), nil
}
