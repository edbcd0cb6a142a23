package wrapper

import (
	"reflect"
	"unsafe"
)

// RedisResponseCallback is given the answer to a Redis command. It is one of
//
//	func(response resp.Value)          // of github.com/tidwall/resp
//	func(response wrapper.RedisValue)
//
// or nil. An answer of Redis that is an error, and a call that failed, are
// values with an Error.
//
// The type is checked when a command is sent, not by the compiler: package
// resp, were it imported here, would bring package net into every plugin, and
// with it calls of the system that gateways built on Envoy before 1.39 refuse.
// The second form keeps it out of the plugin, too.
type RedisResponseCallback any

// redisAnswer returns the function behind a callback, nil for nil.
func redisAnswer(cb RedisResponseCallback) (func(RedisValue), error) {
	switch f := cb.(type) {
	case nil:
		return nil, nil
	case func(RedisValue):
		return f, nil
	}
	f := reflect.ValueOf(cb)
	t := f.Type()
	if t.Kind() != reflect.Func || t.IsVariadic() || t.NumIn() != 1 || t.NumOut() != 0 || !isRespValue(t.In(0)) {
		return nil, callbackError(t, "func(resp.Value)")
	}
	if f.IsNil() {
		return nil, nil
	}
	return func(v RedisValue) {
		f.Call([]reflect.Value{reflect.NewAt(t.In(0), unsafe.Pointer(&v)).Elem()})
	}, nil
}

// isRespValue reports whether t is resp.Value, field by field the same as
// RedisValue: only then may the one be read as the other.
func isRespValue(t reflect.Type) bool {
	own := reflect.TypeFor[RedisValue]()
	if t == own {
		return true
	}
	if t.PkgPath() != "github.com/tidwall/resp" || t.Name() != "Value" ||
		t.NumField() != own.NumField() || t.Size() != own.Size() {
		return false
	}
	for i := range own.NumField() {
		a, b := own.Field(i), t.Field(i)
		if a.Name != b.Name || a.Offset != b.Offset || a.Type.Kind() != b.Type.Kind() || a.Type.Size() != b.Type.Size() {
			return false
		}
		if a.Type.Kind() == reflect.Slice && a.Name == "array" && b.Type.Elem() != t {
			return false
		}
		if a.Name == "str" && b.Type.Elem().Kind() != reflect.Uint8 {
			return false
		}
	}
	return true
}
