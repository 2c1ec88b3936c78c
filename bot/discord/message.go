package discord

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/bwmarrin/discordgo"

	"passerelle/bot"
)

// Flags of a message, from Discord's reference.
const (
	flagEphemeral    = 1 << 6  // the one who asked alone sees it
	flagComponentsV2 = 1 << 15 // components make the whole message; once set, it stays
)

// message is what Discord gets to show, made of components alone: the body of a new message, of a follow-up and of an
// edit. discordgo has one type for each and none with a nonce.
type message struct {
	Flags           int             `json:"flags"`
	Components      []component     `json:"components"`
	AllowedMentions allowedMentions `json:"allowed_mentions"`
	Attachments     []attachment    `json:"attachments,omitempty"`
	Reference       *reference      `json:"message_reference,omitempty"`
	Nonce           string          `json:"nonce,omitempty"`
	EnforceNonce    bool            `json:"enforce_nonce,omitempty"`

	files []bot.File
}

// made is a message of these components.
func made(parts ...component) message {
	return message{Flags: flagComponentsV2, Components: parts}
}

// private is the message for the eyes of the one who asked alone.
func (m message) private() message {
	m.Flags |= flagEphemeral
	return m
}

// edit is the body of an edit: of the flags only that of the components may be named.
func (m message) edit() message {
	m.Flags, m.Reference, m.Nonce, m.EnforceNonce = flagComponentsV2, nil, "", false
	return m
}

// encode makes the body of a request: JSON, or a form with the files of a message. No body is nil.
func encode(body any) (contentType string, encoded []byte, err error) {
	const plain = "application/json"
	if body == nil {
		return plain, nil, nil
	}
	if m, ok := body.(message); ok && len(m.files) > 0 {
		return m.form()
	}
	encoded, err = json.Marshal(body)
	return plain, encoded, err
}

// allowedMentions allows none: an empty list says so, a missing one would allow all.
type allowedMentions struct {
	Parse [0]string `json:"parse"`
}

type reference struct {
	MessageID       string `json:"message_id"`
	FailIfNotExists bool   `json:"fail_if_not_exists"` // false: the question may have been deleted meanwhile
}

// attachment says which file of the form a name is of.
type attachment struct {
	ID       string `json:"id"`
	Filename string `json:"filename"`
}

// callback answers an interaction.
type callback struct {
	Type discordgo.InteractionResponseType `json:"type"`
	Data any                               `json:"data,omitempty"`
}

// deferral is the data of an answer that comes later.
type deferral struct {
	Flags int `json:"flags,omitempty"`
}

// modal is the data of an answer that asks for more.
type modal struct {
	CustomID   string      `json:"custom_id"`
	Title      string      `json:"title"`
	Components []component `json:"components"`
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

// attach adds files below a message.
func (m message) attach(files []bot.File) message {
	for i, f := range files {
		m.Components = append(m.Components, component{Type: typeFile, File: &attached{"attachment://" + f.Name}})
		m.Attachments = append(m.Attachments, attachment{ID: strconv.Itoa(i), Filename: f.Name})
	}
	m.files = files
	return m
}

func (m message) form() (contentType string, body []byte, err error) {
	payload, err := json.Marshal(m)
	if err != nil {
		return "", nil, fmt.Errorf("message with files: %w", err)
	}
	return multipartForm(payload, m.files)
}
