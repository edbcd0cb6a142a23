package dispatch

import (
	"slices"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
)

// periods notes what a host is asked for.
type periods struct {
	fakeHost
	asked []uint32
}

func (h *periods) SetTickPeriod(ms uint32) abi.Status {
	h.asked = append(h.asked, ms)
	return abi.StatusOK
}

// The host's period is the shortest that anybody wants; nobody takes another's
// away.
func TestSetTick(t *testing.T) {
	h := &periods{}
	before := abi.SetHost(h)
	defer abi.SetHost(before)
	v := NewVM()
	v.plugins[1] = &plugin{}
	for i, c := range []struct {
		who  Ticker
		ms   uint32
		want []uint32 // calls of the host
	}{
		{PluginTicks, 5000, []uint32{5000}},
		{WaitTicks, 20, []uint32{0, 20}},
		{RedisTicks, 20, nil},
		{WaitTicks, 0, nil},
		{RedisTicks, 0, []uint32{0, 5000}},
		{WaitTicks, 10000, nil},
		{PluginTicks, 5000, []uint32{0, 5000}}, // begins anew
		{PluginTicks, 0, []uint32{0, 10000}},
		{WaitTicks, 0, []uint32{0}},
		{WaitTicks, 0, nil},
	} {
		h.asked = nil
		if st := v.SetTick(1, c.who, c.ms); st != abi.StatusOK || !slices.Equal(h.asked, c.want) {
			t.Errorf("%d: %+v: status %d, the host was asked for %v", i, c, st, h.asked)
		}
	}
	h.asked = nil
	if v.SetTick(7, PluginTicks, 3); !slices.Equal(h.asked, []uint32{3}) {
		t.Errorf("a context that is unknown: %v", h.asked)
	}
}
