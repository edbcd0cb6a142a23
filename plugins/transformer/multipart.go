package main

import (
	"errors"
	"strings"
)

// errMultipart is returned for a body that is not of RFC 2046's form.
var errMultipart = errors.New("the multipart body is broken")

// maxParts bounds the parts of a body.
const maxParts = 10_000

// readMultipart reads multipart/form-data (RFC 7578). Files are fixed: they stay
// as they are, whatever their name.
func readMultipart(body, boundary string) (*fields, error) {
	if boundary == "" || len(boundary) > 70 {
		return nil, errMultipart
	}
	delimiter := "\r\n--" + boundary
	_, rest, found := strings.Cut("\r\n"+body, delimiter)
	if !found {
		return nil, errMultipart
	}
	f := &fields{}
	for {
		if strings.HasPrefix(rest, "--") {
			return f, nil
		}
		end := strings.Index(rest, "\r\n")
		if end < 0 || strings.Trim(rest[:end], " \t") != "" || len(f.list) == maxParts {
			return nil, errMultipart
		}
		part, next, found := strings.Cut(rest[end:], delimiter)
		if !found {
			return nil, errMultipart
		}
		e, err := readPart(strings.TrimPrefix(part, "\r\n"))
		if err != nil {
			return nil, err
		}
		f.list, rest = append(f.list, e), next
	}
}

// readPart reads one part: headers, an empty line, the value.
func readPart(part string) (field, error) {
	head, value, found := strings.Cut("\r\n"+part, "\r\n\r\n")
	if !found {
		return field{}, errMultipart
	}
	for _, line := range strings.Split(head, "\r\n") {
		name, disposition, _ := strings.Cut(line, ":")
		if !strings.EqualFold(strings.Trim(name, " \t"), "content-disposition") {
			continue
		}
		kind, name, named, err := media(disposition, "name")
		_, _, file, _ := media(disposition, "filename")
		_, _, encoded, _ := media(disposition, "filename*")
		if err != nil || kind != "form-data" {
			return field{}, errMultipart
		}
		return field{name: name, value: value, raw: part, fixed: !named || file || encoded}, nil
	}
	return field{raw: part, fixed: true}, nil
}

// multipart writes multipart/form-data. What no operation has changed is as it
// came, unless the boundary is in a new value: that is an error.
func (f *fields) multipart(boundary string) (string, error) {
	var b strings.Builder
	for _, e := range f.list {
		if e.raw == "" {
			e.raw = "Content-Disposition: form-data; name=\"" + partName(e.name) + "\"\r\n\r\n" + e.value
			if strings.Contains("\r\n"+e.raw, "\r\n--"+boundary) {
				return "", errMultipart
			}
		}
		b.WriteString("--" + boundary + "\r\n" + e.raw + "\r\n")
	}
	return b.String() + "--" + boundary + "--\r\n", nil
}

// partName writes a name as browsers do.
func partName(name string) string {
	return strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A").Replace(name)
}
