package bot

import "context"

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
