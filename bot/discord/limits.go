package discord

import "time"

// Limits of Discord's messages, from its reference of messages, embeds, components and application commands. They count
// code points: Discord's own people say so ("our API uses Python 3, so the API calculates length based on the number of
// codepoints", discord/discord-api-docs issue 1315).
const (
	maxText        = 4000 // of all texts of a message's components
	maxParts       = 40   // components of a message, those within others counted
	maxLabel       = 80   // of a button
	maxButtonURL   = 512
	maxRowButtons  = 5
	maxOptions     = 25  // of a select
	maxOption      = 100 // of an option's label, description and value
	maxCustomID    = 100
	maxModalTitle  = 45
	maxThreadName  = 100
	maxChoices     = 25
	maxChoice      = 100 // of a choice's name, and of its value
	maxCommandName = 32  // of a command or an option
	maxCommandText = 100 // of the description of a command or an option
)

// Limits of our own.
const (
	maxTitle      = 256
	maxFooter     = 500
	maxPage       = maxText - maxFooter - 10 // of a page without its last line
	maxPageParts  = maxParts - 16            // without the last line, the container and the controls
	maxSections   = 5                        // sources with a button each
	accent        = 0x3B5BDB                 // of the line beside a card
	maxLineParts  = 200                      // characters of a title or publisher within a line about a source
	maxMessages   = 8                        // of one reply
	maxHandlers   = 4096                     // events being handled at once, some kilobytes each: what comes in twenty seconds in which a store or Discord is slow
	maxNotes      = 2000                     // answers, and conversations, that are remembered where no store is
	maxDepth      = 6                        // turns of a conversation
	maxChannels   = 4096                     // channels of which is known what they are
	maxReason     = 500                      // characters of why an answer is no good
	maxSuggested  = 4                        // follow-ups below an answer
	maxAround     = 700                      // bytes of a source before a quote, and after it
	maxShown      = 200                      // further quotes of an answer that a person is shown
	maxReaders    = 4096                     // people of whom it is remembered which of these they were shown
	maxSeen       = 4096                     // ids of events that are recognised when they come again
	maxReplyBytes = 1 << 20
	maxIdle       = 16 // connections to Discord that are kept where it does not speak HTTP/2
)

// DefaultAnswerTimeout and MaxAnswerTimeout are of Config.AnswerTimeout. An interaction's token lives for 15 minutes, in
// which the answer has to be sent, too.
const (
	DefaultAnswerTimeout = 3 * time.Minute
	MaxAnswerTimeout     = 10 * time.Minute
)

const (
	voteTimeout     = 2 * time.Second         // the person is to hear of it before Discord gives up
	settingsTimeout = 500 * time.Millisecond  // before the acknowledgement
	channelTimeout  = 500 * time.Millisecond  // before the acknowledgement, too
	directMemory    = time.Hour               // a direct message after more is no follow-up, unless it is a reply
	ackTimeout      = 2500 * time.Millisecond // Discord forgets an interaction that is not acknowledged within 3 s
	completeTimeout = 250 * time.Millisecond  // people type on; the answer is to be there within 300 ms
	sendTimeout     = 30 * time.Second        // of one call
	replyTimeout    = 2 * time.Minute         // of all messages of a reply
	typingTimeout   = 2 * time.Second
	firstProgress   = 2 * time.Second         // what comes sooner needs no word in between
	progressEvery   = 1200 * time.Millisecond // between two edits; Discord takes five in five seconds
	progressTimeout = 5 * time.Second         // of an edit on the way to the answer
	typingEvery     = 8 * time.Second         // Discord shows the sign for 10 s
	// Together less than the thirty seconds after which Kubernetes kills what it has asked to end, with what the web takes
	// to close. Docker waits ten unless it is told otherwise, which deploy/ does.
	drainTimeout   = 15 * time.Second
	partingTimeout = 2 * time.Second // for a word to the person whose answer is abandoned
	abandonTimeout = 3 * time.Second // for handlers to see that they are cancelled, and say so
)
