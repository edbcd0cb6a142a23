// Package config reads a plugin's configuration into a Go struct and says
// exactly what is wrong with one that it refuses.
//
// A struct with json tags alone is enough:
//
//	type Config struct {
//		Enabled    bool   `json:"enabled"`
//		SomeOption string `json:"some_option"`
//	}
package config
