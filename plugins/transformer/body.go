package main

import (
	"bytes"
	"errors"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/jsoncheck"
)

// errUnsupported is returned for a type of body that is not changed.
var errUnsupported = errors.New("a body of this type is not changed")

// changeable reports whether a body of that type, without a coding, can be read.
func changeable(headers *fields, forms bool) bool {
	for _, coding := range headers.get("content-encoding") {
		if coding != "" && !strings.EqualFold(coding, "identity") {
			return false
		}
	}
	switch kind, _, _, _ := media(headers.first("content-type"), ""); kind {
	case typeJSON:
		return true
	case typeForm, typeMultipart:
		return forms
	}
	return false
}

// read takes a body apart.
func (m *message) read(contentType string, body []byte) (err error) {
	kind, boundary, _, err := media(contentType, "boundary")
	switch {
	case err != nil:
		return err
	case kind == typeJSON:
		if err := jsoncheck.Check(body, jsoncheck.Limits{}); err != nil {
			return err
		}
		m.json = body
		return nil
	case kind == typeForm:
		m.form = readForm(string(body))
		return nil
	case kind == typeMultipart:
		m.form, err = readMultipart(string(body), boundary)
		return err
	}
	return errUnsupported
}

// change does operations to the body and returns what it becomes, nil where it
// stays as it is.
func (m *message) change(ops []op, contentType string) ([]byte, error) {
	if m.json != nil {
		before := m.json
		if err := m.edit(ops); err != nil || bytes.Equal(before, m.json) {
			return nil, err
		}
		return m.json, nil
	}
	m.fields(ops, m.form)
	if !m.form.changed {
		return nil, nil
	}
	kind, boundary, _, _ := media(contentType, "boundary")
	if kind == typeForm {
		return []byte(m.form.form()), nil
	}
	text, err := m.form.multipart(boundary)
	return []byte(text), err
}
