package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/attach"
)

// newSignCommand signs an image.
func newSignCommand() *cobra.Command {
	var o oci.Options
	var so oci.SignOptions
	var key, expires string
	var words []string
	cmd := &cobra.Command{
		Use:   "sign IMAGE",
		Short: "Sign an image, so that others can verify who made it",
		Long: `Sign an image with a private key and keep the signature beside it, in its
registry or in the layout's directory. The form is that of cosign: "cosign verify
--key" accepts what this command signs, and "sluice verify" what cosign signs with
a key. Nothing but the image's registry is asked; no transparency log is used.

What is signed is the digest and the name of the repository: a signature does not
count for an image of another name, unless the verifier allows that name.` + registryHelp,
		Example: `  sluice sign registry.example/team/plugin:1.0.0 --key sluice.key
  sluice sign registry.example/team/plugin:1.0.0 --key sluice.key -a env=prod --expires 2160h
  sluice sign ./images:1.0.0 --key sluice.key --as registry.example/team/plugin`,
		Args: takes(1, 1, "one argument, the image"),
	}
	f := cmd.Flags()
	f.StringVar(&key, "key", "", "private key, a PEM `FILE`: of \"sluice keygen\", of cosign, or in PKCS #8")
	f.StringArrayVarP(&words, "annotation", "a", nil, "annotation that is signed too, as `KEY=VALUE`; may be repeated")
	f.StringVar(&expires, "expires", "", "`TIME` until which the signature counts: a date and time (RFC 3339), or a duration such as 2160h")
	f.StringVar(&so.As, "as", "", "`NAME` that is signed (default: the image's registry and repository)")
	f.BoolVar(&so.Recursive, "recursive", false, "sign each manifest of an index too")
	storage := addChoice(cmd, "storage", string(attach.ByTag), "where the signature is kept", string(attach.ByTag), string(attach.ByReferrer))
	passphrase := addPassphrase(cmd)
	addRegistry(cmd, &o)
	format := addFormat(cmd)
	_ = cmd.MarkFlagRequired("key") // the only error is that of a flag that does not exist
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		p, err := place(args[0])
		if err != nil {
			return err
		}
		if so.Annotations, err = annotations(words); err != nil {
			return err
		}
		if so.Expires, err = deadline(expires, time.Now()); err != nil {
			return err
		}
		for _, name := range []string{"expires", "as"} {
			if f := cmd.Flags().Lookup(name); f.Changed && f.Value.String() == "" {
				return usagef("--%s is empty", name)
			}
		}
		if err := imageName("as", so.As); err != nil {
			return err
		}
		if so.Key, err = readPrivateKey(key, *passphrase); err != nil {
			return err
		}
		so.Storage = attach.Storage(*storage)
		r, err := oci.Sign(cmd.Context(), p, so, o)
		if err != nil {
			return err
		}
		return printSigned(cmd, r, *format)
	}
	return cmd
}

// imageName refuses what no image in a registry is called: no signature with
// that name would ever count.
func imageName(flag, name string) error {
	if name == "" {
		return nil
	}
	if p, err := oci.ParsePlace(name); err != nil || !p.IsRegistry() {
		return usagef("--%s %q: want a registry and a repository, such as registry.example/team/plugin", flag, name)
	}
	return nil
}

// deadline reads a time, or a duration from now on.
func deadline(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if d, derr := time.ParseDuration(text); derr == nil {
		at, err = now.Add(d).Truncate(time.Second), nil
	}
	if err != nil {
		return at, usagef("--expires %q: want a time such as 2030-01-31T00:00:00Z, or a duration such as 2160h", text)
	}
	if !at.After(now) {
		return at, usagef("--expires %s is over already", text)
	}
	return at, nil
}

func printSigned(cmd *cobra.Command, r *oci.Signed, format string) error {
	if format == "json" {
		return printJSON(cmd.OutOrStdout(), r)
	}
	text := fmt.Sprintf("key     %s\nname    %s\n", r.Key, r.Name)
	for _, s := range r.Signatures {
		verb := "signed "
		if s.Present {
			verb = "present"
		}
		text += fmt.Sprintf("%s %s (%s)\n", verb, s.Digest, s.Storage)
	}
	_, err := fmt.Fprint(cmd.OutOrStdout(), text)
	return err
}
