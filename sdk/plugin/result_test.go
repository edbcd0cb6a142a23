package plugin

import (
	"net/http"
	"reflect"
	"testing"
)

func TestResults(t *testing.T) {
	first, second := NewResult(Modify), NewResult(Modify)
	if NewResult(Continue) == ResultContinue || first == second {
		t.Error("a result without options is one that other requests have as well")
	}
	values := []string{"1", "2"}
	given := http.Header{"x-a": values}
	r := NewResult(Stop, WithStatus(429), nil, WithHeaders(http.Header{"X-A": {"0"}, "X-B": {"3"}}), WithHeaders(given), WithJSONResponse(1))
	values[0] = "changed"
	want := http.Header{"X-A": {"1", "2"}, "X-B": {"3"}, "Content-Type": {"application/json"}}
	if r.Action() != Stop || r.StatusCode != 429 || string(r.ResponseBody) != "1" || !reflect.DeepEqual(r.Headers, want) {
		t.Errorf("got %+v", r)
	}
	r.Release()
	if r.StatusCode != 429 {
		t.Error("Release has changed the result")
	}
	if r := NewResult(Stop, WithJSONResponse(func() {})); r.err == nil || r.ResponseBody != nil {
		t.Errorf("a body that is no JSON: %+v", r)
	}
	for action, want := range map[Action]string{Continue: "Continue", Stop: "Stop", Modify: "Modify", 9: "an unknown action"} {
		if action.String() != want {
			t.Errorf("%d is %q", action, action)
		}
	}
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		name   string
		result *Result
		goesOn bool
		wrong  bool
	}{
		{"continue", ResultContinue, true, false},
		{"modify", NewResult(Modify, WithHeaders(nil)), true, false},
		{"stop", NewResult(Stop, WithStatus(200)), false, false},
		{"nil", nil, false, true},
		{"stop without status", NewResult(Stop), false, true},
		{"stop with 100", NewResult(Stop, WithStatus(100)), false, true},
		{"stop with 600", NewResult(Stop, WithStatus(600)), false, true},
		{"no JSON", NewResult(Modify, WithJSONResponse(func() {})), false, true},
		{"unknown", NewResult(12, WithStatus(200)), false, true},
		{"a literal", &Result{}, true, false},
	} {
		a := judge(named{"h", 0}, c.result)
		if (a == nil) != c.goesOn || a != nil && (a.err != nil) != c.wrong {
			t.Errorf("%s: got %+v", c.name, a)
		}
	}
}
