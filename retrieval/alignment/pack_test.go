package alignment_test

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"passerelle/retrieval/alignment"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/encoder"
	"passerelle/retrieval/ingest"
	"passerelle/seeds"
)

const baker = "Le boulanger du village a vendu son vieux four à une école d’hôtellerie l’hiver dernier, pour 1 500 francs."

// packedOf packs a text by the pass that gives its own vector.
func packedOf(t testing.TB, a *alignment.Aligner, text, language string) (exact *alignment.Text, packed []byte) {
	t.Helper()
	_, exact, err := a.Passage(text, language)
	if err != nil {
		t.Fatal(err)
	}
	return exact, a.Pack(exact)
}

func unpack(t testing.TB, a *alignment.Aligner, packed []byte, text, language string) *alignment.Text {
	t.Helper()
	out, err := a.Unpack(packed, text, language)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestPassageIsThePassagesVector: the pass that gives words gives the vector that Encode gives.
func TestPassageIsThePassagesVector(t *testing.T) {
	a, _ := newAligner(t, 0)
	var lazy encoder.Lazy
	model, err := lazy.Model()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{baker, "", strings.Repeat(baker, 30)} {
		vector, words, err := a.Passage(text, "fr")
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(vector, model.Encode(text, false)) {
			t.Errorf("%.20q: another vector than Encode's", text)
		}
		if want := a.Words(text, "fr"); !slices.Equal(words.Words, want) {
			t.Errorf("%.20q: %d words, want %d", text, len(words.Words), len(want))
		}
	}
}

// TestUnpackedWordsFindTheirTranslations: as TestWordsFindTheirTranslations, of what was packed, from either side.
func TestUnpackedWordsFindTheirTranslations(t *testing.T) {
	a, _ := newAligner(t, mebibyte)
	_, packed := packedOf(t, a, baker, "fr")
	other := unpack(t, a, packed, baker, "fr")
	for _, test := range []struct {
		language, text string
		pairs          map[string]string
	}{
		{"en", "Last winter the baker sold his old oven to a hotel school.", map[string]string{
			"winter": "hiver", "baker": "boulanger", "sold": "vendu", "old": "vieux", "oven": "four", "school": "école",
		}},
		{"ru", "Прошлой зимой пекарь продал старую печь школе.", map[string]string{
			"зимой": "hiver", "пекарь": "boulanger", "продал": "vendu", "старую": "vieux", "печь": "four", "школе": "école",
		}},
	} {
		text := textOf(t, a, test.text, test.language)
		there, back := alignment.Align(text, other), alignment.Align(other, text)
		for word, counterpart := range test.pairs {
			i := slices.IndexFunc(text.Words, func(w alignment.Word) bool { return w.Text == word })
			l := there.Links[i]
			if l.Word < 0 || other.Words[l.Word].Text != counterpart || l.Logit < 0 {
				t.Errorf("%s: %q has the counterpart %+v, want %q", test.language, word, l, counterpart)
			}
			if l.Word >= 0 && math.Abs(back.Back[0][i]-l.Cosine) > 1e-6 {
				t.Errorf("%s: %q has the cosine %.3f there and %.3f back", test.language, word, l.Cosine, back.Back[0][i])
			}
		}
	}
}

// TestPackingIsNearlyExact holds what packing loses of a cosine, over sentences of the seeds: .02 on average, when the two
// words are of different sentences.
func TestPackingIsNearlyExact(t *testing.T) {
	a, _ := newAligner(t, 0)
	documents, err := ingest.Load(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	question := textOf(t, a, "Какие заводы построили французские предприятия в Калужской области?", "ru")
	square, bias, words, size, n := 0.0, 0.0, 0, 0, 0
	for i := 0; i < len(documents); i += 20 {
		s := ingest.Sentences(documents[i].Text)[0]
		text := documents[i].Text[s.Start:s.End]
		language := analysis.DetectLanguage(text)
		exact, packed := packedOf(t, a, text, language)
		unpacked := unpack(t, a, packed, text, language)
		if !bytes.Equal(a.Pack(unpacked), packed) {
			t.Errorf("%q: packed again it is something else", text)
		}
		one, other := alignment.Align(question, exact).Back[0], alignment.Align(question, unpacked).Back[0]
		for w := range unpacked.Words {
			if unpacked.Vector(w) == nil {
				continue
			}
			d := other[w] - one[w]
			square, bias, n = square+d*d, bias+d, n+1
		}
		words, size = words+len(exact.Words), size+len(packed)
	}
	rms, mean := math.Sqrt(square/float64(n)), bias/float64(n)
	t.Logf("%d of %d words packed in %d bytes; cosines differ by %.4f (root mean square), %+.4f on average", n, words, size, rms, mean)
	if rms > .03 || math.Abs(mean) > .01 {
		t.Errorf("cosines differ by %.4f (root mean square), %+.4f on average", rms, mean)
	}
	if perWord := float64(size) / float64(words); perWord > 35 {
		t.Errorf("%.1f bytes a word of text", perWord)
	}
}

func TestUnpackFails(t *testing.T) {
	a, _ := newAligner(t, 0)
	_, packed := packedOf(t, a, baker, "fr")
	changed := func(at int) []byte {
		out := slices.Clone(packed)
		out[at] ^= 1
		return out
	}
	for _, test := range []struct {
		name, text, language string
		packed               []byte
		want                 string
	}{
		{"nothing", baker, "fr", nil, "another text"},
		{"cut off", baker, "fr", packed[:len(packed)-1], "another text"},
		{"too long", baker, "fr", append(slices.Clone(packed), 0), "another text"},
		{"sum", baker, "fr", changed(0), "another text"},
		{"bitmap", baker, "fr", changed(4), "another text"},
		{"code", baker, "fr", changed(len(packed) - 1), "another text"},
		{"another text", strings.Replace(baker, "vieux", "petit", 1), "fr", packed, "another text"},
		{"moved", " " + baker, "fr", packed, "another text"},
		{"another language", baker, "en", packed, "another text"},
		{"no language", baker, "de", packed, `language "de"`},
		{"length", strings.Repeat("a", 1<<20), "fr", packed, "too long"},
	} {
		if _, err := a.Unpack(test.packed, test.text, test.language); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
}

func TestPackNothing(t *testing.T) {
	a, _ := newAligner(t, 0)
	_, packed := packedOf(t, a, " … ", "fr")
	nothing := unpack(t, a, packed, " … ", "fr")
	if len(packed) != 4 || len(nothing.Words) != 0 {
		t.Errorf("%d bytes, %d words", len(packed), len(nothing.Words))
	}
	text := textOf(t, a, "The choir sang.", "en")
	if l := alignment.Align(text, nothing).Links[0]; l.Word != -1 {
		t.Errorf("a text without words has a counterpart: %+v", l)
	}
}

func TestPackFingerprint(t *testing.T) {
	if f := alignment.PackFingerprint(); len(f) != 64 || f != alignment.PackFingerprint() || f == encoder.Fingerprint {
		t.Errorf("fingerprint %q", f)
	}
}

// FuzzUnpack: whatever the bytes, a text comes out that packs to them again, or an error.
func FuzzUnpack(f *testing.F) {
	a, _ := newAligner(f, 0)
	question := textOf(f, a, "The baker sold his oven.", "en")
	_, packed := packedOf(f, a, baker, "fr")
	f.Add(packed, baker, "fr")
	f.Add(packed[:20], "four", "fr")
	f.Add([]byte{1, 2, 3, 4, 255}, "печь", "ru")
	f.Fuzz(func(t *testing.T, packed []byte, text, language string) {
		packed = slices.Clone(packed) // the fuzzer's own must not change
		if len(text)%2 == 0 {         // else few would come past the checksum
			a.Seal(packed, text, language)
		}
		unpacked, err := a.Unpack(packed, text, language)
		if err != nil {
			return
		}
		if !bytes.Equal(a.Pack(unpacked), packed) {
			t.Errorf("%q: other bytes when packed again", text)
		}
		for i, l := range alignment.Align(question, unpacked).Links {
			if l.Cosine < -1.2 || l.Cosine > 1.2 || l.Word >= len(unpacked.Words) {
				t.Errorf("word %d is %+v", i, l)
			}
		}
	})
}

func BenchmarkUnpack(b *testing.B) {
	a, _ := newAligner(b, 0)
	_, packed := packedOf(b, a, baker, "fr")
	b.Run("vectors and words", func(b *testing.B) {
		for b.Loop() {
			unpack(b, a, packed, baker, "fr")
		}
	})
	b.Run("words alone", func(b *testing.B) {
		for b.Loop() {
			a.Words(baker, "fr")
		}
	})
}

func BenchmarkPack(b *testing.B) {
	a, _ := newAligner(b, 0)
	exact, _ := packedOf(b, a, baker, "fr")
	b.Run("pack", func(b *testing.B) {
		for b.Loop() {
			a.Pack(exact)
		}
	})
	b.Run("with the encoder", func(b *testing.B) {
		for b.Loop() {
			packedOf(b, a, baker, "fr")
		}
	})
}

func BenchmarkAlign(b *testing.B) {
	a, _ := newAligner(b, mebibyte)
	question := textOf(b, a, "Qui a vendu son vieux four à l’école d’hôtellerie ?", "fr")
	exact, packed := packedOf(b, a, baker, "fr")
	unpacked := unpack(b, a, packed, baker, "fr")
	b.Run("exact", func(b *testing.B) {
		for b.Loop() {
			alignment.Align(question, exact)
		}
	})
	b.Run("unpacked", func(b *testing.B) {
		for b.Loop() {
			alignment.Align(question, unpacked)
		}
	})
}

// TestQueryIsTheQuestionsVector: the pass that gives a question's words gives the vector that Encode gives, and words that
// find their translations.
func TestQueryIsTheQuestionsVector(t *testing.T) {
	a, _ := newAligner(t, mebibyte)
	var lazy encoder.Lazy
	model, err := lazy.Model()
	if err != nil {
		t.Fatal(err)
	}
	const question = "Кто продал старую печь школе?"
	vector, words, err := a.Query(question, "ru")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(vector, model.Encode(strings.ToLower(question), true)) {
		t.Error("another vector than Encode's")
	}
	other := textOf(t, a, baker, "fr")
	al := alignment.Align(words, other)
	for i, w := range words.Words {
		if want := map[string]string{"печь": "four", "школе": "école", "продал": "vendu"}[w.Text]; want != "" && other.Words[al.Links[i].Word].Text != want {
			t.Errorf("%q has the counterpart %q, want %q", w.Text, other.Words[al.Links[i].Word].Text, want)
		}
	}
	if _, _, err := a.Query("İzmir", "fr"); err == nil {
		t.Error("a question with another length in small letters is read")
	}
	if _, _, err := a.Query("?", "de"); err == nil {
		t.Error("a question in another language is read")
	}
}
