package discord

import "github.com/bwmarrin/discordgo"

// message is what Discord gets to show: the body of a new message and of a follow-up. discordgo has one type for each and none with a nonce.
type message struct {
	Content         string                       `json:"content,omitempty"`
	Embeds          []*discordgo.MessageEmbed    `json:"embeds,omitempty"`
	Components      []discordgo.MessageComponent `json:"components,omitempty"`
	AllowedMentions allowedMentions              `json:"allowed_mentions"`
	Reference       *reference                   `json:"message_reference,omitempty"`
	Nonce           string                       `json:"nonce,omitempty"`
	EnforceNonce    bool                         `json:"enforce_nonce,omitempty"`
}

// edit is the body of an edit: what the message says no more is named, or Discord would leave it there.
type edit struct {
	Content         string                       `json:"content"`
	Embeds          []*discordgo.MessageEmbed    `json:"embeds"`
	Components      []discordgo.MessageComponent `json:"components"`
	AllowedMentions allowedMentions              `json:"allowed_mentions"`
}

func (m message) edit() edit {
	e := edit{Content: m.Content, Embeds: m.Embeds, Components: m.Components}
	if e.Embeds == nil {
		e.Embeds = []*discordgo.MessageEmbed{}
	}
	if e.Components == nil {
		e.Components = []discordgo.MessageComponent{}
	}
	return e
}

// allowedMentions allows none: an empty list says so, a missing one would allow all.
type allowedMentions struct {
	Parse [0]string `json:"parse"`
}

type reference struct {
	MessageID       string `json:"message_id"`
	FailIfNotExists bool   `json:"fail_if_not_exists"` // false: the question may have been deleted meanwhile
}

// callback answers an interaction.
type callback struct {
	Type discordgo.InteractionResponseType `json:"type"`
	Data any                               `json:"data,omitempty"`
}

// choices is the data of an answer to an autocompletion. discordgo's own type leaves an empty list out, which Discord
// refuses.
type choices struct {
	Choices []choice `json:"choices"`
}

type choice struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}
