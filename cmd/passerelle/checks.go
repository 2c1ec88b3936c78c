package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/kong"

	"passerelle/bot"
)

func within(name string, value, least, most number) error {
	if value < least || value > most {
		return fmt.Errorf("%s must be a number from %d to %d", name, least, most)
	}
	return nil
}

// encoded checks arguments as lines of standard input are checked. kong would put U+FFFD for what is broken, which then
// finds the wrong thing or, in a path, another file.
func encoded(args []string) error {
	for i, arg := range args {
		if !utf8.ValidString(arg) {
			return fmt.Errorf("argument %d, %q, is not UTF-8 text", i+1, arg)
		}
	}
	return nil
}

// number is a flag's whole number. kong's own reader takes -1 for a flag and advises what does not help.
type number int

// Decode is called by kong.
func (n *number) Decode(ctx *kong.DecodeContext) error {
	given := ctx.Scan.Pop()
	if given.IsEOL() {
		return errors.New("a number must follow")
	}
	parsed, err := strconv.Atoi(fmt.Sprint(given.Value))
	if err != nil {
		return fmt.Errorf("%q is not a whole number", given.String())
	}
	*n = number(parsed)
	return nil
}

// searchable applies the service's limits to what goes past the service.
func searchable(text string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return &bot.UserError{Key: "error.empty_question"}
	case utf8.RuneCountInString(text) > bot.MaxQuestionRunes:
		return &bot.UserError{Key: "error.too_long", Data: map[string]any{"Count": bot.MaxQuestionRunes}}
	}
	return nil
}
