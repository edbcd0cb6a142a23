package dispatch

// PlainActions makes the wrapper tell the host the actions that the plugin's
// callbacks return as they are, instead of those that are safe on a gateway, and
// show it data behind a body's end. Tests of existing plugins compare the former
// and send the latter. Only an emulator of a host sets it; a module is built for
// one with the tag sluice_emulator.
func (v *VM) PlainActions(on bool) { v.plain = on }

// Plain says whether PlainActions is on.
func (v *VM) Plain() bool { return forEmulator || v.plain }
