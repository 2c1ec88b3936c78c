package discord

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/bwmarrin/discordgo"

	"passerelle/bot"
)

// place is where a conversation stands: a question, and the one before it. Each is kept in the name of its own asker, so
// that what one person has deleted is gone from conversations with others too.
type place struct {
	Question string `json:"question"`
	Before   string `json:"before,omitempty"`
}

// ofChannel is the key of where the conversation of a thread or a private channel stands.
func ofChannel(id string) string { return "channel:" + id }

// remember keeps an answered question as the next of its conversation: under its own id, known before the answer is
// sent, and under other keys by which a later message refers to it.
func (r *run) remember(ctx context.Context, a asked, keys ...string) {
	for _, key := range keys {
		p := place{Question: a.in.ID}
		if key == a.in.ID {
			p.Before = a.before
		}
		body, err := json.Marshal(p)
		if err == nil {
			err = r.notes.KeepConversation(ctx, bot.Note{Key: key, Guild: a.in.Guild, Who: a.in.Who, At: a.in.At, Body: body})
		}
		if err != nil {
			r.log.Error("discord conversation not kept", "guild", a.in.Guild, "error", err)
		}
	}
}

// standing finds where a conversation stands; false where none is kept under the key.
func (r *run) standing(ctx context.Context, key string) (place, bot.Note, bool) {
	n, ok, err := r.notes.Conversation(ctx, key)
	if err != nil {
		r.log.Error("discord conversation not read", "error", err)
		return place{}, n, false
	}
	var p place
	if !ok || json.Unmarshal(n.Body, &p) != nil || p.Question == "" {
		return place{}, n, false
	}
	return p, n, true
}

// goOn makes a question the next of the conversation that ended with another one.
func (r *run) goOn(ctx context.Context, a *asked, before string) {
	a.before, a.in.Earlier = before, nil
	for question := before; question != "" && len(a.in.Earlier) < maxDepth; {
		n, k, ok := r.keptAnswer(ctx, question)
		if !ok {
			break
		}
		a.shared = a.shared || n.Who != a.in.Who
		a.in.Earlier = append(a.in.Earlier, bot.Turn{Question: k.Question, Answer: k.restore(r.cfg.Community.Library), Leans: k.Leans})
		p, _, _ := r.standing(ctx, question)
		question = p.Before
	}
	slices.Reverse(a.in.Earlier)
}

// before finds the question that a message follows: that of the answer it replies to, else the last of its thread or its
// private channel. The answer's id may not be known yet when someone is quick; what the answer itself refers to is.
func (r *run) before(ctx context.Context, m *discordgo.Message) string {
	if m.MessageReference != nil {
		keys := []string{m.MessageReference.MessageID}
		if answer := m.ReferencedMessage; answer != nil {
			if answer.MessageReference != nil {
				keys = append(keys, answer.MessageReference.MessageID)
			}
			if answer.InteractionMetadata != nil {
				keys = append(keys, answer.InteractionMetadata.ID)
			}
		}
		for _, key := range keys {
			if p, _, ok := r.standing(ctx, key); ok {
				return p.Question
			}
		}
	}
	p, n, ok := r.standing(ctx, ofChannel(m.ChannelID))
	if !ok || m.GuildID == "" && !fresh(n, directMemory) {
		return ""
	}
	return p.Question
}
