package discord

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"passerelle/bot"
	"passerelle/bot/locale"
)

// The commands that free text runs.
const (
	askCommand  = "ask"
	helpCommand = "help"
)

// commandName is Discord's pattern for names of chat commands and options; they are in lower case too.
var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// describe writes the commands as Discord wants them registered: names in English, localised for the other languages.
func describe(texts *locale.Texts, commands []bot.Command) ([]*discordgo.ApplicationCommand, error) {
	var out []*discordgo.ApplicationCommand
	for _, c := range commands {
		key := "command." + c.Name
		names, descriptions, err := localise(texts, c.Name, key)
		if err != nil {
			return nil, err
		}
		described := &discordgo.ApplicationCommand{
			Type:                     discordgo.ChatApplicationCommand,
			Name:                     c.Name,
			Description:              texts.Text(baseLanguage, key+".description", nil),
			NameLocalizations:        &names,
			DescriptionLocalizations: &descriptions,
		}
		for _, o := range c.Options {
			key := key + "." + o.Name
			names, descriptions, err := localise(texts, o.Name, key)
			if err != nil {
				return nil, err
			}
			described.Options = append(described.Options, &discordgo.ApplicationCommandOption{
				Type:                     discordgo.ApplicationCommandOptionString,
				Name:                     o.Name,
				Description:              texts.Text(baseLanguage, key+".description", nil),
				NameLocalizations:        names,
				DescriptionLocalizations: descriptions,
				Required:                 o.Required,
				Autocomplete:             o.Complete != nil,
				MaxLength:                bot.MaxQuestionRunes,
			})
		}
		out = append(out, described)
	}
	return out, nil
}

// baseLanguage is that of the names that every client knows; Discord wants it without a localisation.
const baseLanguage = "en"

func localise(texts *locale.Texts, name, key string) (names, descriptions map[discordgo.Locale]string, err error) {
	names, descriptions = map[discordgo.Locale]string{}, map[discordgo.Locale]string{}
	for _, language := range texts.Languages() {
		title, description := texts.Text(language, key+".name", nil), texts.Text(language, key+".description", nil)
		if language == baseLanguage {
			title = name
		} else {
			names[discordgo.Locale(language)], descriptions[discordgo.Locale(language)] = title, description
		}
		if !commandName.MatchString(title) || title != strings.ToLower(title) {
			return nil, nil, fmt.Errorf("text %s.name in %s: %q is no name that Discord takes for a command (1 to %d letters, digits, - or _, in lower case)", key, language, title, maxCommandName)
		}
		if n := utf8.RuneCountInString(description); n < 1 || n > maxCommandText {
			return nil, nil, fmt.Errorf("text %s.description in %s has %d characters; Discord takes 1 to %d", key, language, n, maxCommandText)
		}
	}
	return names, descriptions, nil
}

// questionOption finds the option that free text fills, and checks that the commands that free text runs exist.
func questionOption(commands []bot.Command) (string, error) {
	question, help := "", false
	for _, c := range commands {
		switch {
		case c.Name == helpCommand:
			help = true
		case c.Name == askCommand && len(c.Options) > 0:
			question = c.Options[0].Name
		}
	}
	if question == "" || !help {
		return "", fmt.Errorf("free text needs the commands %q, with an option for the question, and %q", askCommand, helpCommand)
	}
	return question, nil
}
