// Package store keeps what a community's bot must remember: the settings of guilds, what was asked and what became of it,
// votes, and what the buttons of old answers and the conversations under them need. It is one SQLite file, written by one
// process.
//
// What a method confirmed by returning nil outlives a killed process: the file is in WAL mode. What people decided,
// settings, votes and to be forgotten, outlives a power cut, too: it is on disk before it is confirmed. Questions, answers
// and conversations are many, and the last of them may be lost in a power cut; the file is whole all the same.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"passerelle/bot"
)

// migrations are applied in the order of their numbers; one that was released is never changed after.
//
//go:embed migrations/*.sql
var migrations embed.FS

// busyTimeout is how long a statement waits for another process, such as a backup, that holds the file.
const busyTimeout = 5 * time.Second

// Store is an open file. It is safe for concurrent use. Close it.
type Store struct {
	path  string
	write *sql.DB // one connection: SQLite has one writer at a time
	bulk  *sql.DB // one that does not wait for the disk
	read  *sql.DB
	gone  *forgotten

	chosen *chosen
}

// Open opens the file, makes it where there is none, and brings its tables up to date. It fails when the file is no
// database, damaged, not to be written, or of a newer program.
func Open(ctx context.Context, path string) (_ *Store, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	if err := private(path); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	s := &Store{path: path, gone: newForgotten(), chosen: &chosen{known: map[string]bot.Settings{}}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.write, err = connect(path, 1, "FULL"); err != nil {
		return nil, fmt.Errorf("store %s: %w", path, err)
	}
	if err := migrate(ctx, s.write); err != nil {
		return nil, fmt.Errorf("store %s: %w", path, err)
	}
	if s.bulk, err = connect(path, 1, "NORMAL"); err != nil {
		return nil, fmt.Errorf("store %s: %w", path, err)
	}
	if s.read, err = connect(path, maxReaders, "NORMAL"); err != nil {
		return nil, fmt.Errorf("store %s: %w", path, err)
	}
	return s, nil
}

const maxReaders = 4

// private makes the file where there is none, to be read by its owner alone: it holds what people asked.
func private(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}

func connect(path string, connections int, synchronous string) (*sql.DB, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	options := url.Values{"_pragma": {
		"journal_mode(WAL)", "synchronous(" + synchronous + ")", "foreign_keys(ON)", "secure_delete(ON)",
		fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()),
	}, "_txlock": {"immediate"}}
	address := url.URL{Scheme: "file", Path: absolute, RawQuery: options.Encode()}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

func migrate(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files,
		goose.WithDisableGlobalRegistry(true), goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		return err
	}
	have, known, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("this is no database of Passerelle, or it is damaged: %w", err)
	}
	if have > known {
		return fmt.Errorf("its tables are of version %d and this program knows %d: run the program that wrote it, or a newer one", have, known)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bring the tables up to date: %w", err)
	}
	return nil
}

// Path names the file.
func (s *Store) Path() string { return s.path }

// Close releases the file.
func (s *Store) Close() error {
	var err error
	for _, db := range []*sql.DB{s.read, s.bulk, s.write} {
		if db != nil {
			err = errors.Join(err, db.Close())
		}
	}
	return err
}

// inTransaction runs work in one transaction, which is undone when work fails.
func (s *Store) inTransaction(ctx context.Context, what string, work func(tx *sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("store: %s: %w", what, err)
	}
	if err := work(tx); err != nil {
		return errors.Join(fmt.Errorf("store: %s: %w", what, err), tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("store: %s: %w", what, err)
	}
	return nil
}

func milliseconds(t time.Time) int64 { return t.UnixMilli() }

func moment(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
