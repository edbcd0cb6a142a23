package image

import ocispec "github.com/opencontainers/image-spec/specs-go/v1"

// The media types of plugin images.
const (
	DockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
	DockerIndex    = "application/vnd.docker.distribution.manifest.list.v2+json"
	DockerConfig   = "application/vnd.docker.container.image.v1+json"
	DockerLayer    = "application/vnd.docker.image.rootfs.diff.tar.gzip"

	// ArtifactConfig and ArtifactLayer are those of the two-layer artifact that
	// WebAssembly Hub introduced.
	ArtifactConfig = "application/vnd.module.wasm.config.v1+json"
	ArtifactLayer  = "application/vnd.module.wasm.content.layer.v1+wasm"

	// WasmConfig and WasmLayer are those of the CNCF Wasm artifact.
	WasmConfig = "application/vnd.wasm.config.v0+json"
	WasmLayer  = "application/wasm"

	// PolicyConfig and PolicyLayer are those that Kubewarden's tools use.
	PolicyConfig = "application/vnd.wasm.config.v1+json"
	PolicyLayer  = "application/vnd.wasm.content.layer.v1+wasm"

	// ComponentLayer is a component, for runwasi.
	ComponentLayer = "application/vnd.bytecodealliance.wasm.component.layer.v0+wasm"

	// HigressConfig is the config of images with Higress' metadata layers.
	HigressConfig = "application/vnd.unknown.config.v1+json"
	// SpecLayer, DocLayer and IconLayer are Higress' metadata. The media type of
	// a README in another language is DocLayer with ".LANG" before the "+".
	SpecLayer = "application/vnd.module.wasm.spec.v1+yaml"
	DocLayer  = "application/vnd.module.wasm.doc.v1+markdown"
	IconLayer = "application/vnd.module.wasm.icon.v1+png"
)

// PluginFile is the name of the module in an image's layer: gateways look for
// no other.
const PluginFile = "plugin.wasm"

// IsIndex reports whether a media type is that of a list of manifests.
func IsIndex(mediaType string) bool {
	return mediaType == ocispec.MediaTypeImageIndex || mediaType == DockerIndex
}

// IsManifest reports whether a media type is that of one image's manifest.
func IsManifest(mediaType string) bool {
	return mediaType == ocispec.MediaTypeImageManifest || mediaType == DockerManifest
}

// IsRaw reports whether a layer of this media type is a module as it is, not
// inside a tar file.
func IsRaw(mediaType string) bool {
	return mediaType == ArtifactLayer || mediaType == WasmLayer || mediaType == PolicyLayer || mediaType == ComponentLayer
}
