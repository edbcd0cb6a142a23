package host

import (
	"fmt"
	"testing"
)

func TestGetHeader(t *testing.T) {
	inHTTP(t, VMOptions{}, func(r *rig, c *HTTPContext, s *fakeHTTP) {
		p, n := r.str(0, "K")
		wantStatus(t, "get", r.do(&c.scope, "proxy_get_header_map_value", 0, p, n, outAddr, outAddr+4), StatusOK)
		if r.out() != "1" {
			t.Errorf("value %q, want the first", r.out())
		}
		for name, c2 := range map[string]struct {
			args []uint64
			want Status
		}{
			"missing":           {[]uint64{0, p, 0, outAddr, outAddr + 4}, StatusNotFound},
			"other phase":       {[]uint64{2, p, n, outAddr, outAddr + 4}, StatusBadArgument},
			"callout map":       {[]uint64{6, p, n, outAddr, outAddr + 4}, StatusBadArgument},
			"no such map":       {[]uint64{8, p, n, outAddr, outAddr + 4}, StatusBadArgument},
			"map -1":            {[]uint64{huge, p, n, outAddr, outAddr + 4}, StatusBadArgument},
			"bad key":           {[]uint64{0, huge, n, outAddr, outAddr + 4}, StatusInvalidMemoryAccess},
			"key too long":      {[]uint64{0, p, huge, outAddr, outAddr + 4}, StatusInvalidMemoryAccess},
			"bad result":        {[]uint64{0, p, n, huge, outAddr}, StatusInvalidMemoryAccess},
			"bad result length": {[]uint64{0, p, n, outAddr, huge - 2}, StatusInvalidMemoryAccess},
		} {
			wantStatus(t, name, r.do(&c.scope, "proxy_get_header_map_value", c2.args...), c2.want)
		}
		s.maps[0].Add("empty", "")
		p, n = r.str(0, "empty")
		wantStatus(t, "empty value", r.do(&c.scope, "proxy_get_header_map_value", 0, p, n, outAddr, outAddr+4), StatusOK)
		if r.word(outAddr) != 0 || r.word(outAddr+4) != 0 {
			t.Error("an empty value must be given as null and 0")
		}
	})
}

func TestChangeHeaders(t *testing.T) {
	inHTTP(t, VMOptions{}, func(r *rig, c *HTTPContext, s *fakeHTTP) {
		k, kn := r.str(0, "X-New")
		v, vn := r.str(1, "va")
		for _, call := range []string{"add", "replace"} {
			name := "proxy_" + call + "_header_map_value"
			wantStatus(t, call, r.do(&c.scope, name, 0, k, kn, v, vn), StatusOK)
			wantStatus(t, call+" in no phase", r.do(&c.scope, name, 2, k, kn, v, vn), StatusBadArgument)
			wantStatus(t, call+" to callout", r.do(&c.scope, name, 6, k, kn, v, vn), StatusBadArgument)
			wantStatus(t, call+" to map 9", r.do(&c.scope, name, 9, k, kn, v, vn), StatusBadArgument)
			wantStatus(t, call+" bad key", r.do(&c.scope, name, 0, k, huge, v, vn), StatusInvalidMemoryAccess)
			wantStatus(t, call+" bad value", r.do(&c.scope, name, 0, k, kn, huge, vn), StatusInvalidMemoryAccess)
			wantStatus(t, call+" at root", r.do(&r.p.scope, name, 0, k, kn, v, vn), StatusBadArgument)
		}
		if got := fmt.Sprint(s.maps[0].Values("x-new")); got != "[va]" {
			t.Errorf("after add and replace: %s", got)
		}
		if len(s.calls) != 2 || s.calls[0] != "clear route cache" {
			t.Errorf("changed request headers must choose the route again: %q", s.calls)
		}
		wantStatus(t, "remove", r.do(&c.scope, "proxy_remove_header_map_value", 0, k, kn), StatusOK)
		wantStatus(t, "remove again", r.do(&c.scope, "proxy_remove_header_map_value", 0, k, kn), StatusOK)
		wantStatus(t, "remove bad", r.do(&c.scope, "proxy_remove_header_map_value", 0, huge, 5), StatusInvalidMemoryAccess)
		wantStatus(t, "remove in no phase", r.do(&c.scope, "proxy_remove_header_map_value", 2, k, kn), StatusBadArgument)
		if s.maps[0].Values("x-new") != nil {
			t.Error("not removed")
		}
	})
}

func TestHeaderPairs(t *testing.T) {
	inHTTP(t, VMOptions{}, func(r *rig, c *HTTPContext, s *fakeHTTP) {
		wantStatus(t, "get", r.do(&c.scope, "proxy_get_header_map_pairs", 0, outAddr, outAddr+4), StatusOK)
		pairs, err := DecodePairs([]byte(r.out()))
		if err != nil || fmt.Sprint(pairs) != fmt.Sprint(s.maps[0].Pairs()) {
			t.Errorf("pairs %v, %v", pairs, err)
		}
		wantStatus(t, "size", r.do(&c.scope, "proxy_get_header_map_size", 0, outAddr), StatusOK)
		if int(r.word(outAddr)) != s.maps[0].ByteSize() {
			t.Errorf("size %d", r.word(outAddr))
		}
		wantStatus(t, "size in no phase", r.do(&c.scope, "proxy_get_header_map_size", 2, outAddr), StatusBadArgument)
		wantStatus(t, "size bad", r.do(&c.scope, "proxy_get_header_map_size", 0, huge), StatusInvalidMemoryAccess)
		wantStatus(t, "unavailable map is empty", r.do(&c.scope, "proxy_get_header_map_pairs", 2, outAddr, outAddr+4), StatusOK)
		if r.out() != "" {
			t.Errorf("unavailable map: %q", r.out())
		}
		wantStatus(t, "map 8", r.do(&c.scope, "proxy_get_header_map_pairs", 8, outAddr, outAddr+4), StatusBadArgument)
		wantStatus(t, "bad result", r.do(&c.scope, "proxy_get_header_map_pairs", 0, huge, outAddr), StatusInvalidMemoryAccess)

		p := AppendPairs(nil, [][2]string{{"A", "1"}, {":path", "/new"}})
		wantStatus(t, "set", r.do(&c.scope, "proxy_set_header_map_pairs", 0, r.put(0, p), uint64(len(p))), StatusOK)
		if show(s.maps[0]) != ":path=/new;a=1;" {
			t.Errorf("after set: %s", show(s.maps[0]))
		}
		wantStatus(t, "set bad memory", r.do(&c.scope, "proxy_set_header_map_pairs", 0, huge, 9), StatusInvalidMemoryAccess)
		wantStatus(t, "set in no phase", r.do(&c.scope, "proxy_set_header_map_pairs", 3, r.put(0, p), uint64(len(p))), StatusBadArgument)
		wantStatus(t, "set damaged", r.do(&c.scope, "proxy_set_header_map_pairs", 0, r.put(0, p), uint64(len(p)-1)), StatusOK)
		if s.maps[0].Len() != 0 {
			t.Errorf("damaged pairs count as none on Envoy, got %s", show(s.maps[0]))
		}
		r.wantLog("proxy_set_header_map_pairs: damaged or oversized header pairs")
	})
}
