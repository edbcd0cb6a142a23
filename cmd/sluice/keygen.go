package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/oci/sign"
)

// newKeygenCommand makes a pair of keys.
func newKeygenCommand() *cobra.Command {
	out := "sluice"
	var plain bool
	var words []string
	for _, k := range sign.Kinds() {
		words = append(words, string(k))
	}
	cmd := &cobra.Command{
		Use:   "keygen",
		Short: "Make a pair of keys to sign images with",
		Long: `Make a pair of keys: NAME.key signs images and stays secret, NAME.pub verifies
them. The private key is encrypted with a passphrase, in the form that cosign
reads and writes. Files that exist are never replaced.`,
		Example: `  sluice keygen --passphrase-file passphrase
  sluice keygen -o team --kind ed25519 --passphrase-file passphrase
  sluice keygen -o test --no-passphrase`,
		Args: takes(0, 0, "no arguments"),
	}
	cmd.Flags().VarP(fileName{&out}, "out", "o", "`NAME` of the files, without .key and .pub")
	cmd.Flags().BoolVar(&plain, "no-passphrase", false, "write the private key without protection (PKCS #8)")
	kind := addChoice(cmd, "kind", words[0], "algorithm of the keys", words...)
	passphrase := addPassphrase(cmd)
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		o := sign.PairOptions{Name: out, Kind: sign.Kind(*kind), Plain: plain}
		if !plain {
			word, err := readPassphrase(*passphrase)
			if err != nil {
				return err
			}
			o.Passphrase = word
		}
		pair, err := sign.WritePair(o)
		if err != nil {
			return err
		}
		if *format == "json" {
			return printJSON(cmd.OutOrStdout(), pair)
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "private %s\npublic  %s\nkey     %s %s\n", pair.Private, pair.Public, pair.Kind, pair.Fingerprint)
		return err
	}
	return cmd
}
