package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/sluiceproxy/sluice/plugins/internal/fault"
)

var (
	errOne = errors.New("one")
	errTwo = errors.New("two")
)

// Texts and causes are those that fmt.Errorf makes.
func TestLikeErrorf(t *testing.T) {
	for _, c := range []struct{ got, want error }{
		{fault.In("key", errOne), fmt.Errorf("key: %w", errOne)},
		{fault.At("list", 3, errOne), fmt.Errorf("list[%d]: %w", 3, errOne)},
		{fault.At("list", 0, fault.In("key", errTwo)), fmt.Errorf("list[%d]: %w", 0, fmt.Errorf("key: %w", errTwo))},
		{fault.Of(errOne, "and more"), fmt.Errorf("%w: and more", errOne)},
		{fault.New("one, two", errOne, errTwo), fmt.Errorf("%w, %w", errOne, errTwo)},
		{fault.New("alone"), errors.New("alone")},
	} {
		if c.got.Error() != c.want.Error() {
			t.Errorf("%q, want %q", c.got, c.want)
		}
		for _, cause := range []error{errOne, errTwo} {
			if errors.Is(c.got, cause) != errors.Is(c.want, cause) {
				t.Errorf("%q is %q: %v", c.got, cause, errors.Is(c.got, cause))
			}
		}
	}
}

func ExampleAt() {
	fmt.Println(fault.At("consumers", 2, errors.New("needs a name")))
	// Output: consumers[2]: needs a name
}
