package discord

// For tests of what has no other way in.
var (
	Clean  = clean
	Escape = escape
	Split  = split
	Cut    = cut
)

// Handlers is how many events are handled at once.
const Handlers = maxHandlers
