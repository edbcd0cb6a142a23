// Package confschema reads the schema of a plugin's configuration out of the
// spec.yaml that an image may carry, and says what changed between two of them:
// whether a configuration that the old one takes could be refused by the new one.
package confschema
