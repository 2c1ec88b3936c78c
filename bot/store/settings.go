package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"passerelle/bot"
)

// Settings implements bot.SettingsStore. What was read once is remembered: somebody waits for the acknowledgement of each
// use until its guild's settings are known, and nobody else writes the file.
func (s *Store) Settings(ctx context.Context, guild string) (bot.Settings, error) {
	known, ok, saves := s.chosen.of(guild)
	if ok {
		return known, nil
	}
	read, err := s.readSettings(ctx, guild)
	if err == nil {
		s.chosen.put(read, saves)
	}
	return read, err
}

func (s *Store) readSettings(ctx context.Context, guild string) (bot.Settings, error) {
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
	s.chosen.drop(set.Guild) // after an error, too: they may have been saved all the same
	if err != nil {
		return fmt.Errorf("store: save settings of guild %s: %w", set.Guild, err)
	}
	return nil
}

// maxChosen is of how many guilds settings are remembered, some hundred bytes each.
const maxChosen = 20_000

// chosen remembers the settings of guilds.
type chosen struct {
	mu    sync.Mutex
	known map[string]bot.Settings
	saves int // since the beginning
}

// of returns the settings of a guild, and after how many saves that was asked, for put.
func (c *chosen) of(guild string) (set bot.Settings, ok bool, saves int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	set, ok = c.known[guild]
	set.Channels = slices.Clone(set.Channels) // the reader's own
	return set, ok, c.saves
}

// put remembers settings that were read, unless some have been saved since the reading began.
func (c *chosen) put(set bot.Settings, saves int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if saves != c.saves {
		return
	}
	if len(c.known) >= maxChosen {
		clear(c.known)
	}
	set.Channels = slices.Clone(set.Channels)
	c.known[set.Guild] = set
}

func (c *chosen) drop(guild string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.saves++
	delete(c.known, guild)
}
