package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"passerelle/bot"
)

// KeepAnswer keeps what the buttons of an answer need, under the id of its question.
func (s *Store) KeepAnswer(ctx context.Context, n bot.Note) error { return s.keep(ctx, "answers", n) }

// Answer returns what KeepAnswer kept; false where there is nothing, or nothing any more.
func (s *Store) Answer(ctx context.Context, key string) (bot.Note, bool, error) {
	return s.note(ctx, "answers", key)
}

// KeepConversation keeps a conversation under the id of a message or thread.
func (s *Store) KeepConversation(ctx context.Context, n bot.Note) error {
	return s.keep(ctx, "conversations", n)
}

// Conversation returns what KeepConversation kept; false where there is nothing, or nothing any more.
func (s *Store) Conversation(ctx context.Context, key string) (bot.Note, bool, error) {
	return s.note(ctx, "conversations", key)
}

func (s *Store) keep(ctx context.Context, table string, n bot.Note) error {
	if n.Key == "" || !json.Valid(n.Body) {
		return fmt.Errorf("store: keep in %s: no key, or a body that is no JSON", table)
	}
	err := s.unlessForgotten(ctx, n.Who, n.At, func() error {
		_, err := s.bulk.ExecContext(ctx, `INSERT OR REPLACE INTO `+table+` (key, guild, who, at, body) VALUES (?, ?, ?, ?, ?)`,
			n.Key, n.Guild, n.Who, milliseconds(n.At), string(n.Body))
		return err
	})
	if err != nil {
		return fmt.Errorf("store: keep %s in %s: %w", n.Key, table, err)
	}
	return nil
}

func (s *Store) note(ctx context.Context, table, key string) (bot.Note, bool, error) {
	n := bot.Note{Key: key}
	var at int64
	var body string
	err := s.read.QueryRowContext(ctx, `SELECT guild, who, at, body FROM `+table+` WHERE key = ?`, key).Scan(&n.Guild, &n.Who, &at, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return bot.Note{}, false, nil
	}
	if err != nil {
		return bot.Note{}, false, fmt.Errorf("store: %s of %s: %w", key, table, err)
	}
	n.At, n.Body = moment(at), json.RawMessage(body)
	return n, true, nil
}
