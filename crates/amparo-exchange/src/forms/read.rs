//! From Markdown to blocks and notes.

use std::collections::HashMap;

use amparo_domain::marks;
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, TextMergeStream};

use super::model::{Block, Inline, Note, Says, Text};
use super::{Cite, meant};

/// Deeper than this, lists, quotations and emphasis are taken for what holds them: no text of people is, and nothing that
/// walks them has to fear for its stack.
const DEEPEST: usize = 24;

/// What stands for a mark while Markdown is read: brackets that are punctuation to it, as those of the mark are, around
/// characters that no text may hold.
const OPEN: char = '\u{2e28}';
const CLOSE: char = '\u{2e29}';
const DIGITS: std::ops::RangeInclusive<char> = '\u{fdd0}'..='\u{fdd9}';

/// Reads a text.
pub(super) fn text(markdown: &str, cites: &[Cite]) -> Text {
    let marked = stand_ins(markdown, cites);
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
    let mut reading = Reading::default();
    for event in TextMergeStream::new(Parser::new_ext(&marked, options)) {
        reading.see(event);
    }
    number(reading)
}

/// The text with a stand-in for each mark that leads somewhere, and without those that lead nowhere.
fn stand_ins(markdown: &str, cites: &[Cite]) -> String {
    let clean: String;
    let markdown = if markdown.contains(|c| ('\u{fdd0}'..='\u{fdef}').contains(&c)) {
        clean = markdown.chars().filter(|c| !('\u{fdd0}'..='\u{fdef}').contains(c)).collect();
        &clean
    } else {
        markdown
    };
    marks::replaced(markdown, |mark| {
        mark.number.ok()?;
        let Some(cite) = meant(cites, mark) else {
            return Some(String::new());
        };
        let digits = cite.to_string();
        let digits = digits.bytes().filter_map(|b| char::from_u32(0xfdd0 + u32::from(b - b'0')));
        Some(format!("{OPEN}{}{CLOSE}", digits.collect::<String>()))
    })
}

/// Blocks and inlines that are not closed yet.
enum Frame {
    Paragraph(Vec<Inline>),
    Heading(u8, Vec<Inline>),
    Quotation(Vec<Block>),
    List(Option<u64>, Vec<Vec<Block>>),
    Item(Vec<Block>),
    Code(String),
    Html(String),
    Table(Vec<Vec<Vec<Inline>>>),
    Row(Vec<Vec<Inline>>),
    Cell(Vec<Inline>),
    Definition(String, Vec<Block>),
    Emphasis(Vec<Inline>),
    Strong(Vec<Inline>),
    Struck(Vec<Inline>),
    Link(Option<String>, Vec<Inline>),
}

#[derive(Default)]
struct Reading {
    open: Vec<Frame>,
    /// How many things are open that are too deep to be kept apart.
    too_deep: usize,
    blocks: Vec<Block>,
    definitions: HashMap<String, Vec<Block>>,
}

impl Reading {
    fn see(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Code(text) => self.words(&text, true),
            Event::InlineHtml(text) if is_break(&text) => self.inline(Inline::Break),
            // HTML of the author is text.
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.words(&text, false);
            }
            Event::SoftBreak => self.inline(Inline::Text("\n".to_owned())),
            Event::HardBreak => self.inline(Inline::Break),
            Event::Rule => self.block(Block::Rule),
            Event::FootnoteReference(label) => self.inline(Inline::Own(label.into_string())),
            Event::TaskListMarker(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let frame = match tag {
            Tag::Paragraph => Frame::Paragraph(Vec::new()),
            Tag::Heading { level, .. } => Frame::Heading(depth(level), Vec::new()),
            Tag::BlockQuote(_) => Frame::Quotation(Vec::new()),
            Tag::List(first) => Frame::List(first, Vec::new()),
            Tag::Item => Frame::Item(Vec::new()),
            Tag::CodeBlock(_) => Frame::Code(String::new()),
            Tag::HtmlBlock => Frame::Html(String::new()),
            Tag::Table(_) => Frame::Table(Vec::new()),
            Tag::TableHead | Tag::TableRow => Frame::Row(Vec::new()),
            Tag::TableCell => Frame::Cell(Vec::new()),
            Tag::FootnoteDefinition(label) => Frame::Definition(label.into_string(), Vec::new()),
            Tag::Strong => Frame::Strong(Vec::new()),
            Tag::Strikethrough => Frame::Struck(Vec::new()),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                let inside = self.open.iter().any(|frame| matches!(frame, Frame::Link(..)));
                Frame::Link(address(&dest_url).filter(|_| !inside), Vec::new())
            }
            // Emphasis, and what is not switched on.
            _ => Frame::Emphasis(Vec::new()),
        };
        // What is too deep flows into what holds it; the parts of a list and of a table go with the whole.
        if self.too_deep > 0 || (self.open.len() >= DEEPEST && nests(&frame)) {
            self.too_deep += 1;
            if matches!(frame, Frame::Paragraph(_) | Frame::Item(_)) {
                self.inline(Inline::Break);
            }
            return;
        }
        self.open.push(frame);
    }

    fn end(&mut self, _: TagEnd) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let Some(frame) = self.open.pop() else {
            return;
        };
        match frame {
            Frame::Paragraph(inlines) => self.block(Block::Paragraph(inlines)),
            Frame::Heading(level, inlines) => self.block(Block::Heading(level, inlines)),
            Frame::Quotation(blocks) => self.block(Block::Quotation(blocks)),
            Frame::List(first, items) => self.block(Block::List(first, items)),
            Frame::Item(blocks) => {
                if let Some(Frame::List(_, items)) = self.open.last_mut() {
                    items.push(blocks);
                }
            }
            Frame::Code(text) => self.code(&text),
            Frame::Html(text) => {
                let mut inlines = Vec::new();
                split(text.trim_end(), &mut inlines, false);
                self.block(Block::Paragraph(inlines));
            }
            Frame::Table(rows) => self.block(Block::Table(rows)),
            Frame::Row(cells) => {
                if let Some(Frame::Table(rows)) = self.open.last_mut() {
                    rows.push(cells);
                }
            }
            Frame::Cell(inlines) => {
                if let Some(Frame::Row(cells)) = self.open.last_mut() {
                    cells.push(inlines);
                }
            }
            Frame::Definition(label, blocks) => {
                self.definitions.entry(label).or_insert(blocks);
            }
            Frame::Emphasis(inlines) => self.inline(Inline::Emphasis(inlines)),
            Frame::Strong(inlines) => self.inline(Inline::Strong(inlines)),
            Frame::Struck(inlines) => self.inline(Inline::Struck(inlines)),
            Frame::Link(to, mut inlines) => {
                // A note is a link itself, and links do not stand in links.
                let mut notes = Vec::new();
                take_notes(&mut inlines, &mut notes);
                if is_blank(&inlines) {
                    inlines = to.clone().map(Inline::Text).into_iter().collect();
                }
                self.inline(Inline::Link(to, inlines));
                for note in notes {
                    self.inline(note);
                }
            }
        }
    }

    /// Adds a block of code, and the notes that are mentioned in it behind it.
    fn code(&mut self, text: &str) {
        let (mut code, mut notes) = (String::new(), Vec::new());
        let mut inlines = Vec::new();
        split(text.trim_end_matches('\n'), &mut inlines, false);
        for inline in inlines {
            match inline {
                Inline::Text(text) => code.push_str(&text),
                note => notes.push(note),
            }
        }
        self.block(Block::Code(code));
        if !notes.is_empty() {
            self.block(Block::Paragraph(notes));
        }
    }

    /// Adds a block to whatever holds blocks.
    fn block(&mut self, block: Block) {
        for frame in self.open.iter_mut().rev() {
            if let Frame::Quotation(blocks) | Frame::Item(blocks) | Frame::Definition(_, blocks) =
                frame
            {
                blocks.push(block);
                return;
            }
        }
        self.blocks.push(block);
    }

    /// Adds words, and what stands in for a mark in them.
    fn words(&mut self, text: &str, code: bool) {
        if let Some(Frame::Code(held) | Frame::Html(held)) = self.open.last_mut() {
            held.push_str(text);
            return;
        }
        let mut inlines = Vec::new();
        split(text, &mut inlines, code);
        for inline in inlines {
            self.inline(inline);
        }
    }

    fn inline(&mut self, inline: Inline) {
        match self.open.last_mut() {
            Some(
                Frame::Paragraph(inlines)
                | Frame::Heading(_, inlines)
                | Frame::Cell(inlines)
                | Frame::Emphasis(inlines)
                | Frame::Strong(inlines)
                | Frame::Struck(inlines)
                | Frame::Link(_, inlines),
            ) => inlines.push(inline),
            // The words of an item in a list without empty lines have no paragraph of their own.
            Some(Frame::Item(blocks) | Frame::Quotation(blocks) | Frame::Definition(_, blocks)) => {
                match blocks.last_mut() {
                    Some(Block::Paragraph(inlines)) => inlines.push(inline),
                    _ => blocks.push(Block::Paragraph(vec![inline])),
                }
            }
            Some(
                Frame::Code(_) | Frame::Html(_) | Frame::List(..) | Frame::Table(_) | Frame::Row(_),
            ) => {}
            None => match self.blocks.last_mut() {
                Some(Block::Paragraph(inlines)) => inlines.push(inline),
                _ => self.blocks.push(Block::Paragraph(vec![inline])),
            },
        }
    }
}

/// Whether such a thing can stand in another of its kind without end.
const fn nests(frame: &Frame) -> bool {
    matches!(
        frame,
        Frame::Quotation(_)
            | Frame::List(..)
            | Frame::Emphasis(_)
            | Frame::Strong(_)
            | Frame::Struck(_)
            | Frame::Link(..)
            | Frame::Definition(..)
    )
}

const fn depth(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

fn is_break(html: &str) -> bool {
    matches!(html.to_ascii_lowercase().replace(' ', "").as_str(), "<br>" | "<br/>")
}

/// Whether there is nothing to be read.
fn is_blank(inlines: &[Inline]) -> bool {
    inlines.iter().all(|inline| match inline {
        Inline::Text(text) | Inline::Code(text) => text.trim().is_empty(),
        Inline::Emphasis(inside)
        | Inline::Strong(inside)
        | Inline::Struck(inside)
        | Inline::Link(_, inside) => is_blank(inside),
        Inline::Break => true,
        Inline::Mark(_) | Inline::Own(_) | Inline::Note(..) => false,
    })
}

/// Takes the mentions of notes out of some words.
fn take_notes(inlines: &mut Vec<Inline>, notes: &mut Vec<Inline>) {
    let taken = std::mem::take(inlines);
    for mut inline in taken {
        match &mut inline {
            Inline::Mark(_) | Inline::Own(_) => {
                notes.push(inline);
                continue;
            }
            Inline::Emphasis(inside)
            | Inline::Strong(inside)
            | Inline::Struck(inside)
            | Inline::Link(_, inside) => take_notes(inside, notes),
            Inline::Text(_) | Inline::Code(_) | Inline::Break | Inline::Note(..) => {}
        }
        inlines.push(inline);
    }
}

/// An address to which a page may lead.
fn address(url: &CowStr<'_>) -> Option<String> {
    let parsed = url::Url::parse(url).ok()?;
    let allowed = matches!(parsed.scheme(), "http" | "https" | "mailto");
    let plain = !url.contains(|c: char| c.is_control() || DIGITS.contains(&c));
    (allowed && plain).then(|| url.to_string())
}

/// Splits words at what stands in for marks.
fn split(text: &str, into: &mut Vec<Inline>, code: bool) {
    let words = |text: &str| {
        let text = text.to_owned();
        if code { Inline::Code(text) } else { Inline::Text(text) }
    };
    let (mut copied, mut from) = (0, 0);
    while let Some(open) = text[from..].find(OPEN).map(|at| from + at) {
        from = open + OPEN.len_utf8();
        let end = text[from..].find(|c| !DIGITS.contains(&c)).map(|length| from + length);
        let Some(close) = end.filter(|end| *end > from && text[*end..].starts_with(CLOSE)) else {
            continue;
        };
        if open > copied {
            into.push(words(&text[copied..open]));
        }
        let digits =
            text[from..close].chars().filter_map(|c| (u32::from(c) - 0xfdd0).try_into().ok());
        into.push(Inline::Mark(digits.fold(0, |n: usize, digit: usize| n * 10 + digit)));
        copied = close + CLOSE.len_utf8();
        from = copied;
    }
    if copied < text.len() {
        into.push(words(&text[copied..]));
    }
}

/// Gives each note its number, in the order of first mentions: those of the text before those of notes.
fn number(reading: Reading) -> Text {
    let Reading { mut blocks, definitions, .. } = reading;
    let mut numbering =
        Numbering { definitions, notes: Vec::new(), cited: HashMap::new(), own: HashMap::new() };
    numbering.blocks(&mut blocks);
    let mut at = 0;
    while at < numbering.notes.len() {
        if let Says::Own(inside) = &mut numbering.notes[at].says {
            let mut inside = std::mem::take(inside);
            numbering.blocks(&mut inside);
            numbering.notes[at].says = Says::Own(inside);
        }
        at += 1;
    }
    Text { blocks, notes: numbering.notes }
}

struct Numbering {
    definitions: HashMap<String, Vec<Block>>,
    notes: Vec<Note>,
    cited: HashMap<usize, usize>,
    own: HashMap<String, usize>,
}

impl Numbering {
    fn blocks(&mut self, blocks: &mut [Block]) {
        for block in blocks {
            match block {
                Block::Paragraph(inlines) | Block::Heading(_, inlines) => self.inlines(inlines),
                Block::Quotation(blocks) => self.blocks(blocks),
                Block::List(_, items) => items.iter_mut().for_each(|item| self.blocks(item)),
                Block::Table(rows) => {
                    rows.iter_mut().flatten().for_each(|cell| self.inlines(cell));
                }
                Block::Code(_) | Block::Rule => {}
            }
        }
    }

    fn inlines(&mut self, inlines: &mut [Inline]) {
        for inline in inlines {
            match inline {
                Inline::Emphasis(inside)
                | Inline::Strong(inside)
                | Inline::Struck(inside)
                | Inline::Link(_, inside) => self.inlines(inside),
                Inline::Mark(cite) => {
                    let notes = &mut self.notes;
                    let note = *self.cited.entry(*cite).or_insert_with(|| {
                        notes.push(Note { says: Says::Cites(*cite), mentions: 0 });
                        notes.len() - 1
                    });
                    *inline = self.mention(note);
                }
                Inline::Own(label) => {
                    let known = self.own.get(label).copied();
                    let note = known.or_else(|| {
                        let blocks = self.definitions.remove(label)?;
                        self.notes.push(Note { says: Says::Own(blocks), mentions: 0 });
                        self.own.insert(label.clone(), self.notes.len() - 1);
                        Some(self.notes.len() - 1)
                    });
                    *inline = match note {
                        Some(note) => self.mention(note),
                        None => Inline::Text(format!("[^{label}]")),
                    };
                }
                Inline::Text(_) | Inline::Code(_) | Inline::Break | Inline::Note(..) => {}
            }
        }
    }

    fn mention(&mut self, note: usize) -> Inline {
        self.notes[note].mentions += 1;
        Inline::Note(note, self.notes[note].mentions)
    }
}
