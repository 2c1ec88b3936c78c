package terminal

import (
	"context"
	"errors"
	"io"
	"strings"

	"passerelle/bot"
)

// Asker answers questions: a bot.Service.
type Asker interface {
	Ask(ctx context.Context, q bot.Question) (bot.Answer, error)
}

// Conversations serves conversations to programs: a message a line, an empty line begins a new conversation, and a JSON
// object a message comes out. Lines that begin with a slash are messages like any other.
type Conversations struct {
	Service  Asker
	Encoder  *Encoder
	Language string             // answers are in this language; "" for that of each question
	Message  func(error) string // what is written of an error
	earlier  []bot.Turn
}

// Run answers until the input ends or ctx is done. A line that fails gets an object with its number and an error in the
// place of its answer, and is no part of the conversation; an error means that nothing can be read or written any more,
// or is that of ctx.
func (c *Conversations) Run(ctx context.Context, in io.Reader) error {
	input := NewInput(in)
	for {
		text, n, err := input.Next(ctx)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && !errors.Is(err, ErrLine):
			return err
		case err == nil && strings.TrimSpace(text) == "":
			c.earlier = nil
			continue
		}
		var answer bot.Answer
		if err == nil {
			answer, err = c.Service.Ask(ctx, bot.Question{Text: text, Language: c.Language, Earlier: c.earlier})
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			err = c.Encoder.Failure(n, c.Message(err))
		} else {
			c.earlier = after(c.earlier, bot.Turn{Question: strings.TrimSpace(text), Answer: &answer})
			err = c.Encoder.Answer(answer)
		}
		if err != nil {
			return err
		}
	}
}

// after is a conversation with one turn more, and without those that are forgotten. It shares nothing with the one before.
func after(earlier []bot.Turn, turn bot.Turn) []bot.Turn {
	earlier = earlier[max(0, len(earlier)+1-maxTurns):]
	return append(append(make([]bot.Turn, 0, len(earlier)+1), earlier...), turn)
}
