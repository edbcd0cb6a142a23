package plugin

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// toHeader returns fields as package http has them, pseudo headers and Host
// left out.
func toHeader(pairs [][2]string) http.Header {
	h := make(http.Header, len(pairs))
	for _, p := range pairs {
		if key, ok := keyOf(p[0]); ok {
			h[key] = append(h[key], p[1])
		}
	}
	return h
}

// keyOf returns the key of a field, false for one that is no header to Go.
func keyOf(name string) (key string, ok bool) {
	if strings.HasPrefix(name, ":") {
		return "", false
	}
	key = http.CanonicalHeaderKey(name)
	return key, key != "Host"
}

// find returns the first value of a field, "" where there is none.
func find(pairs [][2]string, name string) string {
	for i := range pairs {
		if pairs[i][0] == name {
			return pairs[i][1]
		}
	}
	return ""
}

// changed returns the keys whose values are not those of pairs any more, sorted.
func changed(pairs [][2]string, now http.Header) []string {
	differ := map[string]bool{}
	seen := make(map[string]int, len(now))
	for _, p := range pairs {
		key, ok := keyOf(p[0])
		if !ok {
			continue
		}
		i := seen[key]
		seen[key]++
		if values := now[key]; i >= len(values) || values[i] != p[1] {
			differ[key] = true
		}
	}
	for key, values := range now {
		if seen[key] != len(values) {
			differ[key] = true
		}
	}
	return slices.Sorted(maps.Keys(differ))
}

// write makes the fields of a message those of now, where they differ.
func (f fields) write(pairs [][2]string, now http.Header) error {
	for _, key := range changed(pairs, now) {
		name, values := strings.ToLower(key), now[key]
		if len(values) == 0 {
			if err := f.remove(name); err != nil {
				return err
			}
			continue
		}
		if err := f.replace(name, values[0]); err != nil {
			return err
		}
		for _, value := range values[1:] {
			if err := f.add(name, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// toPairs returns headers as hosts take them, in the order of their names.
func toPairs(h http.Header) [][2]string {
	var pairs [][2]string
	for _, key := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[key] {
			pairs = append(pairs, [2]string{strings.ToLower(key), value})
		}
	}
	return pairs
}
