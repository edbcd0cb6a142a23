package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/policy"
)

// newVerifyCommand asks whether an image is signed.
func newVerifyCommand() *cobra.Command {
	var o oci.Options
	var words []string
	cmd := &cobra.Command{
		Use:   "verify IMAGE",
		Short: "Verify that an image is signed with a key, or accepted by a policy",
		Long: `Verify an image: that it is signed with one of the keys, under its own name, or
that a policy accepts it. Signatures of cosign made with a key count as those of
"sluice sign" do. Nothing but the image's registry is asked.

The exit code is 1 if the image is not to be trusted; the message names the digest,
the keys, and what is wrong with each signature. "sluice pull", copy, save, load,
check and inspect take the same flags, and verify before they use an image.` + registryHelp,
		Example: `  sluice verify registry.example/team/plugin:1.0.0 --key sluice.pub
  sluice verify registry.example/team/plugin:1.0.0 --key sluice.pub -a env=prod
  sluice verify mirror.example/plugin:1.0.0 --key sluice.pub --signed-as registry.example/team/plugin
  sluice verify registry.example/team/plugin:1.0.0 --policy policy.yaml --output json
  sluice verify registry.example/team/plugin:1.0.0 --key sluice.pub --attestation provenance`,
		Args: takes(1, 1, "one argument, the image"),
	}
	trust := addTrust(cmd)
	cmd.Flags().StringArrayVarP(&words, "annotation", "a", nil, "annotation that the signature must have, as `KEY=VALUE`; may be repeated; with --key")
	said := addChoice(cmd, "attestation", "", "verify a signed attestation too, and print it; with --key", "provenance", "spdx", "cyclonedx")
	addRegistry(cmd, &o)
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		src, err := place(args[0])
		if err != nil {
			return err
		}
		want, err := annotations(words)
		if err != nil {
			return err
		}
		if o.Policy, err = trust.policy(); err != nil {
			return err
		}
		switch {
		case o.Policy == nil:
			return usagef("verify needs --key or --policy")
		case len(want) > 0 && len(trust.keys) == 0:
			return usagef("--annotation goes with --key; a policy names its own")
		case len(want) > 0:
			o.Policy.Rules[0].Annotations = want
		}
		if *said != "" {
			return verifyAttestation(cmd, src, *said, len(trust.keys) > 0, *format, o)
		}
		v, err := oci.Verify(cmd.Context(), src, o)
		if err != nil {
			return err
		}
		if *format == "json" {
			return printJSON(cmd.OutOrStdout(), v)
		}
		_, err = fmt.Fprint(cmd.OutOrStdout(), verifiedText(v))
		return err
	}
	return cmd
}

// verifyAttestation verifies the image and what is said about it.
func verifyAttestation(cmd *cobra.Command, src oci.Place, kind string, keyed bool, format string, o oci.Options) error {
	if !keyed {
		return usagef("--attestation goes with --key")
	}
	s, err := oci.VerifyAttestation(cmd.Context(), src, oci.AttestationKind(kind), o)
	if err != nil {
		return err
	}
	if format == "json" {
		return printJSON(cmd.OutOrStdout(), s)
	}
	text := verifiedText(s.Verified) + fmt.Sprintf("attests %s, signed with %s (%s)\n", s.Statement.PredicateType, s.Key, s.Storage)
	if _, err := fmt.Fprint(cmd.OutOrStdout(), text); err != nil {
		return err
	}
	return printJSON(cmd.OutOrStdout(), s.Statement.Predicate)
}

// verifiedText is what a person reads of an image that is trusted.
func verifiedText(v *policy.Verified) string {
	return fmt.Sprintf("image   %s\ndigest  %s\n", v.Image, v.Digest) + trustText(v)
}

// trustText says who signed an image, or what accepts it without.
func trustText(v *policy.Verified) string {
	text := ""
	if v.Action == policy.Accept {
		return fmt.Sprintf("accepted by %s, without a signature\n", v.Rule)
	}
	for _, s := range v.Signatures {
		text += fmt.Sprintf("signed  %s, as %s (%s)\n", s.Key, s.Name, s.Storage)
		if s.Expires != nil {
			text += fmt.Sprintf("expires %s\n", s.Expires.Format(time.RFC3339))
		}
	}
	return text
}
