// Package config holds the tests that the schemas of a typed configuration say
// what its parser does. They need a validator that the SDK may not import.
package config
