package bot

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"passerelle/retrieval"
)

const (
	maxAllowedChannels = 50
	maxPerPerson       = 1000
	maxPerGuild        = 100_000
	maxRetentionDays   = 365
	usualStatsDays     = 30
	maxExported        = 5000
	maxExportBytes     = 7 << 20 // Discord takes files of 10 MB, and one line may still follow
	day                = 24 * time.Hour
)

// communal lists the commands of a bot that many people share.
func (s *Service) communal() []Command {
	return []Command{
		{Name: "settings", Moderators: true, Private: true, Community: true, Run: s.settings, Options: []Option{
			{Name: "allow", Kind: Channel}, {Name: "disallow", Kind: Channel},
			{Name: "language", Choices: []string{"auto", retrieval.French, retrieval.Russian, retrieval.English}},
			{Name: "model", Kind: YesNo}, {Name: "threads", Kind: YesNo},
			{Name: "per_person", Kind: Number, Most: maxPerPerson}, {Name: "per_guild", Kind: Number, Most: maxPerGuild},
			{Name: "retention", Kind: Number, Most: maxRetentionDays},
		}},
		{Name: "stats", Moderators: true, Private: true, Community: true, Run: s.stats, Options: []Option{
			{Name: "days", Kind: Number, Most: maxRetentionDays}, {Name: "export", Kind: YesNo},
		}},
		{Name: "privacy", Private: true, Community: true, Run: s.privacy},
		{Name: "forget", Private: true, Community: true, Run: s.forget},
	}
}

func (s *Service) now() time.Time {
	if c := s.parts.Community; c != nil && c.Now != nil {
		return c.Now()
	}
	return time.Now()
}

// record keeps a question that has an id. One that can't be kept is answered all the same.
func (s *Service) record(ctx context.Context, in Invocation, a Answer, begin time.Time) {
	if s.parts.Community == nil || in.ID == "" {
		return
	}
	at := in.At
	if at.IsZero() {
		at = begin
	}
	err := s.parts.Community.Archive.Record(ctx, Asked{
		ID: in.ID, Guild: in.Guild, Channel: in.Channel, Who: in.Who, At: at, Text: in.Options["question"],
		Language: a.Language, Status: a.Status, Mode: a.Mode, Notice: a.Notice, Took: s.now().Sub(begin),
	})
	if err != nil {
		s.failed(ctx, "question not kept", err)
	}
}

// quotesAlone tells whether a guild wants no model. Where that can't be found out, none is asked: its moderators may have
// said so.
func (s *Service) quotesAlone(ctx context.Context, guild string) bool {
	if s.parts.Community == nil || guild == "" {
		return false
	}
	settings, err := s.parts.Community.Settings.Settings(ctx, guild)
	if err != nil {
		s.failed(ctx, "settings of a guild not read", err)
		return true
	}
	return settings.Quotes
}

func (s *Service) failed(ctx context.Context, what string, err error) {
	if log := s.parts.Community.Log; log != nil {
		log.ErrorContext(ctx, what, "error", err)
	}
}

// managed returns the error of one who may not manage the guild. Discord does not even show the command to others; that
// it was meant to is no proof that it did.
func managed(in Invocation) error {
	switch {
	case in.Guild == "":
		return &UserError{Key: "error.guild_only"}
	case !in.Manages:
		return &UserError{Key: "error.moderators_only"}
	}
	return nil
}

func (s *Service) settings(ctx context.Context, in Invocation) (Reply, error) {
	if err := managed(in); err != nil {
		return Reply{}, err
	}
	s.saving.Lock() // of two moderators who change different settings at once, both are to be heard
	defer s.saving.Unlock()
	store := s.parts.Community.Settings
	settings, err := store.Settings(ctx, in.Guild)
	if err != nil {
		return Reply{}, err
	}
	reply := &SettingsReply{Settings: settings, Usual: s.parts.Community.Usual}
	if len(in.Options) > 0 {
		if err := choose(&reply.Settings, in.Options); err != nil {
			return Reply{}, err
		}
		if err := store.SaveSettings(ctx, reply.Settings); err != nil {
			return Reply{}, err
		}
		reply.Changed = true
	}
	for _, id := range reply.Channels {
		if in.ChannelName != nil {
			id = in.ChannelName(id)
		}
		reply.ChannelNames = append(reply.ChannelNames, id)
	}
	return Reply{Language: s.language(in.Language, ""), Settings: reply}, nil
}

// choose changes the settings that the options name.
func choose(s *Settings, options map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(options)) {
		value := options[name]
		var err error
		switch name {
		case "allow":
			if !slices.Contains(s.Channels, value) {
				s.Channels = append(s.Channels, value)
			}
			if len(s.Channels) > maxAllowedChannels {
				err = &UserError{Key: "error.too_many_channels", Data: map[string]any{"Count": maxAllowedChannels}}
			}
		case "disallow":
			s.Channels = slices.DeleteFunc(s.Channels, func(c string) bool { return c == value })
		case "language":
			s.Language = strings.TrimPrefix(value, "auto")
			if s.Language != "" && !spoken(s.Language) {
				err = &UserError{Key: "error.option", Data: map[string]any{"Option": name}}
			}
		case "model":
			var yes bool
			yes, err = yesNo(name, value)
			s.Quotes = !yes
		case "threads":
			s.Threads, err = yesNo(name, value)
		case "per_person":
			s.PerPerson, err = number(name, value, maxPerPerson)
		case "per_guild":
			s.PerGuild, err = number(name, value, maxPerGuild)
		case "retention":
			var days int
			days, err = number(name, value, maxRetentionDays)
			s.Retention = time.Duration(days) * day
		default:
			err = &UserError{Key: "error.option", Data: map[string]any{"Option": name}}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func number(name, text string, most int) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > most {
		return 0, &UserError{Key: "error.number", Data: map[string]any{"Option": name, "Most": most}}
	}
	return n, nil
}

func yesNo(name, text string) (bool, error) {
	yes, err := strconv.ParseBool(text)
	if err != nil {
		return false, &UserError{Key: "error.option", Data: map[string]any{"Option": name}}
	}
	return yes, nil
}

func (s *Service) privacy(ctx context.Context, in Invocation) (Reply, error) {
	c := s.parts.Community
	kept, err := c.Privacy.Kept(ctx, in.Who)
	if err != nil {
		return Reply{}, err
	}
	retention := c.Usual.Retention
	if in.Guild != "" {
		settings, err := c.Settings.Settings(ctx, in.Guild)
		if err != nil {
			return Reply{}, err
		}
		if settings.Retention > 0 {
			retention = settings.Retention
		}
	}
	return Reply{Language: s.language(in.Language, ""), Privacy: &PrivacyReply{Kept: kept, Retention: retention}}, nil
}

func (s *Service) forget(ctx context.Context, in Invocation) (Reply, error) {
	deleted, left, err := s.parts.Community.Privacy.Forget(ctx, in.Who, s.now())
	if err != nil {
		return Reply{}, err
	}
	return Reply{Language: s.language(in.Language, ""), Forgot: &Forgotten{Deleted: deleted, Left: left}}, nil
}

func (s *Service) stats(ctx context.Context, in Invocation) (Reply, error) {
	if err := managed(in); err != nil {
		return Reply{}, err
	}
	days := usualStatsDays
	if text, ok := in.Options["days"]; ok {
		var err error
		if days, err = number("days", text, maxRetentionDays); err != nil {
			return Reply{}, err
		}
	}
	archive := s.parts.Community.Archive
	stats, err := archive.Stats(ctx, in.Guild, s.now().Add(-time.Duration(days)*day))
	if err != nil {
		return Reply{}, err
	}
	reply := Reply{Language: s.language(in.Language, ""), Stats: &stats}
	if len(stats.Unanswered) > 0 {
		table, err := unanswered(stats.Unanswered)
		if err != nil {
			return Reply{}, err
		}
		reply.Files = append(reply.Files, File{"unanswered.csv", table})
	}
	if in.Options["export"] == "true" {
		lines, err := Export(ctx, archive, in.Guild)
		if err != nil {
			return Reply{}, err
		}
		if len(lines) > 0 {
			reply.Files = append(reply.Files, File{"feedback.jsonl", lines})
		}
	}
	return reply, nil
}

// unanswered is a table for a spreadsheet. A cell that a spreadsheet would take for a formula is a text.
func unanswered(questions []Asked) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	_ = w.Write([]string{"time", "language", "status", "question"}) // to memory: Error tells at the end
	for _, q := range questions {
		text := q.Text
		if strings.HasPrefix(text, "=") || strings.HasPrefix(text, "+") || strings.HasPrefix(text, "-") || strings.HasPrefix(text, "@") {
			text = "'" + text
		}
		_ = w.Write([]string{q.At.UTC().Format(time.RFC3339), q.Language, string(q.Status), text})
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

// exported is a line of the feedback, for a new evaluation set: who asked and who voted is left out.
type exported struct {
	ID       string          `json:"id"`
	At       time.Time       `json:"at"`
	Language string          `json:"language"`
	Question string          `json:"question"`
	Status   Status          `json:"status"`
	Mode     Mode            `json:"mode"`
	Good     int             `json:"good"`
	Bad      int             `json:"bad"`
	Reasons  []string        `json:"reasons,omitempty"`
	Answer   json.RawMessage `json:"answer,omitempty"`
}

// errEnough ends a list that is long enough.
var errEnough = errors.New("enough")

// Export writes the questions with votes as JSON Lines, newest first, at most 5000 and some 7 MB; guild "" is all of them.
// It holds nothing of who asked or voted but what they wrote.
func Export(ctx context.Context, archive Archive, guild string) ([]byte, error) {
	var out bytes.Buffer
	n := 0
	err := archive.Judged(ctx, guild, func(j Judged) error {
		if n++; n > maxExported || out.Len() > maxExportBytes {
			return errEnough
		}
		line := exported{ID: j.ID, At: j.At, Language: j.Language, Question: j.Text, Status: j.Status, Mode: j.Mode, Answer: j.Answer}
		for _, v := range j.Votes {
			if v.Good {
				line.Good++
			} else {
				line.Bad++
			}
			if v.Reason != "" {
				line.Reasons = append(line.Reasons, v.Reason)
			}
		}
		encoded, err := json.Marshal(line)
		if err != nil {
			return fmt.Errorf("export question %s: %w", j.ID, err)
		}
		out.Write(append(encoded, '\n'))
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	return out.Bytes(), nil
}
