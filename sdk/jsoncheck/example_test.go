package jsoncheck_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/jsoncheck"
)

func ExampleCheck() {
	fmt.Println(jsoncheck.Check([]byte(`{"user": "ann"}`), jsoncheck.Limits{}))
	fmt.Println(jsoncheck.Check([]byte(`{"user": NaN}`), jsoncheck.Limits{}))
	// Output:
	// <nil>
	// line 1, column 10: a value is expected
}

func ExampleLimits() {
	body := []byte(`[[1, 2, 3], [4, 5, 6]]`)
	fmt.Println(jsoncheck.Check(body, jsoncheck.Limits{Depth: 1}))
	fmt.Println(jsoncheck.Check(body, jsoncheck.Limits{Values: 5}))
	fmt.Println(jsoncheck.Check(body, jsoncheck.Limits{Bytes: 10}))
	// Output:
	// line 1, column 2: JSON is nested deeper than 1 levels
	// line 1, column 12: JSON has more than 5 values
	// line 1, column 1: JSON of 22 bytes, at most 10 are allowed
}

func ExampleLimits_uniqueKeys() {
	body := []byte(`{"role": "guest", "role": "admin"}`)
	err := jsoncheck.Check(body, jsoncheck.Limits{UniqueKeys: true})
	fmt.Println(err, errors.Is(err, jsoncheck.ErrDuplicate))
	// Output: line 1, column 19: an object has the same key twice true
}

func ExampleError() {
	err := jsoncheck.Check([]byte("{\n  \"a\": 1,\n}"), jsoncheck.Limits{})
	var e *jsoncheck.Error
	if errors.As(err, &e) {
		fmt.Println(e.Line, e.Column, e.Message, errors.Is(err, jsoncheck.ErrSyntax))
	}
	// Output: 3 1 a key in quotes is expected true
}

func ExampleDepth() {
	fmt.Println(jsoncheck.Depth([]byte(strings.Repeat("[", 10_000)), 0))
	// Output: line 1, column 513: JSON is nested deeper than 512 levels
}
