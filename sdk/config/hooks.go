package config

import "github.com/sluiceproxy/sluice/sdk/config/internal/spec"

// Validator is for types that have more to say about their values than tags
// can. A value is asked when it has been read and its tags are satisfied, what
// is inside it first; an absent struct is asked about its defaults. The error
// is a Problem at the value's path. Secrets are taken out of its text.
type Validator = spec.Validator

// Unmarshaler is for types that read their own JSON, of whatever form: they may
// be used with encoding/json too. A type with UnmarshalText is read from a
// string.
type Unmarshaler = spec.Unmarshaler
