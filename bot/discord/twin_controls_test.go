//go:build twin

package discord_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"passerelle/bot"
	"passerelle/bot/limits"
	"passerelle/bot/store"
)

// TestTwinControls: what stands below an answer, threads, settings and limits, with a real store.
func TestTwinControls(t *testing.T) {
	w := startTwin(t)
	kept, shared := share(t, newLimits(t, limits.Config{Running: 2, Waiting: 2}))
	s := &service{moderate: true, checks: true, archive: kept, ask: further}
	w.begin(shared, s)
	t.Run("buttons", func(t *testing.T) { w.with(t).buttons(kept) })
	t.Run("delete", func(t *testing.T) { w.with(t).deletes() })
	t.Run("settings", func(t *testing.T) { w.with(t).settings(s) })
	t.Run("gateway", func(t *testing.T) { w.with(t).lost() })
	t.Run("threads", func(t *testing.T) { w.with(t).threads(kept) })
}

// further quotes one sentence, then the other, then none.
func further(_ context.Context, in bot.Invocation) (bot.Reply, error) {
	quotes := [][]string{{"Elle était conduite par le gouverneur Sergueï Levtchenko."}, {"Une feuille de route 2019–2020 a été signée."}, nil}
	return bot.Reply{Language: "fr", Answer: cite("fr", lyon(), quotes[min(len(in.Beyond), 2)]...)}, nil
}

func (w *twin) asks() twinMessage {
	w.t.Helper()
	seen := twinCall[twinSeen](w, "POST", "/slash", object{"name": "ask", "options": object{"question": "Qui ?"}, "locale": "fr", "wait_ms": 10000, "until": "message"})
	if seen.Message == nil {
		w.t.Fatalf("no answer: %+v", seen)
	}
	return *seen.Message
}

// says uses a control and wants a text in what comes of it.
func (w *twin) says(verb, want string, body object) {
	w.t.Helper()
	body["locale"], body["wait_ms"], body["until"] = "fr", 10000, "message"
	seen := twinCall[twinSeen](w, "POST", verb, body)
	if seen.AckMS > 3000 || seen.Message == nil || !strings.Contains(seen.Message.text(), want) {
		w.t.Errorf("%s %v: %+v %+v, want %q", verb, body, seen, seen.Message, want)
	}
}

func (w *twin) buttons(kept *store.Store) {
	m := w.asks()
	w.says("/button", "Merci", object{"message": m.ID, "custom_id": w.custom(m, "up")})
	form := twinCall[twinSeen](w, "POST", "/button", object{"message": m.ID, "custom_id": w.custom(m, "down"), "user": "bob", "wait_ms": 10000})
	if form.AckType != 9 {
		w.t.Errorf("👎 is answered with %+v, want a form", form)
	}
	why := strings.Replace(w.custom(m, "down"), ":down:", ":why:", 1)
	w.says("/modal", "Merci", object{"message": m.ID, "user": "bob", "custom_id": why, "fields": object{"why": "mauvaise région"}})
	var votes []bot.Vote
	if err := kept.Judged(w.t.Context(), "", func(j bot.Judged) error { votes = append(votes, j.Votes...); return nil }); err != nil {
		w.t.Fatal(err)
	}
	if len(votes) != 2 || !votes[0].Good || votes[1].Good || votes[1].Reason != "mauvaise région" {
		w.t.Errorf("votes %+v", votes)
	}
	w.says("/select", "Une feuille de route", object{"message": m.ID, "custom_id": w.custom(m, "src"), "values": []string{"1"}})
	w.says("/button", "feuille de route 2019–2020", object{"message": m.ID, "custom_id": w.custom(m, "more")})
	w.says("/button", "n’en disent pas davantage", object{"message": m.ID, "custom_id": w.custom(m, "more")})
}

// custom is the custom id of the control that does something below a message.
func (w *twin) custom(m twinMessage, do string) string {
	w.t.Helper()
	var find func(parts []twinPart) string
	find = func(parts []twinPart) string {
		for _, p := range parts {
			if strings.Contains(p.CustomID, ":"+do+":") {
				return p.CustomID
			}
			if id := find(p.Components); id != "" {
				return id
			}
		}
		return ""
	}
	id := find(m.Components)
	if id == "" {
		w.t.Fatalf("no control %s in %+v", do, m)
	}
	return id
}

func (w *twin) deletes() {
	m := w.asks()
	w.says("/button", "Seule la personne", object{"message": m.ID, "custom_id": w.custom(m, "del"), "user": "bob", "permissions": "0"})
	gone := twinCall[twinSeen](w, "POST", "/button", object{"message": m.ID, "custom_id": w.custom(m, "del"), "permissions": "0", "wait_ms": 10000})
	if gone.AckType != 6 {
		w.t.Errorf("acknowledged with %+v, want a deferred update", gone)
	}
	if done := twinCall[[]struct{ Status int }](w, "GET", "/requests?method=DELETE&path=@original$&done=1&count=1&wait_ms=10000", nil); len(done) != 1 || done[0].Status != 204 {
		w.t.Errorf("deletions %+v", done)
	}
}

func (w *twin) settings(s *service) {
	seen := twinCall[twinSeen](w, "POST", "/slash", object{"name": "settings", "options": object{"per_person": 7, "model": false, "language": "ru"}, "permissions": "32", "wait_ms": 10000, "until": "message"})
	calls := s.asked()
	if in := calls[len(calls)-1].in; seen.AckType != 5 || !in.Manages || in.Options["per_person"] != "7" || in.Options["model"] != "false" || in.Options["language"] != "ru" {
		w.t.Errorf("%+v; invocation %+v", seen, in)
	}
}

// lost: the gateway asks to reconnect, says that the session is not valid, or gives no HELLO; what is asked meanwhile over a
// session that is resumed comes, and of a new one there is one.
func (w *twin) lost() {
	type state struct{ Resumed, Identifies, Connections int }
	status := func() state { return twinCall[state](w, "GET", "/gateway", nil) }
	until := func(what string, ok func(state) bool) {
		w.t.Helper()
		for deadline := time.Now().Add(20 * time.Second); ; {
			now := status()
			if ok(now) {
				return
			}
			if time.Now().After(deadline) {
				w.t.Fatalf("after %s: %+v", what, now)
			}
			<-time.After(50 * time.Millisecond) // the twin tells when it is asked
		}
	}
	answered := 0
	for _, action := range []object{{"action": "reconnect"}, {"action": "invalid_session", "resumable": true}, {"action": "close", "code": 4000}} {
		before := status()
		twinCall[any](w, "POST", "/gateway", action)
		until(fmt.Sprint(action), func(now state) bool { return now.Resumed == before.Resumed+1 && now.Identifies == before.Identifies })
		twinCall[object](w, "POST", "/msg", object{"content": "<@" + w.App + "> Qui ?"})
		answered++
		w.replies(w.Channel, answered)
	}
	before := status()
	twinCall[any](w, "POST", "/gateway", object{"action": "invalid_session", "resumable": false})
	until("a session that ended", func(now state) bool { return now.Identifies == before.Identifies+1 })
	twinCall[object](w, "POST", "/msg", object{"content": "<@" + w.App + "> Qui ?"})
	w.replies(w.Channel, answered+1)
}

func (w *twin) threads(kept *store.Store) {
	if err := kept.SaveSettings(w.t.Context(), bot.Settings{Guild: w.Guild, Threads: true}); err != nil {
		w.t.Fatal(err)
	}
	asked := twinCall[struct{ ID string }](w, "POST", "/msg", object{"content": "<@" + w.App + "> Qui dirigeait la délégation ?"})
	opened := twinCall[[]struct {
		Status   int
		Response struct{ ID, Name string }
	}](w, "GET", "/requests?method=POST&path=/threads$&done=1&count=1&wait_ms=10000", nil)
	if len(opened) != 1 || opened[0].Status/100 != 2 || opened[0].Response.Name != "Qui dirigeait la délégation ?" {
		w.t.Fatalf("threads %+v under message %s", opened, asked.ID)
	}
	thread := opened[0].Response.ID
	w.replies(thread, 1)
	twinCall[object](w, "POST", "/msg", object{"channel": thread, "content": "<@" + w.App + "> Et où ?"})
	w.replies(thread, 2)
}
