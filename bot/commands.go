package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"passerelle/retrieval"
)

// maxChoices is how many completions are looked for; a surface shows as many as it can.
const maxChoices = 25

// declare lists the commands, each once for all surfaces.
func (s *Service) declare() []Command {
	commands := []Command{
		{Name: "ask", Options: []Option{{Name: "question", Required: true}}, Run: s.ask},
		{Name: "delegation", Options: []Option{{Name: "place", Required: true, Complete: s.completePlace}}, Run: s.delegation},
		{Name: "sources", Options: []Option{{Name: "about"}}, Run: s.sources},
		{Name: "help", Run: s.help},
	}
	if s.parts.Checker != nil {
		commands = append(commands, Command{Name: "check", Private: true, OnMessages: true, Options: []Option{{Name: "text", Required: true}}, Run: s.check})
	}
	if s.parts.Community != nil {
		commands = append(commands, s.communal()...)
	}
	return commands
}

// ask goes by the language of the question, not by that of the person's client: who asks in Russian reads Russian.
func (s *Service) ask(ctx context.Context, in Invocation) (Reply, error) {
	q := Question{
		Text: in.Options["question"], Who: in.Who, Where: in.Where, Earlier: in.Earlier, Beyond: in.Beyond, Progress: in.Progress,
		Quotes: s.quotesAlone(ctx, in.Guild),
	}
	begin := s.now()
	a, err := s.Ask(ctx, q)
	if err != nil {
		return Reply{}, err
	}
	s.record(ctx, in, a, begin)
	s.further(ctx, in, &a)
	return Reply{Language: a.Language, Answer: &a}, nil
}

// further names what one could ask about next, where an answer leads on. One that can't be found out is no reason to keep
// the answer back.
func (s *Service) further(ctx context.Context, in Invocation, a *Answer) {
	if a.Status != Answered || len(in.Beyond) > 0 {
		return
	}
	for _, c := range a.Citations {
		if !slices.Contains(a.Nearest, c.Document) {
			a.Nearest = append(a.Nearest, c.Document)
		}
	}
	places, err := s.placesOf(ctx, a.Nearest, a.Language)
	if err != nil && s.parts.Community != nil {
		s.failed(ctx, "suggestions not made", err)
	}
	a.Places = places
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
	dossier := &Dossier{Asked: place, Place: found.Place, Nearest: found.Nearest, Delegations: found.Delegations, Citations: citations}
	if len(found.Delegations) == 0 {
		dossier.Mentioned = found.Place != "" && len(s.matching(s.parts.Library.Documents(), found.Place, language)) > 0
		if dossier.Instead, err = s.instead(ctx, found.Nearest, language); err != nil {
			return Reply{}, err
		}
	}
	return Reply{Language: language, Dossier: dossier}, nil
}

// maxInstead is how many places are named where one has nothing to tell.
const maxInstead = 3

// instead names places with delegations: those of the nearest names that have some, else those with most.
func (s *Service) instead(ctx context.Context, nearest []string, language string) ([]string, error) {
	places, err := s.parts.Delegations.With(ctx, nearest, language)
	if err != nil {
		return nil, fmt.Errorf("delegations of the nearest names: %w", err)
	}
	if len(places) == 0 {
		places = s.parts.Delegations.Complete("", language, maxInstead)
	}
	return places[:min(len(places), maxInstead)], nil
}

// placesOf gives the places of documents that have delegations, those of the first document first.
func (s *Service) placesOf(ctx context.Context, documents []*retrieval.Document, language string) ([]string, error) {
	if s.parts.Delegations == nil {
		return nil, nil
	}
	var names []string
	for _, d := range documents {
		names = append(names, d.Places...)
	}
	places, err := s.parts.Delegations.With(ctx, names, language)
	if err != nil {
		return nil, fmt.Errorf("delegations of the nearest documents: %w", err)
	}
	return places, nil
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
	language := s.language(in.Language, "")
	help := &Help{Commands: s.Commands()}
	if s.parts.Delegations != nil {
		help.Places = s.parts.Delegations.Complete("", language, maxChoices)
	}
	return Reply{Language: language, Help: help}, nil
}
