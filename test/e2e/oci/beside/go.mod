module github.com/sluiceproxy/sluice/test/e2e/oci/beside

go 1.26

require oras.land/oras v1.3.0 // indirect
