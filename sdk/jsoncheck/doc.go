// Package jsoncheck says whether a text from outside may be given to a JSON
// parser. Parsers recurse into what is nested, and the stack of a gateway's VM
// is small: ten kilobytes of brackets end the VM, and with it every request
// that it serves. Nothing here recurses, and the time taken grows with the
// length of the text and with nothing else.
//
// A plugin checks a body before it parses it:
//
//	if err := jsoncheck.Check(body, jsoncheck.Limits{}); err != nil {
//		// answer with 400
//	}
//
// The grammar is that of RFC 8259, in UTF-8. Errors show nothing of the text.
package jsoncheck
