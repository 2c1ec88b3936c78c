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
// with the next Expire. That the person was forgotten is remembered in memory alone.
func (s *Store) Forget(ctx context.Context, who string, at time.Time) (deleted, left bot.Kept, err error) {
	err = s.gone.add(ctx, who, at, func() error {
		return s.inTransaction(ctx, "forget a person", func(tx *sql.Tx) error {
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

// maxEmptyings is how often the log is tried to be emptied at once.
const maxEmptyings = 3
