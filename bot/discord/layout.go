package discord

import "unicode/utf8"

// layOut fills pages of at most maxPage characters and maxPageParts components. A block that does not fit on the page
// begins the next one; a block longer than a page is split.
func layOut(blocks []block) [][]component {
	var all pages
	for _, b := range blocks {
		frame := utf8.RuneCountInString(b.before) + utf8.RuneCountInString(b.after)
		pieces := split(clean(b.text), all.room(b, frame))
		for i, piece := range pieces {
			one := block{gap: b.gap, text: escape(piece), below: b.below}
			if i == 0 {
				one.text = b.before + one.text
				one.link, one.label = b.link, b.label
			}
			if i == len(pieces)-1 {
				one.text += b.after
			}
			if one.text != "" {
				all.add(one)
			}
		}
	}
	all.turn()
	return all.done
}

// pages is what has been laid out so far; the last page is in the making.
type pages struct {
	done  [][]component
	page  []component
	used  int  // characters of the page
	below bool // the page has come to the sources
	open  bool // the last component of the page is a text that may go on
}

// room is how long the pieces of a block may be: as a page is, but a block that needs several begins on a page of which
// little is used, such as that of a title.
func (p *pages) room(b block, frame int) int {
	whole := maxPage - frame
	if left := whole - p.used - utf8.RuneCountInString(b.gap); p.used < maxPage/2 && escapedLength(clean(b.text)) > whole {
		return left
	}
	return whole
}

func (p *pages) turn() {
	if len(p.page) > 0 {
		p.done = append(p.done, p.page)
	}
	p.page, p.used, p.below, p.open = nil, 0, false, false
}

// add puts a block, whose text is Markdown already, on the page.
func (p *pages) add(b block) {
	n := utf8.RuneCountInString(b.gap) + utf8.RuneCountInString(b.text)
	if p.used+n > maxPage || count(p.page) >= maxPageParts {
		p.turn()
	}
	p.used += n
	if b.below && !p.below {
		if len(p.page) > 0 {
			p.page = append(p.page, component{Type: typeSeparator})
		}
		p.below, p.open = true, false
	}
	switch {
	case b.link != "":
		button := linkButton(b.label, b.link)
		p.page = append(p.page, component{Type: typeSection, Components: []component{textOf(b.text)}, Accessory: &button})
		p.open = false
	case p.open:
		p.page[len(p.page)-1].Content += b.gap + b.text
	default:
		p.page = append(p.page, textOf(b.text))
		p.open = true
	}
}
