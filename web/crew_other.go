//go:build !linux

package web

// stepBack does nothing: only Linux gives threads a priority of their own.
func stepBack() {}
