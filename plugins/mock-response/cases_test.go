package main

import (
	"testing"

	"github.com/sluiceproxy/sluice/plugintest/cases"
)

// The cases of cases.yaml.
func TestCases(t *testing.T) { cases.Test(t) }
