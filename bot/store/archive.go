package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"passerelle/bot"
)

// ErrUnknownQuestion: no question of that id is kept; it may have been deleted on a person's request, or with time.
var ErrUnknownQuestion = errors.New("no question of that id is kept")

// Record implements bot.Archive.
func (s *Store) Record(ctx context.Context, a bot.Asked) error {
	if a.ID == "" {
		return errors.New("store: a question without an id")
	}
	err := s.unlessForgotten(ctx, a.Who, a.At, func() error {
		_, err := s.bulk.ExecContext(ctx,
			`INSERT INTO questions (id, guild, channel, who, at, text, language, status, mode, notice, took)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET status = excluded.status, mode = excluded.mode, notice = excluded.notice, took = excluded.took`,
			a.ID, a.Guild, a.Channel, a.Who, milliseconds(a.At), a.Text, a.Language, a.Status, a.Mode, a.Notice, a.Took.Milliseconds())
		return err
	})
	if err != nil {
		return fmt.Errorf("store: record question %s: %w", a.ID, err)
	}
	return nil
}

// Vote implements bot.Archive. A question that is not kept is an ErrUnknownQuestion.
func (s *Store) Vote(ctx context.Context, v bot.Vote) error {
	err := s.unlessForgotten(ctx, v.Who, v.At, func() error {
		done, err := s.write.ExecContext(ctx,
			`INSERT INTO votes (question, who, good, reason, at)
			SELECT id, ?, ?, ?, ? FROM questions WHERE id = ?
			ON CONFLICT (question, who) DO UPDATE SET good = excluded.good, at = excluded.at,
			reason = CASE WHEN excluded.reason = '' AND votes.good = excluded.good THEN votes.reason ELSE excluded.reason END`,
			v.Who, v.Good, v.Reason, milliseconds(v.At), v.Question)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errors.Join(ErrUnknownQuestion, err)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store: vote on question %s: %w", v.Question, err)
	}
	return nil
}

// askedColumns are what scanAsked reads, in its order, of questions as q.
const askedColumns = `q.id, q.guild, q.channel, q.who, q.at, q.text, q.language, q.status, q.mode, q.notice, q.took`

func scanAsked(row interface{ Scan(...any) error }, a *bot.Asked, more ...any) error {
	var at, took int64
	fields := []any{&a.ID, &a.Guild, &a.Channel, &a.Who, &at, &a.Text, &a.Language, &a.Status, &a.Mode, &a.Notice, &took}
	if err := row.Scan(append(fields, more...)...); err != nil {
		return err
	}
	a.At, a.Took = moment(at), time.Duration(took)*time.Millisecond
	return nil
}

// Stats implements bot.Archive.
func (s *Store) Stats(ctx context.Context, guild string, since time.Time) (bot.Stats, error) {
	out := bot.Stats{Since: since}
	fail := func(err error) (bot.Stats, error) { return bot.Stats{}, fmt.Errorf("store: statistics: %w", err) }
	where, args := ` WHERE q.at >= ? `, []any{milliseconds(since)}
	if guild != "" { // said apart, so that the guild's own index is used
		where, args = where+` AND q.guild = ? `, append(args, guild)
	}
	row := s.read.QueryRowContext(ctx,
		`SELECT count(*), count(DISTINCT q.who), total(q.status = 'answered'), total(q.status = 'related'),
		total(q.status = 'refused'), total(q.mode = 'generative') FROM questions q`+where, args...)
	var answered, related, refused, generative float64
	if err := row.Scan(&out.Questions, &out.People, &answered, &related, &refused, &generative); err != nil {
		return fail(err)
	}
	out.Answered, out.Related, out.Refused, out.Generative = int(answered), int(related), int(refused), int(generative)
	row = s.read.QueryRowContext(ctx,
		`SELECT count(*), total(v.good) FROM votes v JOIN questions q ON q.id = v.question`+where, args...)
	var votes int
	var good float64
	if err := row.Scan(&votes, &good); err != nil {
		return fail(err)
	}
	out.Good, out.Bad = int(good), votes-int(good)
	var err error
	if out.MedianTook, err = s.medianTook(ctx, where, args); err != nil {
		return fail(err)
	}
	rows, err := s.read.QueryContext(ctx, `SELECT `+askedColumns+` FROM questions q`+where+
		` AND q.status != 'answered' ORDER BY q.at DESC LIMIT ?`, append(slices.Clone(args), bot.MaxUnanswered)...)
	if err != nil {
		return fail(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var a bot.Asked
		if err := scanAsked(rows, &a); err != nil {
			return fail(err)
		}
		out.Unanswered = append(out.Unanswered, a)
	}
	if err := rows.Err(); err != nil {
		return fail(err)
	}
	return out, nil
}

func (s *Store) medianTook(ctx context.Context, where string, args []any) (time.Duration, error) {
	var ms int64
	err := s.read.QueryRowContext(ctx, `SELECT q.took FROM questions q`+where+
		` ORDER BY q.took LIMIT 1 OFFSET (SELECT (count(*) - 1) / 2 FROM questions q`+where+`)`, append(slices.Clone(args), args...)...).Scan(&ms)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return time.Duration(ms) * time.Millisecond, err
}

// Judged implements bot.Archive. Votes are in the order of time; Answer is what KeepAnswer kept under the question's id.
func (s *Store) Judged(ctx context.Context, guild string, yield func(bot.Judged) error) error {
	where, args := ``, []any(nil)
	if guild != "" {
		where, args = ` WHERE q.guild = ? `, []any{guild}
	}
	rows, err := s.read.QueryContext(ctx, `SELECT `+askedColumns+`, v.who, v.good, v.reason, v.at, coalesce(a.body, '')
		FROM votes v JOIN questions q ON q.id = v.question LEFT JOIN answers a ON a.key = q.id`+where+` ORDER BY q.at DESC, q.id, v.at`, args...)
	if err != nil {
		return fmt.Errorf("store: judged questions: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var current bot.Judged
	for rows.Next() {
		var next bot.Judged
		var v bot.Vote
		var at int64
		var body string
		if err := scanAsked(rows, &next.Asked, &v.Who, &v.Good, &v.Reason, &at, &body); err != nil {
			return fmt.Errorf("store: judged questions: %w", err)
		}
		v.Question, v.At = next.ID, moment(at)
		if body != "" {
			next.Answer = json.RawMessage(body)
		}
		if next.ID != current.ID {
			if current.ID != "" {
				if err := yield(current); err != nil {
					return err
				}
			}
			current = next
		}
		current.Votes = append(current.Votes, v)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("store: judged questions: %w", err)
	}
	if current.ID != "" {
		return yield(current)
	}
	return nil
}
