package bot

import (
	"context"
	"fmt"
	"strings"

	"passerelle/retrieval"
)

// maxChoices is how many completions are looked for; a surface shows as many as it can.
const maxChoices = 25

// declare lists the commands, each once for all surfaces.
func (s *Service) declare() []Command {
	return []Command{
		{Name: "ask", Options: []Option{{Name: "question", Required: true}}, Run: s.ask},
		{Name: "delegation", Options: []Option{{Name: "place", Required: true, Complete: s.completePlace}}, Run: s.delegation},
		{Name: "sources", Options: []Option{{Name: "about"}}, Run: s.sources},
		{Name: "help", Run: s.help},
	}
}

// ask goes by the language of the question, not by that of the person's client: who asks in Russian reads Russian.
func (s *Service) ask(ctx context.Context, in Invocation) (Reply, error) {
	a, err := s.Ask(ctx, Question{Text: in.Options["question"], Who: in.Who, Where: in.Where, Earlier: in.Earlier})
	if err != nil {
		return Reply{}, err
	}
	return Reply{Language: a.Language, Answer: &a}, nil
}

func (s *Service) delegation(ctx context.Context, in Invocation) (Reply, error) {
	place := strings.TrimSpace(strings.ToValidUTF8(in.Options["place"], "\uFFFD"))
	if place == "" {
		return Reply{}, &UserError{Key: "error.missing_place"}
	}
	if err := short(place); err != nil {
		return Reply{}, err
	}
	if s.parts.Delegations == nil {
		return Reply{}, &UserError{Key: "error.no_delegations"}
	}
	language := s.language(in.Language, place)
	found, err := s.parts.Delegations.Of(ctx, place, language)
	if err != nil {
		return Reply{}, fmt.Errorf("delegations of a place: %w", err)
	}
	citations, err := s.cite(found.Delegations)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Language: language, Dossier: &Dossier{
		Asked: place, Place: found.Place, Nearest: found.Nearest, Delegations: found.Delegations, Citations: citations,
	}}, nil
}

func (s *Service) completePlace(_ context.Context, typed, language string) []Choice {
	if s.parts.Delegations == nil {
		return nil
	}
	var choices []Choice
	for _, name := range s.parts.Delegations.Complete(typed, s.language(language, typed), maxChoices) {
		choices = append(choices, Choice{Label: name, Value: name})
	}
	return choices
}

// cite numbers each distinct place in a document that the facts of the delegations point to, in the order of reading.
func (s *Service) cite(delegations []retrieval.Delegation) ([]Citation, error) {
	type place struct {
		document string
		retrieval.Span
	}
	numbers := map[place]bool{}
	var citations []Citation
	for _, d := range delegations {
		for _, fact := range d.Facts() {
			at := place{fact.Document, fact.Span}
			if numbers[at] {
				continue
			}
			doc, ok := s.parts.Library.Document(fact.Document)
			if !ok || fact.Start < 0 || fact.Start >= fact.End || fact.End > len(doc.Text) {
				return nil, fmt.Errorf("delegation %q: no bytes %d to %d in document %q", d.Title, fact.Start, fact.End, fact.Document)
			}
			numbers[at] = true
			citations = append(citations, Citation{N: len(citations) + 1, Document: doc, Span: fact.Span})
		}
	}
	return citations, nil
}

func (s *Service) sources(_ context.Context, in Invocation) (Reply, error) {
	about := strings.TrimSpace(strings.ToValidUTF8(in.Options["about"], "\uFFFD"))
	if err := short(about); err != nil {
		return Reply{}, err
	}
	language := s.language(in.Language, about)
	return Reply{Language: language, Sources: s.list(about, language)}, nil
}

func (s *Service) help(_ context.Context, in Invocation) (Reply, error) {
	return Reply{Language: s.language(in.Language, ""), Help: &Help{Commands: s.Commands()}}, nil
}
