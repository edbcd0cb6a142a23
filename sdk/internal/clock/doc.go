// Package clock is the time by which the SDK counts how long something takes.
package clock
