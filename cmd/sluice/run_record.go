package main

import (
	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/run"
	"github.com/sluiceproxy/sluice/run/record"
)

// recordFlags are the flags of "sluice run" that are about recordings.
type recordFlags struct {
	o     record.Options
	limit int64
}

// addRecord adds them.
func addRecord(cmd *cobra.Command) *recordFlags {
	r := &recordFlags{}
	flags := cmd.Flags()
	flags.StringVar(&r.o.Path, "record", "", "`FILE` to add requests and responses to, with secrets masked; for sluice replay and sluice bench")
	flags.StringArrayVar(&r.o.Masks.Names, "record-mask", nil, "further `NAME` of a header, field or parameter to mask in the recording; may be repeated")
	flags.IntVar(&r.o.MaxBody, "record-body", record.DefaultMaxBody, "`BYTES` that are kept of each body, 0 for none")
	flags.Int64Var(&r.limit, "record-limit", record.DefaultMaxBytes>>20, "`MIB` that the recording may take, the file before it (FILE.1) with it")
	completeFlags(cmd, nil, []string{"record-mask", "record-body", "record-limit"})
	return r
}

// apply sets what to record.
func (r *recordFlags) apply(cmd *cobra.Command, o *run.Options, engine string) error {
	if r.o.Path == "" {
		for _, name := range []string{"record-mask", "record-body", "record-limit"} {
			if cmd.Flags().Changed(name) {
				return usagef("--%s needs --record", name)
			}
		}
		return nil
	}
	if engine != "embedded" {
		return usagef("--record is for the embedded engine; leave out --engine %s", engine)
	}
	if r.o.MaxBody < 0 || r.limit < 1 {
		return usagef("--record-body wants 0 or more, --record-limit 1 or more")
	}
	if r.o.MaxBody == 0 {
		r.o.MaxBody = -1
	}
	r.o.MaxBytes = r.limit << 20
	o.Record = &r.o
	return nil
}
