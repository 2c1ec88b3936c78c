package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"passerelle/bot"
)

func within(name string, value, least, most int) error {
	if value < least || value > most {
		return fmt.Errorf("%s must be a number from %d to %d", name, least, most)
	}
	return nil
}

// searchable applies the service's limits to what goes past the service.
func searchable(text string) error {
	switch {
	case !utf8.ValidString(text):
		return fmt.Errorf("the question is not UTF-8 text")
	case strings.TrimSpace(text) == "":
		return &bot.UserError{Key: "error.empty_question"}
	case utf8.RuneCountInString(text) > bot.MaxQuestionRunes:
		return &bot.UserError{Key: "error.too_long", Data: map[string]any{"Count": bot.MaxQuestionRunes}}
	}
	return nil
}
