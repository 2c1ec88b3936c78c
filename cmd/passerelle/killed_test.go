//go:build soak

package main

import (
	"database/sql"
	"flag"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite" // to look into the file past package store

	"passerelle/bot/discord/discordtest"
)

var kills = flag.Int("kills", 50, "how often the bot is killed")

const (
	livesFor  = 150 * time.Millisecond // at most, after people began to do things; see survivor.lives
	startsFor = 400 * time.Millisecond // at most, where it is killed while it starts
	maxAgain  = 3                      // times that a person does as the bot says and tries again
)

// survivor is a bot that is killed and started again over one store, and what people saw of it.
type survivor struct {
	*discordtest.Server
	store   string
	cmd     *exec.Cmd
	log     *written
	answers []discordtest.Message      // with their buttons
	votes   map[string]map[string]bool // by question, what may be kept: good, bad or none
	limit   int                        // the last setting that was confirmed
	tried   int                        // the last that somebody asked for
	thanked int                        // votes confirmed
	// lives is how long the bot lives at most after people began to do things. It follows the machine, so that some kills
	// come before the answer, some after it, and many among what leads to it, whatever else the machine is doing.
	lives time.Duration
}

const (
	good = "1"
	bad  = "0"
	none = ""
)

// What was confirmed to a person is neither lost nor doubled by a program that is killed, whenever that is, and buttons of
// answers from before work in the next run.
func TestKilled(t *testing.T) {
	s := &survivor{Server: discordtest.New(t), store: filepath.Join(t.TempDir(), "community.db"), log: &written{}, votes: map[string]map[string]bool{}, lives: livesFor}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("log of the bot:\n%.20000s", s.log)
		}
	})
	for n := range *kills {
		s.start(t)
		if n%10 == 9 {
			pass(startsFor)
			s.kill(t)
			continue
		}
		s.serve(t)
		s.check(t, n)
		s.live(t, n+1)
	}
	s.start(t)
	s.serve(t)
	s.check(t, *kills)
	s.press(t)
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("the last run ends with %v", err)
	}
	for _, secret := range []string{s.Token, question} {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("the logs show %q", secret)
		}
	}
	t.Logf("%d kills: %d answers, %d votes and the setting %d of %d tried were confirmed", *kills, len(s.answers), s.thanked, s.limit, s.tried)
	if least := *kills / 10; len(s.answers) < least || s.thanked < least || s.limit == 0 {
		t.Errorf("so little was confirmed that this proves nothing")
	}
	if most := *kills - *kills/10; len(s.answers) == most {
		t.Errorf("all %d answers came before the kill: it never hit one that was being made", most)
	}
}

func (s *survivor) start(t *testing.T) {
	t.Helper()
	s.cmd = command(t, []string{
		"DISCORD_TOKEN=" + s.Token, "PASSERELLE_DISCORD_API=" + s.URL, "PASSERELLE_STORE_PATH=" + s.store,
		"PASSERELLE_LIMITS_PERSON=none", "PASSERELLE_LIMITS_CHANNEL=none", "PASSERELLE_LIMITS_GUILD=none",
	}, "bot")
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	process := s.cmd.Process
	t.Cleanup(func() { _ = process.Kill() }) // it has ended unless the test failed
}

func (s *survivor) serve(t *testing.T) {
	t.Helper()
	s.WaitReady()
	s.WaitCommands("")
}

func (s *survivor) kill(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = s.cmd.Wait() // it tells of the kill
	s.WaitConnections(0)
	s.Excuse()
}

// pass lets a random time go by: that is what the test is about, and it waits for nothing.
func pass(most time.Duration) { <-time.After(rand.N(most)) }

// live has somebody ask, change the settings and vote on an earlier answer, and kills the bot somewhere among it.
func (s *survivor) live(t *testing.T, n int) {
	t.Helper()
	s.tried = n
	var vote *discordtest.Interaction
	var about, value string
	if len(s.answers) > 0 {
		m := s.answers[rand.N(len(s.answers))]
		about, value = m.Metadata.ID, good
		label := "👍"
		if rand.N(2) == 0 {
			label, value = "👎", bad
		}
		vote = s.Press(m, button(t, m, label), discordtest.Use{})
		if s.votes[about] == nil {
			s.votes[about] = map[string]bool{none: true}
		}
		s.votes[about][value] = true
	}
	set := s.Slash(discordtest.Use{Command: "settings", Manages: true, Options: map[string]string{"per_person": strconv.Itoa(n)}})
	ask := s.Slash(discordtest.Use{Command: "ask", Options: map[string]string{"question": question}})
	pass(s.lives)
	s.kill(t)
	s.lives += s.lives / 5
	if shown, _ := ask.Now(); len(shown) > 0 && labelled(shown[0], "👍") >= 0 {
		s.answers = append(s.answers, shown[0])
		s.lives -= s.lives / 3
	}
	if shown, _ := set.Now(); len(shown) > 0 && strings.Contains(shown[0].Text(), strconv.Itoa(n)) {
		s.limit = n
	}
	if vote == nil {
		return
	}
	// Confirmed by thanks, or by the form that asks why; an acknowledgement alone may say that it was not kept.
	if shown, _ := vote.Now(); vote.Asks() || len(shown) > 0 && strings.Contains(shown[0].Text(), words(t, "en", "discord.thanks")) {
		s.votes[about] = map[string]bool{value: true}
		s.thanked++
	}
}

// labelled is the index of the button with a label, -1 for none.
func labelled(m discordtest.Message, label string) int {
	return slices.IndexFunc(m.Buttons(), func(b discordtest.Component) bool { return strings.Contains(b.Label, label) })
}

func button(t *testing.T, m discordtest.Message, label string) string {
	t.Helper()
	at := labelled(m, label)
	if at < 0 {
		t.Fatalf("no button %s in %+v", label, m.Buttons())
	}
	return m.Buttons()[at].Label
}

// check compares the file with what people saw.
func (s *survivor) check(t *testing.T, n int) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+s.store+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	ask := func(query string, args ...any) (out string) {
		t.Helper()
		if err := db.QueryRowContext(t.Context(), query, args...).Scan(&out); err != nil {
			t.Fatalf("after %d kills: %s: %v", n, query, err)
		}
		return out
	}
	if sound := ask("PRAGMA integrity_check"); sound != "ok" {
		t.Errorf("after %d kills the file is damaged: %s", n, sound)
	}
	kept, err := strconv.Atoi(ask("SELECT coalesce(max(per_person), 0) FROM guilds"))
	if err != nil || kept < s.limit || kept > s.tried {
		t.Errorf("after %d kills the setting is %d (%v); %d was confirmed, %d tried", n, kept, err, s.limit, s.tried)
	}
	for _, m := range s.answers {
		id := m.Metadata.ID
		if times := ask("SELECT count(*) FROM questions WHERE id = ?", id); times != "1" {
			t.Errorf("after %d kills the question %s is kept %s times", n, id, times)
		}
		if times := ask("SELECT count(*) FROM answers WHERE key = ?", id); times != "1" {
			t.Errorf("after %d kills the answer to %s is kept %s times", n, id, times)
		}
		vote := ask("SELECT coalesce(group_concat(good), '') FROM votes WHERE question = ?", id)
		if may := s.votes[id]; may != nil && !may[vote] || may == nil && vote != none {
			t.Errorf("after %d kills the vote on %s is %q; it may be one of %v", n, id, vote, may)
		}
	}
}

// press uses the buttons of all answers, of whichever run they are.
func (s *survivor) press(t *testing.T) {
	t.Helper()
	for _, m := range s.answers {
		text := ""
		for range maxAgain { // a vote that the disk takes too long for is told as not kept
			text = s.Press(m, button(t, m, "👍"), discordtest.Use{}).Wait(1)[0].Text()
			if !strings.Contains(text, words(t, "en", "error.internal")) {
				break
			}
		}
		if !strings.Contains(text, words(t, "en", "discord.thanks")) {
			t.Errorf("a vote on an old answer: %q", text)
		}
		if text := s.Choose(m, 0, discordtest.Use{}).Wait(1)[0].Text(); !strings.Contains(text, "**«") {
			t.Errorf("a source of an old answer: %q", text)
		}
	}
}
