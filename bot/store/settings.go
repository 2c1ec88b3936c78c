package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"passerelle/bot"
)

// Settings implements bot.SettingsStore.
func (s *Store) Settings(ctx context.Context, guild string) (bot.Settings, error) {
	out := bot.Settings{Guild: guild}
	var channels string
	var seconds int64
	row := s.read.QueryRowContext(ctx,
		`SELECT channels, language, quotes, threads, per_person, per_guild, retention FROM guilds WHERE guild = ?`, guild)
	err := row.Scan(&channels, &out.Language, &out.Quotes, &out.Threads, &out.PerPerson, &out.PerGuild, &seconds)
	if errors.Is(err, sql.ErrNoRows) {
		return out, nil
	}
	if err != nil {
		return bot.Settings{}, fmt.Errorf("store: settings of guild %s: %w", guild, err)
	}
	if err := json.Unmarshal([]byte(channels), &out.Channels); err != nil {
		return bot.Settings{}, fmt.Errorf("store: channels of guild %s: %w", guild, err)
	}
	out.Retention = time.Duration(seconds) * time.Second
	return out, nil
}

// SaveSettings implements bot.SettingsStore.
func (s *Store) SaveSettings(ctx context.Context, set bot.Settings) error {
	if set.Guild == "" {
		return errors.New("store: settings without a guild")
	}
	channels, err := json.Marshal(append([]string{}, set.Channels...))
	if err != nil {
		return err
	}
	_, err = s.write.ExecContext(ctx,
		`INSERT OR REPLACE INTO guilds (guild, channels, language, quotes, threads, per_person, per_guild, retention)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		set.Guild, string(channels), set.Language, set.Quotes, set.Threads, set.PerPerson, set.PerGuild, int64(set.Retention/time.Second))
	if err != nil {
		return fmt.Errorf("store: save settings of guild %s: %w", set.Guild, err)
	}
	return nil
}
