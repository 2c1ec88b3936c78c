package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"passerelle/retrieval/bleveindex"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/vectors"
)

const lockPatience = 200 * time.Millisecond

// builder opens the segments of a corpus and builds those that there are not.
type builder struct {
	options Options
	recipe  string
	places  *gazetteer.Gazetteer
	open    map[string]*segment // by path
	warned  map[string]bool     // of damage, by path
	built   string              // the segment that was built for the corpus that is being opened; "" for none

	replaced []*segment // were open when one of the same name was built
}

// segments opens the segments that a corpus is searched by, after building what there is not. What it opened is in b.open
// when it fails, too.
func (b *builder) segments(ctx context.Context, c *corpus) ([]use, error) {
	b.built = ""
	uses, rest, err := b.choose(c)
	if err != nil {
		return nil, err
	}
	if len(rest) == 0 {
		if _, err = b.openAll(c, uses); err == nil || !errors.Is(err, errDamaged) {
			return uses, err
		}
	}
	if err := os.MkdirAll(b.options.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("the data directory can't be made: %w", err)
	}
	lock := b.lock()
	if _, err := lock.TryLockContext(ctx, lockPatience); err != nil {
		return nil, fmt.Errorf("waiting for another process to build the index %s: %w", b.options.Name, err)
	}
	defer func() { _ = lock.Unlock() }() // it goes with the process in any case
	return b.complete(ctx, c)
}

// complete builds what is missing. The lock is held.
func (b *builder) complete(ctx context.Context, c *corpus) ([]use, error) {
	for {
		uses, rest, err := b.choose(c) // another process may have built meanwhile
		if err != nil {
			return nil, err
		}
		damaged, err := b.openAll(c, uses)
		switch {
		case errors.Is(err, errDamaged):
			b.warn(damaged, err)
			if err := os.RemoveAll(damaged); err != nil {
				return nil, fmt.Errorf("the damaged index can't be removed: %w", err)
			}
			continue
		case err != nil:
			return nil, err
		case len(rest) == 0:
			return uses, nil
		case b.built != "":
			return nil, fmt.Errorf("the index of %d documents was built and is not found", len(rest))
		}
		if b.built, err = b.build(ctx, rest); err != nil {
			return nil, err
		}
		if one := b.open[b.built]; one != nil { // without rows for documents that are back
			b.replaced = append(b.replaced, one)
			delete(b.open, b.built)
		}
	}
}

// choose plans by what lies in the data directory.
func (b *builder) choose(c *corpus) (uses []use, rest []*cut, err error) {
	var candidates []candidate
	for _, path := range b.folders() {
		one := candidate{path: path}
		if s := b.open[path]; s != nil {
			one.manifest, one.searched = s.manifest, func(i int) bool { return s.rows[i] != nil }
		} else if one.manifest, err = readManifest(path); errors.Is(err, errDamaged) {
			b.warn(path, err)
			continue // it is removed when one is built
		} else if err != nil {
			return nil, nil, err
		}
		if one.manifest.Recipe == b.recipe {
			candidates = append(candidates, one)
		}
	}
	uses, rest = plan(c, candidates, b.built)
	return uses, rest, nil
}

// warn tells once of a damaged segment; of one that another process has removed there is nothing to tell.
func (b *builder) warn(path string, damage error) {
	if _, err := os.Stat(path); b.warned[path] || errors.Is(err, fs.ErrNotExist) {
		return
	}
	b.warned[path] = true
	b.options.say("warning: the index %s can't be used (%v); it is being rebuilt\n", path, damage)
}

// openAll opens the segments that are not open, and their vectors. With errDamaged it returns which is damaged.
func (b *builder) openAll(c *corpus, uses []use) (damaged string, err error) {
	for _, u := range uses {
		if b.open[u.path] != nil {
			continue
		}
		s, err := openSegment(u.path, u.manifest)
		if err != nil {
			return u.path, err
		}
		b.open[u.path] = s
		live := make([]*cut, len(u.documents))
		for i, d := range u.documents {
			if d != bleveindex.Removed {
				live[i] = c.cuts[d]
			}
		}
		b.openVectors(s, live)
	}
	return "", nil
}

// openVectors has a segment use its file of vectors, or where that lacks some makes room for all, with what is known.
// live are its documents that are searched, by number, nil for the others.
func (b *builder) openVectors(s *segment, live []*cut) {
	file, err := vectors.OpenFile(s.vectorsPath())
	if err == nil && file.Model() == b.options.Encoder.Name() && s.useVectors(file, live) {
		return
	}
	cuts := slices.DeleteFunc(slices.Clone(live), func(c *cut) bool { return c == nil })
	set := vectors.New(b.options.Encoder.Name(), together(cuts))
	s.wanted = wantedOf(cuts)
	if err != nil {
		b.options.say("warning: the vectors of %s can't be used (%v); they are being made again\n", s.path, err)
		b.takeOthers(set)
	} else {
		set.Take(file)
		_ = file.Close() // it was only read
	}
	s.useVectors(set, live)
}

// takeOthers fills a set from vectors made ahead and from every segment of this name.
func (b *builder) takeOthers(set *vectors.Set) {
	if b.options.Vectors != nil {
		if known, err := vectors.Read(b.options.Vectors); err == nil { // what can't be read is made again
			set.Take(known)
		}
	}
	for _, path := range b.folders() {
		if s := b.open[path]; s != nil && s.vectors != nil {
			set.Take(s.vectors)
		} else if file, err := vectors.OpenFile(filepath.Join(path, vectorsName)); err == nil {
			set.Take(file)
			_ = file.Close() // it was only read
		}
	}
}

func (o Options) say(format string, args ...any) {
	if o.Progress != nil {
		_, _ = fmt.Fprintf(o.Progress, format, args...) // progress that can't be shown stops nothing
	}
}

// build writes a segment beside its place, then gives it its name, which it returns.
func (b *builder) build(ctx context.Context, cuts []*cut) (path string, err error) {
	start := time.Now()
	b.sweep()
	c, err := corpusOf(cuts)
	if err != nil {
		return "", err
	}
	temporary, err := os.MkdirTemp(b.options.Dir, "."+b.options.Name+".build-")
	if err != nil {
		return "", fmt.Errorf("the data directory can't be written to: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temporary)) }() // after the rename there is nothing left of that name
	a := &analyser{places: b.places}
	if err := bleveindex.Build(ctx, filepath.Join(temporary, wordsName), a.units(c)); err != nil {
		return "", err
	}
	set := vectors.New(b.options.Encoder.Name(), together(cuts))
	b.takeOthers(set)
	if err := writeVectors(filepath.Join(temporary, vectorsName), set); err != nil {
		return "", fmt.Errorf("vectors: %w", err)
	}
	m := manifest{Recipe: b.recipe, Documents: membersOf(cuts)}
	for d := range m.Documents {
		m.Documents[d].Language = a.languages[d]
	}
	if m.Files, _, err = checksums(temporary); err != nil {
		return "", fmt.Errorf("index: %w", err)
	}
	data, err := m.bytes()
	if err != nil {
		return "", fmt.Errorf("index: %w", err)
	}
	if err := os.WriteFile(filepath.Join(temporary, manifestName), data, 0o644); err != nil {
		return "", fmt.Errorf("index: %w", err)
	}
	path = b.path(m)
	if err := os.RemoveAll(path); err != nil { // a damaged one
		return "", fmt.Errorf("the damaged index can't be removed: %w", err)
	}
	if err := os.Rename(temporary, path); err != nil {
		return "", fmt.Errorf("index: %w", err)
	}
	b.options.say("indexed %d documents, %d passages, %d sentences in %.1f s\n",
		len(c.documents), len(c.passages), len(c.sentences), time.Since(start).Seconds())
	return path, nil
}

func (b *builder) path(m manifest) string {
	return filepath.Join(b.options.Dir, b.options.Name+"-"+m.fingerprint()[:shortPrint])
}

// progress tells every few seconds how far the encoding is; short ones pass in silence.
func (o Options) progress() func(done, total int) {
	said := time.Now()
	return func(done, total int) {
		if time.Since(said) > 5*time.Second {
			said = time.Now()
			o.say("encoding: %d of %d texts\n", done, total)
		}
	}
}

// folders lists the segments of this name.
func (b *builder) folders() []string {
	entries, err := os.ReadDir(b.options.Dir)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		short, ok := strings.CutPrefix(e.Name(), b.options.Name+"-")
		if ok && e.IsDir() && len(short) == shortPrint && strings.Trim(short, "0123456789abcdef") == "" {
			out = append(out, filepath.Join(b.options.Dir, e.Name()))
		}
	}
	return out
}

// removeOthers removes the segments that a corpus does not use, unless another process is building. A process that still
// reads one keeps its open files where the system allows that; elsewhere the removal fails and is tried again after the next
// change.
func (b *builder) removeOthers(uses []use) {
	lock := b.lock()
	if locked, err := lock.TryLock(); err != nil || !locked {
		return
	}
	defer func() { _ = lock.Unlock() }() // it goes with the process in any case
	for _, path := range b.folders() {
		if !slices.ContainsFunc(uses, func(u use) bool { return u.path == path }) {
			_ = os.RemoveAll(path)
		}
	}
}

func (b *builder) lock() *flock.Flock {
	return flock.New(filepath.Join(b.options.Dir, b.options.Name+".lock"))
}

// sweep removes what builds that were killed left behind; the lock is held, so none is under way.
func (b *builder) sweep() {
	left, err := filepath.Glob(filepath.Join(b.options.Dir, "."+b.options.Name+".build-*"))
	if err != nil {
		return
	}
	for _, path := range left {
		_ = os.RemoveAll(path)
	}
}
