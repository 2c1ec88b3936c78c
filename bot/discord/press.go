package discord

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"passerelle/bot"
	"passerelle/bot/card"
)

// pressed is a control that somebody used, with the answer that it is of.
type pressed struct {
	control
	interaction *discordgo.Interaction
	exchange    exchange
	log         *slog.Logger
	a           asked // who, and where
	note        bot.Note
	kept        keptAnswer
	values      []string // chosen in a select
	text        string   // written in a form
}

// press serves the buttons and selects below answers, those of an earlier run of the program too.
func (r *run) press(ctx context.Context, i *discordgo.Interaction) {
	data := i.MessageComponentData()
	r.act(ctx, i, data.CustomID, data.Values, "")
}

// submit serves the form that asks why an answer is no good.
func (r *run) submit(ctx context.Context, i *discordgo.Interaction) {
	data := i.ModalSubmitData()
	var text string
	for _, c := range data.Components {
		if r, ok := c.(*discordgo.ActionsRow); ok {
			for _, within := range r.Components {
				if input, ok := within.(*discordgo.TextInput); ok {
					text = input.Value
				}
			}
		}
	}
	r.act(ctx, i, data.CustomID, nil, text)
}

func (r *run) act(ctx context.Context, i *discordgo.Interaction, id string, values []string, text string) {
	p := pressed{interaction: i, exchange: r.rest.exchange(i), log: r.questionLog(i.GuildID, i.ChannelID), a: r.use(ctx, i), values: values, text: text}
	c, ok := parseControl(id)
	do := map[string]func(context.Context, pressed){
		doSource: r.showSource, doMore: r.showMore, doAsk: r.askOn, doPraise: r.praise, doBlame: r.blame, doReason: r.reason, doDelete: r.remove,
	}[c.do]
	if !ok || do == nil {
		r.word(ctx, p, "discord.unknown_button")
		return
	}
	p.control = c
	if p.note, p.kept, ok = r.keptAnswer(ctx, c.question); !ok {
		r.word(ctx, p, "discord.forgotten")
		return
	}
	// Discord checks the ids of buttons; that it does is no reason to trust one from elsewhere.
	if p.note.Guild != i.GuildID || (c.do == doReason) != (i.Type == discordgo.InteractionModalSubmit) {
		r.word(ctx, p, "discord.unknown_button")
		return
	}
	do(ctx, p)
	p.log.Info("discord button served", "action", c.do)
}

// lost tells whether an acknowledgement failed, and logs it.
func (p pressed) lost(err error) bool { return lost(p.log, err) }

// word says a short text to the one who pressed.
func (r *run) word(ctx context.Context, p pressed, key string) {
	r.tell(ctx, p.log, p.exchange, plain(r.texts.Text(p.a.language, key, nil)))
}

// showSource shows a quote in the passage around it.
func (r *run) showSource(ctx context.Context, p pressed) {
	if len(p.values) != 1 || r.cfg.Community.Library == nil {
		r.word(ctx, p, "discord.unknown_button")
		return
	}
	for _, c := range p.kept.Citations {
		if strconv.Itoa(c.N) != p.values[0] {
			continue
		}
		citation, ok := c.restore(r.cfg.Community.Library)
		if !ok {
			break
		}
		messages := render(r.texts, card.LayoutPassage(r.texts, p.kept.Language, citation, maxAround))
		r.tell(ctx, p.log, p.exchange, messages[0])
		return
	}
	r.word(ctx, p, "discord.source_changed")
}

// showMore quotes what the answer left out, and what this person has not been shown of it yet.
func (r *run) showMore(ctx context.Context, p pressed) {
	a := p.a
	a.command, a.private, a.more = askCommand, true, p.question
	a.in.ID = "" // it is the same question
	a.in.Options[r.question] = p.kept.searched()
	if p.kept.Leans {
		stands, _, _ := r.standing(ctx, p.question)
		r.goOn(ctx, &a, stands.Before)
	}
	shown, _ := r.shown.lookUp(a.reader())
	a.in.Beyond = p.kept.restore(r.cfg.Community.Library).Citations
	if len(a.in.Beyond) == 0 || len(shown) >= maxShown {
		r.word(ctx, p, "discord.no_more")
		return
	}
	a.in.Beyond = append(a.in.Beyond, shown...)
	r.respond(ctx, p.interaction, a)
}

// reader is the key of what a person was shown beyond an answer.
func (a asked) reader() string { return a.in.Who + " " + a.more }

// askOn asks what an answer suggested: a question, or a command with its argument.
func (r *run) askOn(ctx context.Context, p pressed) {
	if p.part >= len(p.kept.Suggestions) {
		r.word(ctx, p, "discord.unknown_button")
		return
	}
	text, a := p.kept.Suggestions[p.part], p.a
	name, argument, _ := strings.Cut(strings.TrimPrefix(text, "/"), " ")
	command, isCommand := r.declared[name]
	switch {
	case strings.HasPrefix(text, "/") && isCommand:
		a.command, a.private, a.in.Language = name, command.Private, p.kept.Language
		if argument != "" && len(command.Options) > 0 {
			a.in.Options[command.Options[0].Name] = argument
		}
	default:
		a.command = askCommand
		a.in.Options[r.question] = text
		r.goOn(ctx, &a, p.question)
	}
	r.respond(ctx, p.interaction, a)
}

func (r *run) praise(ctx context.Context, p pressed) {
	if r.vote(ctx, p, true, "") {
		r.word(ctx, p, "discord.thanks")
	}
}

// blame counts at once: who does not care to fill in the form has said enough.
func (r *run) blame(ctx context.Context, p pressed) {
	if !r.vote(ctx, p, false, "") {
		return
	}
	optional := false
	form := modal{CustomID: control{doReason, p.question, 0}.id(), Title: cut(r.texts.Text(p.a.language, "discord.why.title", nil), maxModalTitle)}
	form.Components = []component{row(component{
		Type: typeInput, CustomID: doReason, Style: styleParagraph, Label: cut(r.texts.Text(p.a.language, "discord.why.label", nil), maxModalTitle),
		MaxLength: maxReason, Required: &optional,
	})}
	p.lost(p.exchange.acknowledge(ctx, callback{Type: discordgo.InteractionResponseModal, Data: form}))
}

// reason adds why an answer is no good to the vote that opened the form; left empty, it adds nothing.
func (r *run) reason(ctx context.Context, p pressed) {
	text := cut(strings.TrimSpace(strings.ToValidUTF8(p.text, "\uFFFD")), maxReason)
	if text == "" || r.vote(ctx, p, false, text) {
		r.word(ctx, p, "discord.thanks")
	}
}

// vote keeps a vote, or tells the person that it could not.
func (r *run) vote(ctx context.Context, p pressed, good bool, reason string) bool {
	if r.cfg.Community.Archive == nil {
		r.word(ctx, p, "discord.unknown_button")
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, voteTimeout)
	defer cancel()
	err := r.cfg.Community.Archive.Vote(ctx, bot.Vote{Question: p.question, Who: p.a.in.Who, Good: good, Reason: reason, At: time.Now()})
	if err != nil {
		p.log.Error("discord vote not kept", "error", err)
		r.word(ctx, p, "error.internal")
	}
	return err == nil
}

// remove deletes an answer, for the one who asked and for moderators.
func (r *run) remove(ctx context.Context, p pressed) {
	if p.a.in.Who != p.note.Who && !p.a.in.Manages {
		r.word(ctx, p, "discord.not_yours")
		return
	}
	if p.lost(p.exchange.acknowledge(ctx, callback{Type: discordgo.InteractionResponseDeferredMessageUpdate})) {
		return
	}
	err := p.exchange.deleteOriginal(ctx)
	for _, id := range p.kept.Messages {
		if e := r.rest.deleteMessage(ctx, p.interaction.ChannelID, id); e != nil {
			err = e
		}
	}
	if err != nil {
		p.log.Error("discord answer not deleted", "error", err)
	}
}
