package bot

import (
	"context"
	"slices"
)

// Rewriter makes a question that stands on its own of a message that leans on the conversation before it.
type Rewriter interface {
	// Rewrite returns the message itself where it stands on its own. The question has its Language. There is no error: what
	// cannot be rewritten is asked as it is.
	Rewrite(ctx context.Context, q Question) Rewriting
}

// Rewriting is a question as it is to be searched.
type Rewriting struct {
	Text string
	Near []string // ids of the documents that it is about as far as the conversation tells, best first
}

// rewrite puts the question in the place of the message, and returns its text where that is another.
func (s *Service) rewrite(ctx context.Context, q *Question) string {
	if s.parts.Rewriter == nil || len(q.Earlier) == 0 {
		return ""
	}
	q.Earlier = s.remade(ctx, q.Earlier)
	r := s.parts.Rewriter.Rewrite(ctx, *q)
	text, err := question(r.Text)
	if err != nil { // too long with what was carried into it
		return ""
	}
	q.Near = r.Near
	if text == q.Text {
		return ""
	}
	q.Text = text
	return text
}

// remade makes the questions again that turns were searched as and do not tell, by rules alone.
func (s *Service) remade(ctx context.Context, turns []Turn) []Turn {
	turns = slices.Clone(turns)
	for i, t := range turns {
		if !t.Leans || t.Answer == nil {
			continue
		}
		answer := *t.Answer
		q := Question{Text: t.Question, Language: answer.Language, Earlier: turns[:i], Quotes: true}
		if r := s.parts.Rewriter.Rewrite(ctx, q); r.Text != t.Question {
			answer.Rewritten = r.Text
		}
		turns[i].Answer = &answer
	}
	return turns
}
