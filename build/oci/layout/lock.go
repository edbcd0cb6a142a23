package layout

// lockFile is what writers of a layout's directory lock. It stays there, empty.
const lockFile = ".sluice.lock"
