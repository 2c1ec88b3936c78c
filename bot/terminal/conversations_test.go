package terminal_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"passerelle/bot"
	"passerelle/bot/terminal"
)

// rewriting answers like service, and says that it searched another question behind the first turn.
type rewriting struct{ service }

func (s *rewriting) Ask(ctx context.Context, q bot.Question) (bot.Answer, error) {
	if strings.Contains(q.Text, "fail") {
		return bot.Answer{}, errors.New("the index is gone\x1b[31m")
	}
	a, err := s.service.Ask(ctx, q)
	if len(q.Earlier) > 0 {
		a.Rewritten = "as searched: " + q.Text
	}
	return a, err
}

func TestConversations(t *testing.T) {
	lines := "\xEF\xBB\xBFone\r\ntwo\n\n \nthree\n/help\nfail\nfour\nbad \xff\nnul \x00\n" + strings.Repeat("x", 70_000) + "\nlast"
	s, out := &rewriting{}, strings.Builder{}
	c := terminal.Conversations{Service: s, Encoder: terminal.NewEncoder(&out), Message: error.Error}
	if err := c.Run(t.Context(), strings.NewReader(lines)); err != nil {
		t.Fatal(err)
	}
	type reply struct {
		Status    string
		Rewritten string
		Question  int
		Error     string
	}
	want := []reply{
		{Status: "answered"}, {Status: "answered", Rewritten: "as searched: two"},
		{Status: "answered"}, {Status: "answered", Rewritten: "as searched: /help"},
		{Question: 7, Error: "the index is gone"}, {Status: "answered", Rewritten: "as searched: four"},
		{Question: 9, Error: "UTF-8"}, {Question: 10, Error: "NUL"}, {Question: 11, Error: "longer"},
		{Status: "answered", Rewritten: "as searched: last"},
	}
	got := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(got) != len(want) {
		t.Fatalf("%d objects, want %d:\n%s", len(got), len(want), out.String())
	}
	for i, line := range got {
		var r reply
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("line %d: %v", i+1, err)
		}
		if r.Status != want[i].Status || r.Rewritten != want[i].Rewritten || r.Question != want[i].Question || !strings.Contains(r.Error, want[i].Error) {
			t.Errorf("object %d is %s, want %+v", i+1, line, want[i])
		}
		if strings.ContainsRune(line, '\x1b') {
			t.Errorf("object %d holds a control character: %q", i+1, line)
		}
	}
	turns := map[string]int{}
	for _, q := range s.asked {
		turns[q.Text] = len(q.Earlier)
	}
	if turns["two"] != 1 || turns["three"] != 0 || turns["four"] != 2 || turns["last"] != 3 {
		t.Errorf("earlier turns of each message: %v", turns)
	}
}

func TestConversationsForgetAndEnd(t *testing.T) {
	s, out := &rewriting{}, strings.Builder{}
	c := terminal.Conversations{Service: s, Encoder: terminal.NewEncoder(&out), Message: error.Error}
	if err := c.Run(t.Context(), strings.NewReader(strings.Repeat("again\n", 15))); err != nil {
		t.Fatal(err)
	}
	if n := len(s.asked[14].Earlier); n != 10 {
		t.Errorf("the fifteenth message has %d earlier turns, want 10", n)
	}
	if n := len(s.asked[3].Earlier); n != 3 {
		t.Errorf("the fourth message has %d earlier turns by the end, want 3: later ones must not show in it", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Run(ctx, strings.NewReader("again\n")); !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupted run returned %v", err)
	}
}

func TestChatSaysWhatItUnderstood(t *testing.T) {
	var out strings.Builder
	texts := texts(t)
	chat := terminal.Chat{Service: &rewriting{}, Texts: texts, Printer: terminal.New(&out, texts, terminal.Options{}), Client: "fr"}
	if err := chat.Run(t.Context(), strings.NewReader("un\ndeux\n"), &out); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "Compris comme"); n != 1 || !strings.Contains(out.String(), "as searched: deux") {
		t.Errorf("the chat says %d times what it understood:\n%s", n, out.String())
	}
}
