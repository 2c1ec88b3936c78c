package lru_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"passerelle/internal/lru"
)

// TestKeeps plays puts ("a3" is a of 3 bytes) and gets ("a?") on a cache of 10 bytes.
func TestKeeps(t *testing.T) {
	for _, c := range []struct{ name, calls, kept string }{
		{"nothing asked for", "", ""},
		{"all that fit", "a3 b3 c4", "a b c"},
		{"the oldest goes first", "a3 b3 c4 d1", "b c d"},
		{"what was asked for stays", "a3 b3 c4 a? d1", "a c d"},
		{"a miss changes nothing", "a3 b3 c4 x? d1", "b c d"},
		{"several go for a large one", "a3 b3 c3 d7", "c d"},
		{"one that fills the cache", "a3 b3 d10", "d"},
		{"one too large pushes none out", "a3 b3 d11", "a b"},
		{"the first of two stays", "a3 a9 b7", "a b"},
		{"no weight, no place", "a0 b-1 c3", "c"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cache := lru.New[int64](10)
			put := map[string]int64{}
			for call := range strings.FieldsSeq(c.calls) {
				key := call[:1]
				if call[1:] == "?" {
					cache.Get(key)
					continue
				}
				var bytes int64
				if _, err := fmt.Sscan(call[1:], &bytes); err != nil {
					t.Fatal(err)
				}
				cache.Put(key, &bytes, bytes)
				if _, ok := put[key]; !ok {
					put[key] = bytes
				}
			}
			bytes := cache.Bytes()
			var kept []string
			var sum int64
			for key := 'a'; key <= 'z'; key++ {
				v := cache.Get(string(key))
				if v == nil {
					continue
				}
				if *v != put[string(key)] {
					t.Errorf("%c has the value %d, not %d", key, *v, put[string(key)])
				}
				kept = append(kept, string(key))
				sum += *v
			}
			if got := strings.Join(kept, " "); got != c.kept {
				t.Errorf("kept %q, want %q", got, c.kept)
			}
			if bytes != sum || cache.Room() != 10-sum {
				t.Errorf("%d bytes and room for %d, but the values take %d", bytes, cache.Room(), sum)
			}
		})
	}
}

func TestKeepsNothingInZeroBytes(t *testing.T) {
	cache := lru.New[int](0)
	cache.Put("a", new(int), 1)
	if cache.Get("a") != nil || cache.Bytes() != 0 || cache.Room() != 0 {
		t.Errorf("a cache of 0 bytes keeps %d", cache.Bytes())
	}
}

func TestIsBoundedAmongMany(t *testing.T) {
	cache := lru.New[int](100)
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range 1000 {
				key := fmt.Sprint(i*(g+1)%50, "x")
				if v := cache.Get(key); v == nil {
					cache.Put(key, &i, int64(i%40+1))
				}
				if bytes := cache.Bytes(); bytes < 0 || bytes > 100 {
					t.Errorf("%d bytes kept in a cache of 100", bytes)
				}
			}
		})
	}
	all.Wait()
	if cache.Bytes() == 0 {
		t.Error("nothing is kept")
	}
}
