package meter

import (
	"encoding/base64"
	"testing"
)

// control is testdata/control.wat, by "wat2wasm control.wat".
const control = "AGFzbQEAAAABEwNgAn9/An9/YAF/AX9gAn9/AX8CDQEDZW52BXR3aWNlAAEDBwYAAQEBAQEEBAFwAAYFAwEAAQcrBQRmYWN0AAIIY2xhc3NpZn" +
	"kAAwZ0YWJsZXMABAVwYWlycwAFBGRlYWQABgkOAgEAAwIAAwBBAwsCAAIMAQEKuwEGBgAgASAACxwAQQEgAAMCIQAgAGwgAEEBayIABAEgAAwB" +
	"CwsLLgEBfwNAAkACQAJAAkAgAA4EAAEEAgMLQQohAQwCC0EUIQEMAQtBHiEBCwsgAQtHAEEAQQBBA/wMAAD8DQBBAEEAQQX8CAAA/AkAQQXSAC" +
	"YAIABBABEBACAAQQERAQBqIABBBBEBAGogAEEFEQEAakEELQAAagsOACAAQQcQAQIAEAELawsPAAJ/QQMMAAN/DAAACwsLCwgBAQUBAgMEBQ=="

// TestControl runs what branches in ways that the text format is better for:
// loops with parameters, tables of labels, code that is never reached, tables and
// memory filled when it runs.
func TestControl(t *testing.T) {
	code, err := base64.StdEncoding.DecodeString(control)
	if err != nil {
		t.Fatal(err)
	}
	metered, err := Instrument(code)
	if err != nil {
		t.Fatal(err)
	}
	for name, code := range map[string][]byte{"as it was": code, "metered": metered} {
		m, calls := instance(t, code, 1)
		for _, c := range []struct {
			function  string
			arg, want uint64
		}{
			{"fact", 1, 1}, {"fact", 5, 120}, {"fact", 10, 3628800},
			{"classify", 0, 10}, {"classify", 1, 20}, {"classify", 3, 30}, {"classify", 4, 0}, {"classify", 9, 0},
			{"tables", 4, 24 + 8 + 24 + 8 + 5},
			{"pairs", 3, 1<<32 - 4},
			{"dead", 1, 3},
		} {
			if got := call(t, m, c.function, c.arg); got != c.want {
				t.Errorf("%s: %s(%d) = %d, want %d", name, c.function, c.arg, got, c.want)
			}
		}
		if name == "metered" && *calls < 1+5+10 {
			t.Errorf("%d visits", *calls)
		}
	}
}
