-- +goose Up
CREATE TABLE guilds (
	guild      TEXT PRIMARY KEY,
	channels   TEXT NOT NULL,               -- JSON array of ids
	language   TEXT NOT NULL,
	quotes     INTEGER NOT NULL,            -- 0 or 1
	threads    INTEGER NOT NULL,            -- 0 or 1
	per_person INTEGER NOT NULL,            -- questions an hour; 0 for the program's own
	per_guild  INTEGER NOT NULL,
	retention  INTEGER NOT NULL             -- seconds; 0 for the program's own
) STRICT;

-- Times are milliseconds since 1970.
CREATE TABLE questions (
	id       TEXT PRIMARY KEY,
	guild    TEXT NOT NULL,
	channel  TEXT NOT NULL,
	who      TEXT NOT NULL,
	at       INTEGER NOT NULL,
	text     TEXT NOT NULL,
	language TEXT NOT NULL,
	status   TEXT NOT NULL,
	mode     TEXT NOT NULL,
	notice   TEXT NOT NULL,
	took     INTEGER NOT NULL               -- milliseconds
) STRICT;
CREATE INDEX questions_by_guild ON questions (guild, at);
CREATE INDEX questions_by_who   ON questions (who);
CREATE INDEX questions_by_time  ON questions (at);

CREATE TABLE votes (
	question TEXT NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
	who      TEXT NOT NULL,
	good     INTEGER NOT NULL,              -- 0 or 1
	reason   TEXT NOT NULL,
	at       INTEGER NOT NULL,
	PRIMARY KEY (question, who)
) STRICT;
CREATE INDEX votes_by_who ON votes (who);

-- What a surface needs to serve the buttons of an old answer, and to go on with a conversation: JSON of its own.
CREATE TABLE answers (
	key   TEXT PRIMARY KEY,
	guild TEXT NOT NULL,
	who   TEXT NOT NULL,
	at    INTEGER NOT NULL,
	body  TEXT NOT NULL
) STRICT;
CREATE INDEX answers_by_who  ON answers (who);
CREATE INDEX answers_by_time ON answers (at);
CREATE INDEX answers_by_guild ON answers (guild, at);

CREATE TABLE conversations (
	key   TEXT PRIMARY KEY,
	guild TEXT NOT NULL,
	who   TEXT NOT NULL,
	at    INTEGER NOT NULL,
	body  TEXT NOT NULL
) STRICT;
CREATE INDEX conversations_by_who  ON conversations (who);
CREATE INDEX conversations_by_time ON conversations (at);
CREATE INDEX conversations_by_guild ON conversations (guild, at);

-- +goose Down
DROP TABLE conversations;
DROP TABLE answers;
DROP TABLE votes;
DROP TABLE questions;
DROP TABLE guilds;
