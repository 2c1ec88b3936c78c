// Package card lays a Reply out for people, in their language and for no surface in particular: a title, sections of
// cited lines, sources, notices. Discord and the terminal add only their own markup and limits, so that both say the
// same in the same order.
package card

// Card is a reply as a person reads it. All texts are plain: no markup, no control characters; quotes are the source's
// bytes and must be escaped by the surface.
type Card struct {
	Language    string
	Title       string
	Lead        string // said before the body; "" for a plain answer
	Sections    []Section
	Sources     []Source // in the order of their numbers
	Notices     []string // said last: what the answer had to do without
	Suggestions []string // questions or commands that could be asked instead or next
}

// Section is a stretch of the body.
type Section struct {
	Heading string // "" for none
	Items   []Item // none when the heading stands over the sections that follow, as a delegation's date does
}

// Item is one line with its proofs.
type Item struct {
	Text      string
	Quote     bool   // Text is the exact bytes of a source, to be shown between quotation marks
	Citations []int  // numbers of Sources
	Date      string // of the source, in words; "" when not known
	// Before and After are the source's text around a Quote, where that is what is shown; else "".
	Before, After string
}

// Source is one numbered citation.
type Source struct {
	N         int
	Label     string // what it is, in words: "résumé de « TITLE »" for a digest, else the title alone
	Title     string
	Publisher string
	Date      string // in words; "" when not known
	URL       string // "" where there is none
	Document  string // its id
	Quote     string // the cited bytes; "" when an Item already shows them
}

// SourcesByDocument brings the sources of one document together, in the order of their first numbers: an answer often
// quotes one article several times.
func (c Card) SourcesByDocument() [][]Source {
	var groups [][]Source
	at := map[string]int{}
	for _, s := range c.Sources {
		i, known := at[s.Document]
		if !known || s.Document == "" {
			at[s.Document] = len(groups)
			groups = append(groups, []Source{s})
			continue
		}
		groups[i] = append(groups[i], s)
	}
	return groups
}
