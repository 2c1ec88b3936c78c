package discord

// For tests of what has no other way in.
var (
	Clean  = clean
	Escape = escape
	Split  = split
)
