// Package foreign runs modules that nobody here wrote on the embedded gateway,
// on both of its engines, and checks that they do what their authors say: the
// examples of the Rust crate proxy-wasm, built from the crate; an AssemblyScript
// plugin on the runtime of solo-io, which speaks ABI 0.2.0; and a hand-written
// module of ABI 0.1.0.
package foreign
