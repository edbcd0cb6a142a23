//go:build !wasip1

package abi

import (
	"reflect"
	"testing"
)

// Native code that runs outside of a test host gets a status, no crash.
func TestWithoutHost(t *testing.T) {
	defer SetHost(SetHost(nil))
	statuses := map[string]Status{
		"Log":               Log(LogInfo, "x"),
		"SetHeaderMapPairs": SetHeaderMapPairs(MapRequestHeaders, nil),
		"ContinueStream":    ContinueStream(StreamRequest),
	}
	_, statuses["GetProperty"] = GetProperty([]string{"a"})
	_, statuses["HTTPCall"] = HTTPCall("c", nil, nil, nil, 1)
	_, statuses["GetLogLevel"] = GetLogLevel()
	_, _, statuses["GetSharedData"] = GetSharedData("k")
	for name, st := range statuses {
		if st != StatusNoHost {
			t.Errorf("%s returned %d, want StatusNoHost", name, st)
		}
	}
}

func TestSetHostReturnsTheOneBefore(t *testing.T) {
	a, b := &fakeHost{}, &fakeHost{}
	defer SetHost(SetHost(a))
	if got := SetHost(b); got != Host(a) {
		t.Errorf("got %v, want the first host", got)
	}
	if st := ContinueStream(StreamResponse); st != StatusOK || b.stream != StreamResponse {
		t.Errorf("status %d, stream %d", st, b.stream)
	}
}

type fakeHost struct {
	Host
	stream StreamType
}

func (h *fakeHost) ContinueStream(s StreamType) Status {
	h.stream = s
	return StatusOK
}

// Each function of the package is a method of Host, and the other way round;
// the compiler checks the signatures, this the number.
func TestHostHasEveryFunction(t *testing.T) {
	if n := reflect.TypeFor[Host]().NumMethod(); n != 36 {
		t.Errorf("Host has %d methods, want 36", n)
	}
}
