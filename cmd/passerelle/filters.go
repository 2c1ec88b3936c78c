package main

import (
	"errors"
	"fmt"
	"strings"

	"passerelle/bot"
	"passerelle/retrieval"
)

// filterFlags are the flags that bar documents.
type filterFlags struct {
	Place            string `help:"Only documents that name this place, in any language." placeholder:"NAME"`
	After            string `help:"Only documents from after this year, month or day: 2018, 2018-11, 2018-11-26." placeholder:"DATE"`
	Before           string `help:"Only documents from before this year, month or day." placeholder:"DATE"`
	Kind             string `help:"Only documents of this kind: digest, article or text." placeholder:"KIND"`
	OriginalLanguage string `help:"Only documents whose original is in this language: fr, ru, en or another code." placeholder:"CODE"`
}

// filter reads the flags.
func (f filterFlags) filter() (retrieval.Filter, error) {
	out := retrieval.Filter{Place: strings.TrimSpace(f.Place), Kind: f.Kind, Language: f.OriginalLanguage}
	var err error
	if out.After, err = retrieval.ParseDate(f.After); err != nil {
		return out, fmt.Errorf("--after: %w", err)
	}
	if out.Before, err = retrieval.ParseDate(f.Before); err != nil {
		return out, fmt.Errorf("--before: %w", err)
	}
	return out, out.Check()
}

// placeError turns a place that is not known into what a person is told.
func placeError(err error) error {
	var unknown *retrieval.UnknownPlaceError
	if !errors.As(err, &unknown) {
		return err
	}
	if len(unknown.Nearest) == 0 {
		return &bot.UserError{Key: "cli.unheard_place", Data: map[string]any{"Asked": unknown.Name}}
	}
	return &bot.UserError{Key: "cli.unknown_place", Data: map[string]any{"Asked": unknown.Name, "Nearest": strings.Join(unknown.Nearest, ", ")}}
}
