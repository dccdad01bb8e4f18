//! A text as blocks and notes.

/// A text whose notes are numbered in the order in which they are first mentioned.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Text {
    pub(super) blocks: Vec<Block>,
    pub(super) notes: Vec<Note>,
}

/// What a note says.
#[derive(Debug, PartialEq)]
pub(super) struct Note {
    pub(super) says: Says,
    /// How often the text mentions it.
    pub(super) mentions: usize,
}

#[derive(Debug, PartialEq)]
pub(super) enum Says {
    /// What is cited, by its place among the citations.
    Cites(usize),
    /// What the author wrote.
    Own(Vec<Block>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Block {
    Paragraph(Vec<Inline>),
    /// From 1, the greatest.
    Heading(u8, Vec<Inline>),
    Quotation(Vec<Block>),
    /// With the number of its first item, if its items are numbered.
    List(Option<u64>, Vec<Vec<Block>>),
    Code(String),
    Rule,
    /// Its rows, the first of which is the heading.
    Table(Vec<Vec<Vec<Inline>>>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Inline {
    Text(String),
    Code(String),
    Emphasis(Vec<Inline>),
    Strong(Vec<Inline>),
    Struck(Vec<Inline>),
    /// Where it leads; none where that is nowhere that a page may lead to.
    Link(Option<String>, Vec<Inline>),
    /// A line that ends here.
    Break,
    /// A mention of a note: which, and the how many-th.
    Note(usize, usize),
    /// A mark that is not numbered yet, by the place of what it cites.
    Mark(usize),
    /// A note of the author's that is not numbered yet, by its label.
    Own(String),
}
