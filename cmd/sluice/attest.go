package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/sbom"
)

// newAttestCommand attaches what is known about an image.
func newAttestCommand() *cobra.Command {
	var o oci.Options
	var key string
	cmd := &cobra.Command{
		Use:   "attest IMAGE",
		Short: "Attach a bill of materials and provenance to an image",
		Long: `Attach to an image what it is made of (an SBOM: SPDX 2.3 or CycloneDX 1.6) and
where it is from (SLSA provenance v1), both made of what the Go toolchain recorded
in the plugin. They are manifests that refer to the image, as OCI 1.1 has it, also
in registries that don't know referrers; the image keeps its digest.

With --key each is signed too, as an in-toto statement that "cosign
verify-attestation --key" accepts. "sluice push" takes the same as --sbom,
--provenance and --sign-key.` + registryHelp,
		Example: `  sluice attest registry.example/team/plugin:1.0.0 --sbom spdx
  sluice attest registry.example/team/plugin:1.0.0 --sbom cyclonedx --provenance --source . --key sluice.key`,
		Args: takes(1, 1, "one argument, the image"),
	}
	told := addAttest(cmd)
	cmd.Flags().StringVar(&told.plugin, "source", "", "`DIR` of the plugin, whose commit the provenance names")
	cmd.Flags().StringVar(&key, "key", "", "private key, a PEM `FILE`, that signs what is attached")
	passphrase := addPassphrase(cmd)
	addRegistry(cmd, &o)
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		p, err := place(args[0])
		if err != nil {
			return err
		}
		ao, err := told.options(key, *passphrase)
		if err != nil {
			return err
		}
		if len(ao.SBOM) == 0 && !ao.Provenance {
			return usagef("attest needs --sbom or --provenance")
		}
		r, err := oci.Attest(cmd.Context(), p, ao, o)
		if err != nil {
			return err
		}
		if *format == "json" {
			return printJSON(cmd.OutOrStdout(), r)
		}
		_, err = fmt.Fprint(cmd.OutOrStdout(), attestedText(r))
		return err
	}
	return cmd
}

// attestFlags are those that say what is attached.
type attestFlags struct {
	forms      []string
	provenance bool
	plugin     string
}

func addAttest(cmd *cobra.Command) *attestFlags {
	a := &attestFlags{}
	cmd.Flags().StringSliceVar(&a.forms, "sbom", nil, "attach a bill of materials: `FORMS` of "+strings.Join(billForms(), ", "))
	cmd.Flags().BoolVar(&a.provenance, "provenance", false, "attach where the image is from (SLSA provenance v1)")
	// The only error is that of a flag that does not exist.
	_ = cmd.RegisterFlagCompletionFunc("sbom", completeList(billForms()))
	return a
}

func billForms() []string {
	var words []string
	for _, f := range sbom.Formats() {
		words = append(words, string(f))
	}
	return words
}

// options are the flags as build/oci takes them. No key file is no key.
func (a *attestFlags) options(key, passphrase string) (ao oci.AttestOptions, err error) {
	ao = oci.AttestOptions{Provenance: a.provenance, Plugin: a.plugin, Tool: toolVersion()}
	for _, word := range a.forms {
		f, err := billForm(word)
		if err != nil {
			return ao, err
		}
		ao.SBOM = append(ao.SBOM, f)
	}
	if key != "" {
		ao.Key, err = readPrivateKey(key, passphrase)
	}
	return ao, err
}

func billForm(word string) (sbom.Format, error) {
	for _, f := range sbom.Formats() {
		if string(f) == word {
			return f, nil
		}
	}
	return "", usagef("--sbom %q: want %s", word, strings.Join(billForms(), ", "))
}

// toolVersion is the version that is written into what is attached.
func toolVersion() string { return strings.Trim(version(), "()") }

func attestedText(r *oci.Attested) string {
	var b strings.Builder
	for _, part := range r.Attached {
		fmt.Fprintf(&b, "attached %s %s", part.Digest, part.Type)
		if part.Key != "" {
			fmt.Fprintf(&b, ", signed with %s", part.Key)
		}
		b.WriteString("\n")
	}
	return b.String()
}
