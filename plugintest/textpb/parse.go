package textpb

import "fmt"

// field is a field of a message as the text has it.
type field struct {
	name    string
	line    int
	message bool
	fields  []field // of a message
	text    string  // of a scalar
	quoted  bool
}

// parser reads tokens into fields.
type parser struct {
	scanner
	now   token
	err   error
	count int
}

func (p *parser) next() {
	if p.err == nil {
		p.now, p.err = p.token()
	}
}

func (p *parser) fail(format string, args ...any) error {
	if p.err != nil {
		return p.err
	}
	return &Error{Line: p.now.line, Text: fmt.Sprintf(format, args...)}
}

// fields reads fields up to the end of their message, which it leaves.
func (p *parser) fields(end kind, depth int) (list []field, err error) {
	if depth > maxDepth {
		return nil, p.fail("more than %d messages in one another", maxDepth)
	}
	for p.err == nil && p.now.kind != end {
		if p.now.kind != kindWord {
			return nil, p.fail("want the name of a field")
		}
		name := p.now
		p.next()
		if list, err = p.values(list, name, depth); err != nil {
			return nil, err
		}
		if p.now.kind == ',' || p.now.kind == ';' {
			p.next()
		}
	}
	return list, p.err
}

// values reads the value of a field, or a list of them.
func (p *parser) values(list []field, name token, depth int) ([]field, error) {
	colon := p.now.kind == ':'
	if colon {
		p.next()
	}
	if p.now.kind != '[' || !colon {
		f, err := p.value(name, colon, depth)
		return append(list, f), err
	}
	for p.next(); p.now.kind != ']'; {
		f, err := p.value(name, true, depth)
		if err != nil {
			return nil, err
		}
		list = append(list, f)
		if p.now.kind == ',' {
			p.next()
		} else if p.now.kind != ']' {
			return nil, p.fail("want , or ] in the list of %s", name.text)
		}
	}
	p.next()
	return list, nil
}

func (p *parser) value(name token, colon bool, depth int) (f field, err error) {
	f = field{name: name.text, line: name.line}
	if p.count++; p.count > maxFields {
		return f, p.fail("more than %d fields", maxFields)
	}
	switch {
	case p.now.kind == '{' || p.now.kind == '<':
		end := kind('}')
		if p.now.kind == '<' {
			end = '>'
		}
		p.next()
		f.message = true
		if f.fields, err = p.fields(end, depth+1); err != nil {
			return f, err
		}
		p.next()
	case p.now.kind == kindString && colon:
		f.quoted = true
		for p.now.kind == kindString && p.err == nil {
			f.text += p.now.text
			p.next()
		}
	case p.now.kind == kindWord && colon:
		f.text = p.now.text
		p.next()
	default:
		return f, p.fail("%s has no value; a scalar stands behind a colon, a message in braces", name.text)
	}
	return f, p.err
}
