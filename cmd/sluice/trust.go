package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/build/oci/sign"
)

// policyVariable names a policy for all commands that read images.
const policyVariable = "SLUICE_POLICY"

// trustFlags are those that say which images are used.
type trustFlags struct {
	keys     []string
	file     string
	signedAs []string
}

// addTrust adds the flags that say which images are used.
func addTrust(cmd *cobra.Command) *trustFlags {
	t := &trustFlags{}
	f := cmd.Flags()
	f.StringArrayVar(&t.keys, "key", nil, "public key, a PEM `FILE`: the image must be signed with it; of several, with one")
	f.Var(fileName{&t.file}, "policy", "policy `FILE` that says which images are used (default $"+policyVariable+")")
	f.StringArrayVar(&t.signedAs, "signed-as", nil, "`NAME` that the signature may bear in place of the image's own; with --key")
	return t
}

// apply puts what the flags say into the options.
func (t *trustFlags) apply(o *oci.Options) (err error) {
	o.Policy, err = t.policy()
	return err
}

// policy is what the flags say. Nil is for none of them.
func (t *trustFlags) policy() (*policy.Policy, error) {
	switch {
	case slices.Contains(t.keys, ""):
		return nil, usagef("--key is empty; want the name of a file")
	case len(t.keys) > 0 && t.file != "":
		return nil, usagef("--key and --policy say two things; give one of them")
	case len(t.signedAs) > 0 && len(t.keys) == 0:
		return nil, usagef("--signed-as goes with --key")
	case t.file != "":
		return policy.Load(t.file)
	case len(t.keys) == 0:
		return policyOfEnvironment()
	}
	for _, name := range t.signedAs {
		if name == "" {
			return nil, usagef("--signed-as is empty")
		}
		if err := imageName("signed-as", name); err != nil {
			return nil, err
		}
	}
	p := policy.ForKeys("--key")
	rule := &p.Rules[0]
	rule.SignedAs = t.signedAs
	for _, file := range t.keys {
		key, err := readPublicKey(file)
		if err != nil {
			return nil, err
		}
		rule.Keys = append(rule.Keys, key)
	}
	return p, nil
}

// policyOfEnvironment is the one that a variable names.
func policyOfEnvironment() (*policy.Policy, error) {
	file := os.Getenv(policyVariable)
	if file == "" {
		return nil, nil
	}
	p, err := policy.Load(file)
	if err != nil {
		return nil, fmt.Errorf("$%s: %w", policyVariable, err)
	}
	return p, nil
}

// onlyImages refuses the flags where nothing is an image: nobody signs files.
func (t *trustFlags) onlyImages(what ...string) error {
	isImage := func(name string) bool { return !oci.IsPlugin(name) }
	if len(t.keys) == 0 && t.file == "" || slices.ContainsFunc(what, isImage) {
		return nil
	}
	return usagef("--key and --policy are for images; %q is a file or a directory", what[0])
}

func readPublicKey(file string) (*sign.PublicKey, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	key, err := sign.ParsePublic(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return key, nil
}

// readPrivateKey reads a key that signs, and its passphrase from where
// addPassphrase says.
func readPrivateKey(file, passphrase string) (*sign.PrivateKey, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	key, err := sign.ParsePrivate(text, func() ([]byte, error) { return readPassphrase(passphrase) })
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return key, nil
}

// The variables that a passphrase is read from, ours first.
var passphraseVariables = [...]string{"SLUICE_PASSPHRASE", "COSIGN_PASSWORD"}

// addPassphrase adds the flag that says where a passphrase is.
func addPassphrase(cmd *cobra.Command) *string {
	return cmd.Flags().String("passphrase-file", "", "`FILE` whose first line is the passphrase of the private key (default $"+
		strings.Join(passphraseVariables[:], ", then $")+")")
}

// readPassphrase reads it from a file, or from the environment.
func readPassphrase(file string) ([]byte, error) {
	if file != "" {
		text, err := os.ReadFile(file)
		line, _, _ := strings.Cut(string(text), "\n")
		return []byte(strings.TrimSuffix(line, "\r")), err
	}
	for _, name := range passphraseVariables {
		if value, ok := os.LookupEnv(name); ok {
			return []byte(value), nil
		}
	}
	return nil, fmt.Errorf("the key is encrypted; give its passphrase with --passphrase-file or $%s", passphraseVariables[0])
}

// annotations reads KEY=VALUE words.
func annotations(words []string) (map[string]string, error) {
	var all map[string]string
	for _, text := range words {
		key, value, ok := strings.Cut(text, "=")
		if !ok || key == "" {
			return nil, usagef("annotation %q: want KEY=VALUE", text)
		}
		if all == nil {
			all = map[string]string{}
		}
		all[key] = value
	}
	return all, nil
}
