package sbom

import (
	"fmt"
	"regexp"
)

// unknown is what SPDX says where nothing is known.
const unknown = "NOASSERTION"

type spdxDocument struct {
	SPDXVersion       string             `json:"spdxVersion"`
	DataLicense       string             `json:"dataLicense"`
	SPDXID            string             `json:"SPDXID"`
	Name              string             `json:"name"`
	DocumentNamespace string             `json:"documentNamespace"`
	CreationInfo      spdxCreation       `json:"creationInfo"`
	Packages          []spdxPackage      `json:"packages"`
	Relationships     []spdxRelationship `json:"relationships"`
}

type spdxCreation struct {
	Created  string   `json:"created"`
	Creators []string `json:"creators"`
}

type spdxPackage struct {
	Name             string            `json:"name"`
	SPDXID           string            `json:"SPDXID"`
	VersionInfo      string            `json:"versionInfo,omitempty"`
	PackageFileName  string            `json:"packageFileName,omitempty"`
	DownloadLocation string            `json:"downloadLocation"`
	FilesAnalyzed    bool              `json:"filesAnalyzed"`
	Checksums        []spdxChecksum    `json:"checksums,omitempty"`
	SourceInfo       string            `json:"sourceInfo,omitempty"`
	LicenseConcluded string            `json:"licenseConcluded"`
	LicenseDeclared  string            `json:"licenseDeclared"`
	CopyrightText    string            `json:"copyrightText"`
	ExternalRefs     []spdxExternalRef `json:"externalRefs,omitempty"`
	Purpose          string            `json:"primaryPackagePurpose,omitempty"`
}

type spdxChecksum struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"checksumValue"`
}

type spdxExternalRef struct {
	Category string `json:"referenceCategory"`
	Type     string `json:"referenceType"`
	Locator  string `json:"referenceLocator"`
}

type spdxRelationship struct {
	From string `json:"spdxElementId"`
	Type string `json:"relationshipType"`
	To   string `json:"relatedSpdxElement"`
}

const (
	spdxRoot = "SPDXRef-DOCUMENT"
	spdxMain = "SPDXRef-Plugin"
)

// spdx writes the bill as SPDX 2.3.
func (b *bill) spdx() ([]byte, error) {
	d := spdxDocument{
		SPDXVersion: "SPDX-2.3", DataLicense: "CC0-1.0", SPDXID: spdxRoot,
		Name: b.main.Name, DocumentNamespace: "urn:uuid:" + b.uuid(SPDX),
		CreationInfo:  spdxCreation{Created: b.created, Creators: []string{"Tool: sluice-" + b.tool}},
		Relationships: []spdxRelationship{{spdxRoot, "DESCRIBES", spdxMain}},
	}
	plugin := newSPDXPackage(spdxMain, b.main, b.known)
	plugin.PackageFileName, plugin.Purpose = "plugin.wasm", "APPLICATION"
	plugin.Checksums = []spdxChecksum{{"SHA256", b.sum}}
	d.Packages = append(d.Packages, plugin)
	for i, c := range b.parts {
		id := fmt.Sprintf("SPDXRef-%d-%s", i+1, spdxWord(c.Name))
		part := newSPDXPackage(id, c, true)
		part.Purpose = "LIBRARY"
		if c.Sum != "" {
			part.SourceInfo = "checksum in go.sum: " + c.Sum
		}
		d.Packages = append(d.Packages, part)
		d.Relationships = append(d.Relationships, spdxRelationship{spdxMain, "DEPENDS_ON", id})
	}
	if !b.known {
		d.Relationships = append(d.Relationships, spdxRelationship{spdxMain, "DEPENDS_ON", unknown})
	}
	return encode(d)
}

func newSPDXPackage(id string, c Component, located bool) spdxPackage {
	p := spdxPackage{
		Name: c.Name, SPDXID: id, VersionInfo: c.Version, DownloadLocation: unknown,
		LicenseConcluded: unknown, LicenseDeclared: unknown, CopyrightText: unknown,
	}
	if located {
		p.ExternalRefs = []spdxExternalRef{{"PACKAGE-MANAGER", "purl", c.PURL()}}
	}
	return p
}

// spdxWord keeps what an identifier of SPDX may have.
func spdxWord(text string) string {
	return regexp.MustCompile(`[^a-zA-Z0-9.-]+`).ReplaceAllString(text, "-")
}
