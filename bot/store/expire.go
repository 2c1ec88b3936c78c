package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// expireBatch is how many rows are deleted at a time: whoever votes meanwhile waits for no more than these.
const expireBatch = 500

// Bounds say what Expire leaves.
type Bounds struct {
	Age time.Duration // of what guilds keep that set no time of their own, and of what was said in private
	// PerGuild is how many questions a guild may keep, and how many answers, and conversations; the newest stay. 0 for any
	// number.
	PerGuild int
}

// PerGuild is for Bounds: some 200 MB of a guild that keeps that many.
const PerGuild = 50_000

// Expire deletes what is older than its guild keeps it, or than usual where the guild set nothing, and what a guild has
// too much of, and tells how many rows that were. Settings are kept.
func (s *Store) Expire(ctx context.Context, now time.Time, b Bounds) (deleted int64, err error) {
	own, err := s.retentions(ctx)
	if err != nil {
		return 0, err
	}
	for _, table := range [...]string{"questions", "answers", "conversations"} {
		n, err := s.expire(ctx, `DELETE FROM `+table+` WHERE rowid IN (SELECT rowid FROM `+table+` WHERE at < ?
			AND guild NOT IN (SELECT guild FROM guilds WHERE retention > 0) LIMIT ?)`, milliseconds(now.Add(-b.Age)), expireBatch)
		deleted += n
		if err != nil {
			return deleted, err
		}
		for guild, keep := range own {
			n, err := s.expire(ctx, `DELETE FROM `+table+` WHERE rowid IN (SELECT rowid FROM `+table+` WHERE at < ? AND guild = ? LIMIT ?)`,
				milliseconds(now.Add(-keep)), guild, expireBatch)
			deleted += n
			if err != nil {
				return deleted, err
			}
		}
		n, err = s.crop(ctx, table, b.PerGuild)
		deleted += n
		if err != nil {
			return deleted, err
		}
	}
	if err := s.emptyLog(ctx); err != nil && !errors.Is(err, ErrStillRead) {
		return deleted, err
	}
	return deleted, nil
}

// crop deletes the oldest rows of guilds that have more than so many in a table.
func (s *Store) crop(ctx context.Context, table string, most int) (deleted int64, err error) {
	if most <= 0 {
		return 0, nil
	}
	over, err := s.counts(ctx, `SELECT guild, count(*) FROM `+table+` WHERE guild != '' GROUP BY guild HAVING count(*) > ?`, most)
	if err != nil {
		return 0, err
	}
	for guild, count := range over {
		for left := count - int64(most); left > 0; left -= expireBatch {
			n, err := s.remove(ctx, `DELETE FROM `+table+` WHERE rowid IN (SELECT rowid FROM `+table+` WHERE guild = ? ORDER BY at LIMIT ?)`,
				guild, min(left, expireBatch))
			deleted += n
			if err != nil {
				return deleted, fmt.Errorf("store: delete what a guild has too much of: %w", err)
			}
		}
	}
	return deleted, nil
}

// expire runs a statement that deletes at most expireBatch rows until it deletes fewer.
func (s *Store) expire(ctx context.Context, statement string, args ...any) (deleted int64, err error) {
	for {
		n, err := s.remove(ctx, statement, args...)
		deleted += n
		if err != nil {
			return deleted, fmt.Errorf("store: delete what is old: %w", err)
		}
		if n < expireBatch {
			return deleted, nil
		}
	}
}

// remove runs one statement and tells how many rows it deleted.
func (s *Store) remove(ctx context.Context, statement string, args ...any) (int64, error) {
	done, err := s.bulk.ExecContext(ctx, statement, args...)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

// retentions are how long guilds keep what they chose to keep for a time of their own.
func (s *Store) retentions(ctx context.Context) (map[string]time.Duration, error) {
	seconds, err := s.counts(ctx, `SELECT guild, retention FROM guilds WHERE retention > 0`)
	out := map[string]time.Duration{}
	for guild, n := range seconds {
		out[guild] = time.Duration(n) * time.Second
	}
	return out, err
}

// counts are the numbers that a statement gives for guilds.
func (s *Store) counts(ctx context.Context, statement string, args ...any) (map[string]int64, error) {
	rows, err := s.read.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, fmt.Errorf("store: what guilds keep: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := map[string]int64{}
	for rows.Next() {
		var guild string
		var n int64
		if err := rows.Scan(&guild, &n); err != nil {
			return nil, fmt.Errorf("store: what guilds keep: %w", err)
		}
		out[guild] = n
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: what guilds keep: %w", err)
	}
	return out, nil
}
