// Package serviceext runs test cases in the text format of Google's samples for
// Service Extensions (tests.textpb) on this project's host: a case calls single
// callbacks of a plugin, one after another, and says what each must have made of
// headers and body, what it must have logged, and whether it answered itself.
//
// They run on wazero's compiler and interpreter. Other engines have no way to call
// a callback by itself; cases of package cases run there.
package serviceext
