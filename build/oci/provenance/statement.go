package provenance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/opencontainers/go-digest"
)

// The types of statements and predicates.
const (
	// StatementType is that of the statements that Make writes.
	StatementType = "https://in-toto.io/Statement/v1"
	// oldStatementType is that of cosign's.
	oldStatementType = "https://in-toto.io/Statement/v0.1"
	// PredicateSLSA is the predicate type of provenance, PredicateSPDX and
	// PredicateCycloneDX are those of bills of materials.
	PredicateSLSA      = "https://slsa.dev/provenance/v1"
	PredicateSPDX      = "https://spdx.dev/Document"
	PredicateCycloneDX = "https://cyclonedx.org/bom"
)

// ErrStatement is in the error about a statement that does not say what it is
// wanted for.
var ErrStatement = errors.New("not a statement about the image")

// Statement is one of in-toto: something said about some files.
type Statement struct {
	Type          string          `json:"_type"`
	Subject       []Subject       `json:"subject"`
	PredicateType string          `json:"predicateType"`
	Predicate     json.RawMessage `json:"predicate"`
}

// Subject is one that a statement is about.
type Subject struct {
	Name   string            `json:"name"`
	Digest map[string]string `json:"digest"`
}

// NewSubject names a digest such as "sha256:…".
func NewSubject(name string, d digest.Digest) Subject {
	return Subject{Name: name, Digest: map[string]string{d.Algorithm().String(): d.Encoded()}}
}

// State writes a statement about subjects. The predicate is a JSON object.
func State(predicateType string, predicate []byte, subjects ...Subject) ([]byte, error) {
	return encode(Statement{Type: StatementType, Subject: subjects, PredicateType: predicateType, Predicate: predicate})
}

// Parse reads a statement and makes sure that it is one about a digest.
//
// Errors: ErrStatement.
func Parse(text []byte, about digest.Digest) (*Statement, error) {
	var s Statement
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStatement, err)
	}
	if s.Type != StatementType && s.Type != oldStatementType {
		return nil, fmt.Errorf("%w: it is of type %.80q", ErrStatement, s.Type)
	}
	for _, subject := range s.Subject {
		if strings.EqualFold(subject.Digest[about.Algorithm().String()], about.Encoded()) {
			return &s, nil
		}
	}
	return nil, fmt.Errorf("%w: none of its %d subjects is %s", ErrStatement, len(s.Subject), about)
}

// encode writes JSON in which URLs stay readable.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
