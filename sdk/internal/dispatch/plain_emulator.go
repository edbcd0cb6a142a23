//go:build sluice_emulator

package dispatch

// forEmulator says what host the module is built for.
const forEmulator = true
