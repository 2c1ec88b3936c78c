package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Note is what a surface keeps of an answer or of a conversation, in a form of its own.
type Note struct {
	Key   string // by which it is found again
	Guild string
	Who   string // the person whom it is about; deleted with what else is kept of that person
	At    time.Time
	Body  json.RawMessage
}

// KeepAnswer keeps what the buttons of an answer need, under the id of its question.
func (s *Store) KeepAnswer(ctx context.Context, n Note) error { return s.keep(ctx, "answers", n) }

// Answer returns what KeepAnswer kept; false where there is nothing, or nothing any more.
func (s *Store) Answer(ctx context.Context, key string) (Note, bool, error) {
	return s.note(ctx, "answers", key)
}

// KeepConversation keeps a conversation under the id of a message or thread.
func (s *Store) KeepConversation(ctx context.Context, n Note) error {
	return s.keep(ctx, "conversations", n)
}

// Conversation returns what KeepConversation kept; false where there is nothing, or nothing any more.
func (s *Store) Conversation(ctx context.Context, key string) (Note, bool, error) {
	return s.note(ctx, "conversations", key)
}

func (s *Store) keep(ctx context.Context, table string, n Note) error {
	if n.Key == "" || !json.Valid(n.Body) {
		return fmt.Errorf("store: keep in %s: no key, or a body that is no JSON", table)
	}
	_, err := s.write.ExecContext(ctx, `INSERT OR REPLACE INTO `+table+` (key, guild, who, at, body) VALUES (?, ?, ?, ?, ?)`,
		n.Key, n.Guild, n.Who, milliseconds(n.At), string(n.Body))
	if err != nil {
		return fmt.Errorf("store: keep %s in %s: %w", n.Key, table, err)
	}
	return nil
}

func (s *Store) note(ctx context.Context, table, key string) (Note, bool, error) {
	n := Note{Key: key}
	var at int64
	var body string
	err := s.read.QueryRowContext(ctx, `SELECT guild, who, at, body FROM `+table+` WHERE key = ?`, key).Scan(&n.Guild, &n.Who, &at, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return Note{}, false, nil
	}
	if err != nil {
		return Note{}, false, fmt.Errorf("store: %s of %s: %w", key, table, err)
	}
	n.At, n.Body = moment(at), json.RawMessage(body)
	return n, true, nil
}
