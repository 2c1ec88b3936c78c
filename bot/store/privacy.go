package store

import (
	"context"
	"database/sql"
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
// (secure_delete), and the write-ahead log, which may still hold them, is emptied.
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
	return deleted, left, s.emptyLog(ctx)
}

func (s *Store) emptyLog(ctx context.Context) error {
	if _, err := s.write.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		return fmt.Errorf("store: empty the write-ahead log: %w", err)
	}
	return nil
}

// Expire deletes what is older than its guild keeps it, or than usual where the guild set nothing, and tells how many
// rows that were. Settings are kept.
func (s *Store) Expire(ctx context.Context, now time.Time, usual time.Duration) (deleted int64, err error) {
	err = s.in(ctx, "delete what is old", func(tx *sql.Tx) error {
		for _, table := range []string{"questions", "answers", "conversations"} {
			done, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE at < ?1 - 1000 * coalesce(
				(SELECT nullif(retention, 0) FROM guilds WHERE guilds.guild = `+table+`.guild), ?2)`,
				milliseconds(now), int64(usual/time.Second))
			if err != nil {
				return err
			}
			n, err := done.RowsAffected()
			if err != nil {
				return err
			}
			deleted += n
		}
		return nil
	})
	if err != nil || deleted == 0 {
		return deleted, err
	}
	return deleted, s.emptyLog(ctx)
}
