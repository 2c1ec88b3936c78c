//go:build soak

package discord_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"passerelle/bot"
	"passerelle/bot/discord"
	"passerelle/bot/discord/discordtest"
	"passerelle/bot/limits"
)

// What the soak holds the bot to.
const (
	soakShards    = 4
	soakGuilds    = 2000
	soakRate      = 200 // interactions a second
	soakFaults    = 0.02
	maxCalmAck    = 500 * time.Millisecond // of 99 in 100
	maxSoakMemory = 300 << 20              // of the whole test process, the Discord in it too
)

var soakFor = flag.Duration("soak", 5*time.Minute, "how long the soak lasts")

// asked counts how often each use was asked of the service.
type tally struct {
	mu    sync.Mutex
	times []uint8
}

func (l *tally) add(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.times) <= n {
		l.times = append(l.times, 0)
	}
	l.times[n]++
}

func (l *tally) several() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, times := range l.times {
		if times > 1 {
			n++
		}
	}
	return n
}

// crowded answers each use with its mark.
type crowded struct {
	*service
	tally *tally
}

var mark = regexp.MustCompile(`#(\d+)#`)

func (s crowded) Run(_ context.Context, _ string, in bot.Invocation) (bot.Reply, error) {
	m := mark.FindStringSubmatch(in.Options["question"])
	if m == nil {
		return bot.Reply{}, fmt.Errorf("a question without a mark")
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return bot.Reply{}, err
	}
	s.tally.add(n)
	a := cite("fr", lyon(), "Elle était conduite par le gouverneur Sergueï Levtchenko.")
	a.Claims[0].Text += " " + m[0]
	return bot.Reply{Language: "fr", Answer: a}, nil
}

func TestSoak(t *testing.T) {
	crowd := discordtest.NewCrowd(t, discordtest.CrowdConfig{Shards: soakShards, Guilds: soakGuilds, Faults: soakFaults})
	bounds := newLimits(t, limits.Config{Running: 64, Waiting: 1024})
	_, shared := share(t, bounds)
	heard, asked := &logs{}, &tally{}
	b, err := discord.New(discord.Config{
		Token: crowd.Token, API: crowd.URL, Logger: slog.New(slog.NewTextHandler(heard, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Community: shared,
	}, crowded{&service{}, asked}, loadTexts(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	await(t, "all shards", crowd.Ready)

	starved := starvation(ctx)
	seen := soak(t, crowd)

	await(t, "the last answers", func() bool { c := crowd.Count(); return c.Answered == c.Sent })
	count := crowd.Count()
	runtime.GC()
	resting := runtime.NumGoroutine()
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
	late := <-starved
	t.Logf("the machine kept a timer waiting for p50 %s p99 %s most %s: what it withheld from everybody", late[len(late)/2], late[len(late)*99/100], late[len(late)-1])
	judge(t, count, seen, resting, asked, bounds)
	for _, secret := range []string{crowd.Token, discordtest.Question(0)[:10], "crowd-"} { // the last begins each interaction's token
		if strings.Contains(heard.String(), secret) {
			t.Errorf("the logs show %q", secret)
		}
	}
	if t.Failed() {
		text := heard.String()
		t.Logf("warnings (%d bytes):\n%.20000s", len(text), text)
	}
}

// vitals are what is looked at every second.
type vitals struct {
	goroutines, open int
	heap             uint64
}

// soak has people ask at the rate while shards are disturbed in turn, and returns the vitals of each second.
func soak(t *testing.T, crowd *discordtest.Crowd) (seen []vitals) {
	t.Helper()
	disturbances := []func(shard int){
		crowd.Drop, crowd.AskReconnect,
		func(shard int) { crowd.Invalidate(shard, true) },
		func(shard int) { crowd.Invalidate(shard, false) },
	}
	tick := time.NewTicker(time.Second / soakRate)
	defer tick.Stop()
	begin, asked := time.Now(), 0
	for second := 0; time.Since(begin) < *soakFor; {
		<-tick.C
		for due := int(time.Since(begin).Seconds() * soakRate); asked < due; asked++ { // a ticker drops what it is late for
			crowd.Ask()
		}
		if now := int(time.Since(begin).Seconds()); now > second {
			second = now
			var memory runtime.MemStats
			runtime.ReadMemStats(&memory)
			seen = append(seen, vitals{goroutines: runtime.NumGoroutine(), open: crowd.Peak(), heap: memory.HeapAlloc})
			if second%3 == 0 {
				disturbances[second/3%len(disturbances)](second / 3 % soakShards)
			}
		}
	}
	return seen
}

// starvation measures, until ctx is done, how much later than asked for a timer of 10 ms comes, and tells all of it sorted:
// on a machine that is busy with other work no program is faster than that.
func starvation(ctx context.Context) <-chan []time.Duration {
	out := make(chan []time.Duration, 1)
	go func() {
		const each = 10 * time.Millisecond
		late := []time.Duration{0}
		for ctx.Err() == nil {
			begun := time.Now()
			<-time.After(each)
			late = append(late, time.Since(begun)-each)
		}
		slices.Sort(late)
		out <- late
	}()
	return out
}

func judge(t *testing.T, c discordtest.Count, seen []vitals, resting int, asked *tally, bounds *limits.Limits) {
	t.Helper()
	if len(c.Calm) == 0 || len(seen) < 8 {
		t.Fatalf("nothing was measured: %+v", c)
	}
	at := func(all []time.Duration, share float64) time.Duration { return all[int(share*float64(len(all)-1))] }
	t.Logf("%d uses (%d times another shard's turn: one was told to stay away), %d requests, faults %v", c.Sent, c.Skipped, c.Requests, c.Faults)
	t.Logf("acknowledged: undisturbed p50 %s p99 %s most %s of %d; all p99 %s most %s", at(c.Calm, .5), at(c.Calm, .99), at(c.Calm, 1), len(c.Calm), at(c.All, .99), at(c.All, 1))
	if c.Acknowledged != c.Sent || c.Late > 0 {
		t.Errorf("%d of %d acknowledged, %d of them after 3 s", c.Acknowledged, c.Sent, c.Late)
	}
	if c.Answered != c.Sent || c.Several > 0 || asked.several() > 0 {
		t.Errorf("%d of %d answered, %d with several messages, %d asked several times", c.Answered, c.Sent, c.Several, asked.several())
	}
	if p99 := at(c.Calm, .99); p99 > maxCalmAck {
		t.Errorf("99 in 100 undisturbed uses are acknowledged within %s, want %s", p99, maxCalmAck)
	}
	early, late := most(seen[len(seen)/4:len(seen)/2]), most(seen[3*len(seen)/4:])
	rss := peakMemory(t)
	t.Logf("goroutines: at most %d early, %d late, %d at rest; heap: at most %d MB early, %d MB late; peak memory %d MB", early.goroutines, late.goroutines, resting, early.heap>>20, late.heap>>20, rss>>20)
	// A burst, when the disk is slow, needs goroutines for as many uses as are open, on both sides, and they end a moment
	// after it; what leaks needs more.
	for second, v := range seen {
		if open := most(seen[max(0, second-2) : second+1]).open; v.goroutines > 200+8*open {
			t.Errorf("%d goroutines for at most %d open uses around second %d", v.goroutines, open, second)
		}
	}
	if resting > 100+10*soakShards {
		t.Errorf("%d goroutines at rest", resting)
	}
	floorEarly, floorLate := least(seen[len(seen)/4:len(seen)/2]), least(seen[3*len(seen)/4:])
	if floorLate.heap > floorEarly.heap+floorEarly.heap/2+32<<20 {
		t.Errorf("the heap grows: at least %d MB, then at least %d MB", floorEarly.heap>>20, floorLate.heap>>20)
	}
	if rss > maxSoakMemory {
		t.Errorf("%d MB of memory, want at most %d", rss>>20, maxSoakMemory>>20)
	}
	if _, running, waiting := bounds.Size(); running+waiting > 0 {
		t.Errorf("%d questions are running and %d waiting when all are answered", running, waiting)
	}
}

func most(seen []vitals) (m vitals) {
	for _, v := range seen {
		m.goroutines, m.open, m.heap = max(m.goroutines, v.goroutines), max(m.open, v.open), max(m.heap, v.heap)
	}
	return m
}

func least(seen []vitals) vitals {
	m := seen[0]
	for _, v := range seen {
		m.heap = min(m.heap, v.heap)
	}
	return m
}

// peakMemory is the most that the process had in memory, in bytes.
func peakMemory(t *testing.T) int64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skipf("this system does not tell: %v", err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return kb << 10
		}
	}
	t.Fatal("no VmHWM in /proc/self/status")
	return 0
}

func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Errorf("no %s within 30 s", what)
			return
		case <-tick.C:
		}
	}
}
