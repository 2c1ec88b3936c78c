package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"passerelle/bot"
)

// Kept implements bot.Privacy.
func (s *Store) Kept(ctx context.Context, who string) (bot.Kept, error) {
	k, err := kept(ctx, s.read, who)
	if err != nil {
		return bot.Kept{}, fmt.Errorf("store: what is kept of a person: %w", err)
	}
	return k, nil
}

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func kept(ctx context.Context, db querier, who string) (bot.Kept, error) {
	var k bot.Kept
	var first sql.NullInt64
	err := db.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM questions     WHERE who = ?1),
		(SELECT count(*) FROM votes         WHERE who = ?1),
		(SELECT count(*) FROM answers       WHERE who = ?1),
		(SELECT count(*) FROM conversations WHERE who = ?1),
		(SELECT min(at) FROM (
			SELECT at FROM questions     WHERE who = ?1 UNION ALL
			SELECT at FROM votes         WHERE who = ?1 UNION ALL
			SELECT at FROM answers       WHERE who = ?1 UNION ALL
			SELECT at FROM conversations WHERE who = ?1))`, who).
		Scan(&k.Questions, &k.Votes, &k.Answers, &k.Conversations, &first)
	if first.Valid {
		k.First = moment(first.Int64)
	}
	return k, err
}

// Forget implements bot.Privacy: with a person's questions go all votes on them. Bytes of deleted rows are overwritten
// (secure_delete), and the write-ahead log, which may still hold them, is emptied; where somebody is reading all the while,
// with the next Expire.
func (s *Store) Forget(ctx context.Context, who string) (deleted, left bot.Kept, err error) {
	err = s.in(ctx, "forget a person", func(tx *sql.Tx) error {
		var err error
		if deleted, err = kept(ctx, tx, who); err != nil {
			return err
		}
		for _, table := range []string{"votes", "questions", "answers", "conversations"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE who = ?`, who); err != nil {
				return err
			}
		}
		left, err = kept(ctx, tx, who)
		return err
	})
	if err != nil {
		return bot.Kept{}, bot.Kept{}, err
	}
	if err := s.emptyLog(ctx); err != nil && !errors.Is(err, ErrStillRead) {
		return bot.Kept{}, bot.Kept{}, err
	}
	return deleted, left, nil
}

// emptyLog overwrites the write-ahead log. Somebody who is reading keeps it from that; it is tried a few times, and the
// next Expire tries again.
func (s *Store) emptyLog(ctx context.Context) error {
	for range maxEmptyings {
		var busy, pages, moved int
		if err := s.write.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved); err != nil {
			return fmt.Errorf("store: empty the write-ahead log: %w", err)
		}
		if busy == 0 {
			return nil
		}
	}
	return fmt.Errorf("store: empty the write-ahead log: %w", ErrStillRead)
}

// ErrStillRead: what was deleted is gone from all tables, and its bytes will be overwritten when nobody reads any more.
var ErrStillRead = errors.New("somebody is still reading")

const (
	maxEmptyings = 3
	expireBatch  = 500 // rows deleted at a time: whoever votes meanwhile waits for no more than these
)

// Expire deletes what is older than its guild keeps it, or than usual where the guild set nothing, and tells how many
// rows that were. Settings are kept.
func (s *Store) Expire(ctx context.Context, now time.Time, usual time.Duration) (deleted int64, err error) {
	own, err := s.retentions(ctx)
	if err != nil {
		return 0, err
	}
	for _, table := range [...]string{"questions", "answers", "conversations"} {
		n, err := s.expire(ctx, `DELETE FROM `+table+` WHERE rowid IN (SELECT rowid FROM `+table+` WHERE at < ?
			AND guild NOT IN (SELECT guild FROM guilds WHERE retention > 0) LIMIT ?)`, milliseconds(now.Add(-usual)), expireBatch)
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
	}
	if err := s.emptyLog(ctx); err != nil && !errors.Is(err, ErrStillRead) {
		return deleted, err
	}
	return deleted, nil
}

// expire runs a statement that deletes at most expireBatch rows until it deletes fewer.
func (s *Store) expire(ctx context.Context, statement string, args ...any) (deleted int64, err error) {
	for {
		done, err := s.bulk.ExecContext(ctx, statement, args...)
		if err != nil {
			return deleted, fmt.Errorf("store: delete what is old: %w", err)
		}
		n, err := done.RowsAffected()
		if err != nil {
			return deleted, fmt.Errorf("store: delete what is old: %w", err)
		}
		if deleted += n; n < expireBatch {
			return deleted, nil
		}
	}
}

// retentions are how long guilds keep what they chose to keep for a time of their own.
func (s *Store) retentions(ctx context.Context) (map[string]time.Duration, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT guild, retention FROM guilds WHERE retention > 0`)
	if err != nil {
		return nil, fmt.Errorf("store: retentions: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := map[string]time.Duration{}
	for rows.Next() {
		var guild string
		var seconds int64
		if err := rows.Scan(&guild, &seconds); err != nil {
			return nil, fmt.Errorf("store: retentions: %w", err)
		}
		out[guild] = time.Duration(seconds) * time.Second
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: retentions: %w", err)
	}
	return out, nil
}
