package main

// crsExcluded are tests that don't hold here, with the reason.
var crsExcluded = map[string]string{}
