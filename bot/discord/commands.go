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

	statsCommand = "stats"
)

// commandName is Discord's pattern for names of chat commands and options; they are in lower case too.
var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// describe writes the commands as Discord wants them registered: names in English, localised for the other languages.
// Those that take a text that somebody wrote are offered on messages as well.
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
		where(described, c)
		for _, o := range c.Options {
			option, err := describeOption(texts, key+"."+o.Name, o)
			if err != nil {
				return nil, err
			}
			described.Options = append(described.Options, option)
		}
		out = append(out, described)
		if c.OnMessages {
			onMessage, err := describeOnMessage(texts, c)
			if err != nil {
				return nil, err
			}
			out = append(out, onMessage)
		}
	}
	return out, nil
}

// where says who may use a command, and where: in guilds, with the bot and with other people; installed for a guild or for
// oneself.
func where(described *discordgo.ApplicationCommand, c bot.Command) {
	contexts := []discordgo.InteractionContextType{discordgo.InteractionContextGuild, discordgo.InteractionContextBotDM, discordgo.InteractionContextPrivateChannel}
	integrations := []discordgo.ApplicationIntegrationType{discordgo.ApplicationIntegrationGuildInstall, discordgo.ApplicationIntegrationUserInstall}
	if c.Moderators {
		permission := int64(discordgo.PermissionManageGuild)
		described.DefaultMemberPermissions = &permission
		contexts, integrations = contexts[:1], integrations[:1]
	}
	described.Contexts, described.IntegrationTypes = &contexts, &integrations
}

// describeOnMessage offers a command in the menu of a message. Its name there is free text.
func describeOnMessage(texts *locale.Texts, c bot.Command) (*discordgo.ApplicationCommand, error) {
	names := map[discordgo.Locale]string{}
	for _, language := range texts.Languages() {
		name := texts.Text(language, "command."+c.Name+".message", nil)
		if n := utf8.RuneCountInString(name); n < 1 || n > maxCommandName {
			return nil, fmt.Errorf("text command.%s.message in %s has %d characters; Discord takes 1 to %d", c.Name, language, n, maxCommandName)
		}
		if language != baseLanguage {
			names[discordgo.Locale(language)] = name
		}
	}
	described := &discordgo.ApplicationCommand{
		Type: discordgo.MessageApplicationCommand, Name: messageCommand(texts, c), NameLocalizations: &names,
	}
	where(described, c)
	return described, nil
}

// messageCommand is the name of a command in the menu of a message, as Discord sends it whatever the client's language.
func messageCommand(texts *locale.Texts, c bot.Command) string {
	return texts.Text(baseLanguage, "command."+c.Name+".message", nil)
}

// optionTypes are Discord's types of options by ours.
var optionTypes = map[bot.Kind]discordgo.ApplicationCommandOptionType{
	bot.Text: discordgo.ApplicationCommandOptionString, bot.Number: discordgo.ApplicationCommandOptionInteger,
	bot.YesNo: discordgo.ApplicationCommandOptionBoolean, bot.Channel: discordgo.ApplicationCommandOptionChannel,
}

func describeOption(texts *locale.Texts, key string, o bot.Option) (*discordgo.ApplicationCommandOption, error) {
	names, descriptions, err := localise(texts, o.Name, key)
	if err != nil {
		return nil, err
	}
	described := &discordgo.ApplicationCommandOption{
		Type:                     optionTypes[o.Kind],
		Name:                     o.Name,
		Description:              texts.Text(baseLanguage, key+".description", nil),
		NameLocalizations:        names,
		DescriptionLocalizations: descriptions,
		Required:                 o.Required,
		Autocomplete:             o.Complete != nil,
	}
	switch {
	case described.Type == 0:
		return nil, fmt.Errorf("option %s is of the kind %q, which Discord has no type for", key, o.Kind)
	case o.Kind == bot.Number:
		least := 0.0
		described.MinValue, described.MaxValue = &least, float64(o.Most)
	case o.Kind == bot.Channel:
		described.ChannelTypes = []discordgo.ChannelType{discordgo.ChannelTypeGuildText, discordgo.ChannelTypeGuildNews, discordgo.ChannelTypeGuildForum}
	case o.Kind == bot.Text && len(o.Choices) == 0:
		described.MaxLength = bot.MaxQuestionRunes
	}
	for _, value := range o.Choices {
		choice := &discordgo.ApplicationCommandOptionChoice{Value: value, NameLocalizations: map[discordgo.Locale]string{}}
		for _, language := range texts.Languages() {
			name := cut(texts.Text(language, key+"."+value, nil), maxChoice)
			if language == baseLanguage {
				choice.Name = name
			} else {
				choice.NameLocalizations[discordgo.Locale(language)] = name
			}
		}
		described.Choices = append(described.Choices, choice)
	}
	if len(described.Choices) > maxChoices {
		return nil, fmt.Errorf("option %s has %d choices; Discord takes %d", key, len(described.Choices), maxChoices)
	}
	return described, nil
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
