package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"passerelle/bot"
	"passerelle/bot/discord"
	"passerelle/bot/locale"
	"passerelle/retrieval"
)

// previewCommand shows a reply as Discord would, without Discord.
type previewCommand struct {
	File string `arg:"" help:"A file with an answer as ask --json prints it, or a question." placeholder:"FILE|QUESTION"`
}

// maxPreviewBytes is more than any answer takes.
const maxPreviewBytes = 4 << 20

// Run writes the page on standard output.
func (c *previewCommand) Run(p *program) error {
	info, err := os.Stat(c.File)
	if errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(c.File, " ?") {
		return p.previewQuestion(c.File)
	}
	if err != nil {
		return fmt.Errorf("preview: %w", err)
	}
	if info.Size() > maxPreviewBytes {
		return fmt.Errorf("preview %s: %d bytes, at most %d; give it one answer", c.File, info.Size(), maxPreviewBytes)
	}
	content, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("preview: %w", err)
	}
	answer, err := readAnswer(content)
	if err != nil {
		return fmt.Errorf("preview %s: %w; it takes what passerelle ask --json prints", c.File, err)
	}
	texts, err := locale.Load()
	if err != nil {
		return err
	}
	return discord.Preview(p.out, texts, "", bot.Reply{Language: answer.Language, Answer: &answer})
}

func (p *program) previewQuestion(question string) error {
	parts, err := p.open()
	if err != nil {
		return err
	}
	defer func() { _ = parts.Close() }() // nothing was written that could be lost
	reply, err := parts.service.Run(p.ctx, "ask", bot.Invocation{Options: map[string]string{"question": question}})
	if err != nil {
		return p.say(parts.texts, err)
	}
	return discord.Preview(p.out, parts.texts, question, reply)
}

// readAnswer reads an answer as terminal.Encoder writes it. Of each document there is only what is quoted.
func readAnswer(content []byte) (bot.Answer, error) {
	var in struct {
		Status   bot.Status `json:"status"`
		Mode     bot.Mode   `json:"mode"`
		Language string     `json:"language"`
		Notice   bot.Notice `json:"notice"`
		Claims   []struct {
			Text      string `json:"text"`
			Citations []int  `json:"citations"`
		} `json:"claims"`
		Citations []struct {
			N         int    `json:"n"`
			Document  string `json:"document"`
			Passage   string `json:"passage"`
			Title     string `json:"title"`
			Source    string `json:"source"`
			URL       string `json:"url"`
			Date      string `json:"date"`
			Kind      string `json:"kind"`
			Quote     string `json:"quote"`
			Instructs bool   `json:"instructs"`
		} `json:"citations"`
	}
	if err := json.Unmarshal(content, &in); err != nil {
		return bot.Answer{}, err
	}
	if in.Status != bot.Answered && in.Status != bot.Related && in.Status != bot.Refused {
		return bot.Answer{}, fmt.Errorf("no answer: the status is %q", in.Status)
	}
	a := bot.Answer{Status: in.Status, Mode: in.Mode, Language: in.Language, Notice: in.Notice}
	for _, c := range in.Claims {
		a.Claims = append(a.Claims, bot.Claim{Text: c.Text, Citations: c.Citations})
	}
	for _, c := range in.Citations {
		date, err := retrieval.ParseDate(c.Date)
		if err != nil && c.Date != "" {
			return bot.Answer{}, fmt.Errorf("citation %d: %w", c.N, err)
		}
		d := &retrieval.Document{ID: c.Document, Title: c.Title, Source: c.Source, URL: c.URL, Date: date, Kind: c.Kind, Text: c.Quote}
		a.Citations = append(a.Citations, bot.Citation{N: c.N, Document: d, Passage: c.Passage, Span: retrieval.Span{End: len(c.Quote)}, Instructs: c.Instructs})
	}
	return a, nil
}
