package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"passerelle/retrieval/vectors"
)

const (
	fewTexts     = 2000 // as many missing vectors are waited for: half a minute on two processors
	saveEvery    = 15 * time.Second
	defaultBatch = 64 // texts for one call of Encoder.Passages
	// How long to wait for an encoder that failed: doubled each time, from the first to the longest.
	firstRetry   = time.Second
	longestRetry = time.Minute
	maxFailures  = 6 // in a row, before who waits for vectors is told that there are none: half a minute
)

// filler makes the vectors that segments lack, and saves them.
type filler struct {
	*meaning
	options  Options
	segments []*segment // that lack some
	progress func(done, total int)

	cancel context.CancelFunc
	done   chan struct{} // closed when nothing is to come any more
	end    sync.Once
}

func newFiller(m *meaning, segments []*segment, o Options) *filler {
	f := &filler{meaning: m, options: o, progress: o.progress(), done: make(chan struct{})}
	for _, s := range segments {
		if s.wanted.some() {
			f.segments = append(f.segments, s)
		}
	}
	return f
}

// missing is how many texts have no vector.
func (f *filler) missing() (n int) {
	for _, s := range f.segments {
		n += s.vectors.Rows() - s.vectors.Len()
	}
	return n
}

// start makes the vectors while the caller waits, when there are few or the caller wants to, and else in a goroutine that
// stop ends.
func (f *filler) start(ctx context.Context) error {
	missing := f.missing()
	if missing == 0 || f.options.Idle {
		f.finish()
		return nil
	}
	if f.options.Wait || missing <= fewTexts {
		err := f.untilDone(ctx)
		if err == nil || ctx.Err() != nil || f.options.Wait {
			f.finish()
			return err
		}
		f.log.Warn("no vectors for documents yet: words alone are searched, and vectors follow when the encoder is back", "error", err)
	}
	f.begin(ctx)
	return nil
}

// begin makes the vectors in a goroutine that stop ends.
func (f *filler) begin(ctx context.Context) {
	if f.missing() == 0 || f.options.Idle {
		f.finish()
		return
	}
	// The context that opened the index may end before the index is closed.
	background, cancel := context.WithCancel(context.WithoutCancel(ctx))
	f.cancel = cancel
	go func() {
		defer f.finish()
		f.inBackground(background)
	}()
}

// stop ends the goroutine and waits for it.
func (f *filler) stop() {
	if f.cancel != nil {
		f.cancel()
		<-f.done
	}
}

func (f *filler) finish() { f.end.Do(func() { close(f.done) }) }

// untilDone tries several times when the caller is to wait, else once.
func (f *filler) untilDone(ctx context.Context) error {
	batch := f.options.Batch
	if batch <= 0 {
		batch = defaultBatch
	}
	wait := firstRetry
	for failures := 1; ; failures++ {
		err := f.run(ctx, batch, ctxErr)
		if err == nil || ctx.Err() != nil || !f.options.Wait || failures >= maxFailures || !isTemporary(err) {
			return err
		}
		pause := max(wait, pauseOf(err))
		f.options.say("the encoder fails (%v); trying again in %s\n", err, pause)
		if err := f.sleep(ctx, pause); err != nil {
			return err
		}
		wait *= 2
	}
}

func ctxErr(ctx context.Context) error { return ctx.Err() }

// inBackground keeps one processor free for questions, and all while one is answered. It ends with ctx.
func (f *filler) inBackground(ctx context.Context) {
	batch := f.options.Batch
	if !f.foreign {
		batch = max(runtime.GOMAXPROCS(0)-1, 1)
	} else if batch <= 0 {
		batch = defaultBatch
	}
	for wait := firstRetry; ; wait = min(2*wait, longestRetry) {
		before := f.set.Len()
		err := f.run(ctx, batch, f.contact.traffic.yield)
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			f.log.Info("vectors are complete", "vectors", f.set.Len())
			return
		}
		if errors.Is(err, vectors.ErrDimension) {
			f.log.Error("vectors cannot be made: words alone are searched", "error", err)
			return
		}
		if f.set.Len() > before {
			wait = firstRetry
		}
		pause := max(wait, pauseOf(err))
		f.log.Warn("vectors cannot be made now", "error", err, "vectors", f.set.Len(), "of", f.set.Rows(), "next_try", pause)
		f.contact.stalled.Store(true)
		err = f.sleep(ctx, pause)
		f.contact.stalled.Store(false)
		if err != nil {
			return
		}
	}
}

// sleep waits so long, or until a question has got its vector, so that texts will get theirs.
func (f *filler) sleep(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select { // what woke nobody is old
	case <-f.contact.back:
	default:
	}
	select {
	case <-timer.C:
	case <-f.contact.back:
	case <-ctx.Done():
	}
	return ctx.Err()
}

// run makes all vectors that are missing, or fails with those made so far saved. before is called before each batch.
func (f *filler) run(ctx context.Context, batch int, before func(context.Context) error) (err error) {
	lock, err := f.acquire(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Unlock() }() // it goes with the process in any case
	done, total := 0, f.missing()
	for _, s := range f.segments {
		if s.vectors.Whole() { // by what another process made
			continue
		}
		err := f.fill(ctx, s, batch, before, func(n int) {
			done += n
			f.progress(done, total)
		})
		if err != nil {
			return err
		}
		s.wanted = wanted{} // large, and never asked for again
	}
	return nil
}

// fill makes the missing vectors of one segment, and saves them.
func (f *filler) fill(ctx context.Context, s *segment, batch int, before func(context.Context) error, made func(n int)) error {
	defer f.save(s)
	saved := time.Now()
	reads, _ := f.encoder.(sentenceEncoder)
	for _, kind := range []struct {
		texts  []string
		encode func(ctx context.Context, texts []string) ([][]float32, [][]byte, error)
	}{
		{s.wanted.others, f.passages},
		{s.wanted.sentences, f.sentences(reads)},
	} {
		for texts := range slices.Chunk(s.vectors.Missing(kind.texts), batch) {
			if err := before(ctx); err != nil {
				return err
			}
			all, beside, err := kind.encode(ctx, texts)
			if err != nil {
				return err
			}
			if err := f.put(s.vectors, texts, all, beside); err != nil {
				return fmt.Errorf("%w; remove %s-*, or name the model otherwise", err, filepath.Join(f.options.Dir, f.options.Name))
			}
			made(len(texts))
			if time.Since(saved) > saveEvery {
				f.save(s)
				saved = time.Now()
			}
		}
	}
	return nil
}

// passages gives vectors with nothing beside.
func (f *filler) passages(ctx context.Context, texts []string) ([][]float32, [][]byte, error) {
	all, err := f.encoder.Passages(ctx, texts)
	return all, make([][]byte, len(texts)), err
}

func (f *filler) sentences(e sentenceEncoder) func(context.Context, []string) ([][]float32, [][]byte, error) {
	if e == nil {
		return f.passages
	}
	return e.Sentences
}

// put refuses vectors that can't be compared with those of other segments, too.
func (f *filler) put(set *vectors.Set, texts []string, all [][]float32, beside [][]byte) error {
	if len(all) != len(texts) || len(beside) != len(texts) {
		return fmt.Errorf("the encoder gave %d vectors for %d texts", len(all), len(texts))
	}
	for i, v := range all {
		if _, err := f.set.Question(v); err != nil {
			return err
		}
		if err := set.PutBeside(texts[i], v, beside[i]); err != nil {
			return err
		}
	}
	return nil
}

// acquire waits until no other process makes the vectors of this index, and takes over what that one has made.
func (f *filler) acquire(ctx context.Context) (*flock.Flock, error) {
	lock := flock.New(filepath.Join(f.options.Dir, f.options.Name+".vectors.lock"))
	seen := make([]time.Time, len(f.segments))
	for {
		locked, err := lock.TryLock()
		for i, s := range f.segments {
			if info, statErr := os.Stat(s.vectorsPath()); statErr == nil && info.ModTime() != seen[i] {
				seen[i] = info.ModTime()
				s.absorb()
			}
		}
		// Where no lock can be had, as in a directory that cannot be written to, the vectors serve this process alone.
		if locked || err != nil || f.missing() == 0 {
			return lock, ctx.Err()
		}
		select {
		case <-time.After(lockPatience):
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for another process to make the vectors of %s: %w", f.options.Name, ctx.Err())
		}
	}
}

// absorb takes over what another process has made.
func (s *segment) absorb() {
	if file, err := vectors.OpenFile(s.vectorsPath()); err == nil { // what can't be read is made again
		s.vectors.Take(file)
		_ = file.Close() // it was only read
	}
}

// save replaces the file whole, so that a process that is killed leaves the file of before. The lock is held.
func (f *filler) save(s *segment) {
	part := filepath.Join(s.path, partName)
	err := writeVectors(part, s.vectors)
	if err == nil {
		err = os.Rename(part, s.vectorsPath())
	}
	// Another process has built the index of other documents and removed this one.
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.log.Warn("vectors are not saved and will be made again by the next start", "error", err)
	}
}

func writeVectors(path string, set *vectors.Set) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if _, err := set.WriteTo(file); err != nil {
		return err
	}
	return file.Sync()
}

// isTemporary tells whether it is of use to try again; of an error that does not say, it is.
func isTemporary(err error) bool {
	if errors.Is(err, vectors.ErrDimension) {
		return false
	}
	var says interface{ Temporary() bool }
	return !errors.As(err, &says) || says.Temporary()
}

func pauseOf(err error) time.Duration {
	var says interface{ Pause() time.Duration }
	if errors.As(err, &says) {
		return min(says.Pause(), longestRetry)
	}
	return 0
}
