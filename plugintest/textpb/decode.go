package textpb

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// decode puts fields into the struct that message points to.
func decode(fields []field, message any, path string) (wrong []error) {
	v := reflect.ValueOf(message).Elem()
	seen := map[string]bool{}
	for _, f := range fields {
		at := strings.TrimPrefix(path+"."+f.name, ".")
		target, ok := fieldOf(v, f.name)
		switch {
		case !ok:
			wrong = append(wrong, &Error{Line: f.line, Field: at, Text: "unknown field; there are " + names(v.Type())})
			continue
		case target.Kind() == reflect.Slice:
			target.Set(reflect.Append(target, reflect.Zero(target.Type().Elem())))
			target = target.Index(target.Len() - 1)
		case seen[f.name]:
			wrong = append(wrong, &Error{Line: f.line, Field: at, Text: "the field is there twice"})
			continue
		}
		seen[f.name] = true
		if target.Kind() == reflect.Pointer {
			target.Set(reflect.New(target.Type().Elem()))
			target = target.Elem()
		}
		wrong = append(wrong, set(target, f, at)...)
	}
	return wrong
}

// set puts a field's value into a Go value.
func set(target reflect.Value, f field, path string) []error {
	if isMessage := target.Kind() == reflect.Struct; isMessage || f.message {
		if isMessage && f.message {
			if line := target.FieldByName("Line"); line.IsValid() && line.CanInt() {
				line.SetInt(int64(f.line))
			}
			return decode(f.fields, target.Addr().Interface(), path)
		}
		return []error{&Error{Line: f.line, Field: path, Text: "is a message on one side and a scalar on the other"}}
	}
	if err := scalar(target, f); err != nil {
		return []error{&Error{Line: f.line, Field: path, Text: err.Error()}}
	}
	return nil
}

func scalar(target reflect.Value, f field) (err error) {
	if target.Kind() == reflect.String {
		// Names of enumerations are words, and have types of their own.
		if enum := target.Type() != reflect.TypeOf(""); enum == f.quoted {
			return fmt.Errorf("want a text in quotes, or the word of an enumeration, got %q", f.text)
		}
		target.SetString(f.text)
		return nil
	}
	if f.quoted {
		return fmt.Errorf("want a %s, got the text %q", target.Kind(), f.text)
	}
	switch target.Kind() {
	case reflect.Bool:
		switch f.text {
		case "true", "True", "t", "1":
			target.SetBool(true)
		case "false", "False", "f", "0":
			target.SetBool(false)
		default:
			return fmt.Errorf("want true or false, got %s", f.text)
		}
	case reflect.Int64:
		var n int64
		n, err = strconv.ParseInt(f.text, 0, 64)
		target.SetInt(n)
	case reflect.Uint64:
		var n uint64
		n, err = strconv.ParseUint(f.text, 0, 64)
		target.SetUint(n)
	default:
		return fmt.Errorf("can't be read into a %s", target.Type())
	}
	if err != nil {
		return fmt.Errorf("want a whole number, got %s", f.text)
	}
	return nil
}

func fieldOf(v reflect.Value, name string) (reflect.Value, bool) {
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("pb") == name && name != "" {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

func names(t reflect.Type) string {
	var list []string
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("pb"); name != "" {
			list = append(list, name)
		}
	}
	return strings.Join(list, ", ")
}
