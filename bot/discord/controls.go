package discord

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"

	"passerelle/bot"
	"passerelle/bot/card"
)

// What the controls below an answer do, as their custom ids say it.
const (
	doSource  = "src"
	doMore    = "more"
	doAsk     = "ask"
	doPraise  = "up"
	doBlame   = "down"
	doReason  = "why"
	doDelete  = "del"
	idVersion = "v1"
)

// control is what a custom id says: what to do, with the answer to which question, and with which part of it. The rest is
// kept in Notes under the question's id, so that buttons work as long as that is kept, whatever program is running.
type control struct {
	do       string
	question string
	part     int
}

// id is the control's custom id, far below Discord's 100 characters.
func (c control) id() string {
	return strings.Join([]string{idVersion, c.do, c.question, strconv.Itoa(c.part)}, ":")
}

// parseControl reads a custom id; false for one of no form that this program wrote.
func parseControl(id string) (control, bool) {
	parts := strings.Split(id, ":")
	if len(id) > maxCustomID || len(parts) != 4 || parts[0] != idVersion || parts[2] == "" || strings.Trim(parts[2], "0123456789") != "" {
		return control{}, false
	}
	n, err := strconv.Atoi(parts[3])
	if err != nil || n < 0 {
		return control{}, false
	}
	return control{do: parts[1], question: parts[2], part: n}, true
}

// controls keeps an answer and makes what stands below it. What cannot be kept has no controls. Suggestions that become
// buttons leave the card.
func (r *run) controls(ctx context.Context, log *slog.Logger, a asked, answer *bot.Answer, laid *card.Card) []component {
	suggestions := laid.Suggestions[:min(len(laid.Suggestions), maxSuggested)]
	if err := r.keepAnswer(ctx, a, keep(a.in.Options[r.question], answer, suggestions, a.shared)); err != nil {
		log.Error("discord answer not kept", "error", err)
		return nil
	}
	laid.Suggestions = nil
	at := func(do string, part int) string { return control{do, a.in.ID, part}.id() }
	text := func(key string) string { return r.label(laid.Language, key) }
	var rows []component
	if len(answer.Citations) > 0 && r.cfg.Community.Library != nil {
		rows = append(rows, row(component{Type: typeSelect, CustomID: at(doSource, 0), Placeholder: text("discord.sources"), Options: sourceOptions(laid.Sources, answer.Citations)}))
	}
	var buttons []component
	if len(answer.Claims) > 0 && r.cfg.Community.Library != nil {
		buttons = append(buttons, r.moreButton(laid.Language, a.in.ID))
	}
	if r.cfg.Community.Archive != nil {
		buttons = append(buttons, button(styleSecondary, "👍", at(doPraise, 0)), button(styleSecondary, "👎", at(doBlame, 0)))
	}
	rows = append(rows, row(append(buttons, button(styleDanger, text("discord.delete"), at(doDelete, 0)))...))
	var asks []component
	for i, s := range suggestions {
		if label := cut(clean(s), maxLabel); label != "" {
			asks = append(asks, button(styleSecondary, label, at(doAsk, i)))
		}
	}
	if len(asks) > 0 {
		rows = append(rows, row(asks...))
	}
	return rows
}

func button(style int, label, id string) component {
	return component{Type: typeButton, Style: style, Label: label, CustomID: id}
}

func (r *run) label(language, key string) string {
	return cut(clean(r.texts.Text(language, key, nil)), maxLabel)
}

// moreButton shows further quotes, as long as there are some; below these it stands again.
func (r *run) moreButton(language, question string) component {
	return button(stylePrimary, r.label(language, "discord.more"), control{doMore, question, 0}.id())
}

// sourceOptions are the cited sources as a select offers them.
func sourceOptions(sources []card.Source, citations []bot.Citation) (options []selectOption) {
	for _, s := range sources {
		cited := false
		for _, c := range citations {
			cited = cited || c.N == s.N
		}
		if !cited || len(options) == maxOptions {
			continue
		}
		about := strings.Join(strings.FieldsFunc(s.Publisher+"\x00"+s.Date, func(r rune) bool { return r == 0 }), ", ")
		options = append(options, selectOption{
			Label: cut(fmt.Sprintf("%d · %s", s.N, clean(s.Title)), maxOption), Value: strconv.Itoa(s.N), Description: cut(clean(about), maxOption),
		})
	}
	return options
}

// noteMessages keeps by which messages an answer of several was given: to go on from each, and to delete all of them.
func (r *run) noteMessages(ctx context.Context, a asked, answer *bot.Answer, ids []string) {
	if answer == nil || a.in.ID == "" || len(ids) < 2 {
		return
	}
	// The messages stand in Discord already: a bot that is told to end just now must know them when it is back.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	_, k, ok := r.keptAnswer(ctx, a.in.ID)
	if !ok { // forgotten meanwhile
		return
	}
	r.remember(ctx, a, ids[1:]...)
	k.Messages = ids[:len(ids)-1]
	if err := r.keepAnswer(ctx, a, k); err != nil {
		r.log.Error("discord answer not kept", "error", err)
	}
}
