package bot

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds on a text that is checked.
const (
	MaxCheckedSentences = 10
	maxCheckedRunes     = 4000 // what one message in Discord may hold
)

// Verdict is what the documents say of a sentence that somebody wrote.
type Verdict string

// The three verdicts.
const (
	Supported    Verdict = "supported"    // a quote proves it
	Contradicted Verdict = "contradicted" // a quote tells of the same thing otherwise
	NotCovered   Verdict = "not_covered"  // nothing proves it, and nothing speaks against it
)

// Checked is a sentence with what the documents say of it.
type Checked struct {
	Text      string
	Verdict   Verdict
	Citations []Citation // that support or contradict it, numbered through all sentences; none for NotCovered
}

// Checker looks in the documents for what supports or contradicts the sentences of a text.
type Checker interface {
	// Check checks the first MaxCheckedSentences sentences, and tells how many it left out.
	Check(ctx context.Context, text, language string) (checked []Checked, left int, err error)
}

// CheckReply is the reply to /check.
type CheckReply struct {
	Checked []Checked
	Left    int // sentences that were too many
}

// check goes by the language of the text; what is said around the quotes is in that of the person.
func (s *Service) check(ctx context.Context, in Invocation) (Reply, error) {
	text := strings.TrimSpace(strings.ToValidUTF8(in.Options["text"], "\uFFFD"))
	switch {
	case text == "":
		return Reply{}, &UserError{Key: "error.nothing_to_check"}
	case utf8.RuneCountInString(text) > maxCheckedRunes:
		return Reply{}, &UserError{Key: "error.too_long", Data: map[string]any{"Count": maxCheckedRunes}}
	}
	checked, left, err := s.parts.Checker.Check(ctx, text, s.language("", text))
	if err != nil {
		return Reply{}, fmt.Errorf("check a text: %w", err)
	}
	if len(checked) == 0 {
		return Reply{}, &UserError{Key: "error.nothing_to_check"}
	}
	return Reply{Language: s.language(in.Language, text), Check: &CheckReply{Checked: checked, Left: left}}, nil
}
