//go:build tools

// Package beside pins the oras that the comparison of test/e2e/oci/compare
// builds, outside the requirements of the repository.
package beside

import _ "oras.land/oras/cmd/oras"
