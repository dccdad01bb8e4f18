//! Where numbers stand in a text, in any way in which they are written.

use amparo_domain::number::{Number, NumberError};

use super::{Found, around};

/// How many characters lie between a number and the address that belongs to it at most: a title has 500.
const TOGETHER: usize = 800;

/// What makes a number one of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// It stands in an address.
    Address,
    /// It is a key of a reference manager, `OBS-48271930-v3`.
    Key,
    /// It has our letters before it, stands in a mark, or has a version.
    Marked,
    /// It has nothing but its form.
    Plain,
}

/// A number as it stands in a text, by places of characters.
struct Candidate {
    /// Where it begins, with its letters.
    start: usize,
    /// Where its digits end.
    end: usize,
    /// Where what is told as written ends: with the version.
    written: usize,
    form: Form,
    number: Result<Number, NumberError>,
    version: Option<i32>,
}

/// A text by its characters.
pub(super) struct Text {
    pub chars: Vec<char>,
}

impl Text {
    pub(super) fn at(&self, place: usize) -> Option<char> {
        self.chars.get(place).copied()
    }

    pub(super) fn before(&self, place: usize) -> Option<char> {
        place.checked_sub(1).and_then(|place| self.at(place))
    }

    /// The place behind what nobody sees: marks of direction, of no width.
    pub(super) fn past_unseen(&self, mut place: usize) -> usize {
        while self.at(place).is_some_and(is_unseen) {
            place += 1;
        }
        place
    }

    pub(super) fn slice(&self, from: usize, to: usize) -> String {
        let (from, to) = (from.min(self.chars.len()), to.min(self.chars.len()));
        self.chars.get(from..to.max(from)).unwrap_or_default().iter().collect()
    }

    /// Whether these letters stand at a place, whatever their case.
    pub(super) fn says(&self, place: usize, letters: &str) -> bool {
        let mut place = place;
        for letter in letters.chars() {
            match self.at(place) {
                Some(c) if c == letter || c.to_lowercase().eq(letter.to_lowercase()) => place += 1,
                _ => return false,
            }
        }
        true
    }
}

/// The value of a digit, Latin, Arabic-Indic or Persian.
pub(super) fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(u32::from(c) - u32::from('0')),
        '٠'..='٩' => Some(u32::from(c) - u32::from('٠')),
        '۰'..='۹' => Some(u32::from(c) - u32::from('۰')),
        _ => None,
    }
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}')
}

/// Marks of direction, of no width, and of where a word may be broken.
pub(super) const fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{61c}' | '\u{feff}' | '\u{ad}'
    )
}

/// A space within a line.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}')
}

/// The citations in a text, at most so many.
pub(super) fn scan(text: &str, prefixes: &[&str], most: usize) -> Vec<Found> {
    let text = Text { chars: text.chars().collect() };
    let mut found: Vec<Found> = Vec::new();
    let mut last: Option<Candidate> = None;
    let mut place = 0;
    while place < text.chars.len() && found.len() < most {
        let Some(candidate) =
            candidate_at(&text, place, last.as_ref().map_or(0, |of| of.written), prefixes)
        else {
            // The rest of a row of digits is none either, and digits are long where somebody tries.
            place += 1;
            if text.before(place).is_some_and(|c| digit(c).is_some()) {
                while text.at(place).is_some_and(|c| digit(c).is_some()) {
                    place += 1;
                }
            }
            continue;
        };
        place = candidate.written.max(place + 1);
        if let (Some(before), Some(of)) = (&last, found.last_mut())
            && belongs(&text, before, &candidate)
        {
            join(of, &candidate);
            last = Some(Candidate { start: before.start, ..candidate });
            continue;
        }
        found.push(told(&text, &candidate));
        last = Some(candidate);
    }
    if found.is_empty() {
        found.extend(alone(&text, prefixes));
    }
    // What else stands with a number is read when it is known where the next one begins.
    for nth in 0..found.len() {
        let end = found.get(nth + 1).map_or(text.chars.len(), |next| next.at.start);
        let from = nth.checked_sub(1).and_then(|nth| found.get(nth)).map_or(0, |of| of.at.end);
        if let Some(of) = found.get_mut(nth) {
            around::read(&text, of, from, end);
        }
    }
    found
}

fn told(text: &Text, candidate: &Candidate) -> Found {
    let of_address = candidate.form == Form::Address;
    Found {
        part: 0,
        at: candidate.start..candidate.written,
        written: text.slice(candidate.start, candidate.written),
        number: candidate.number,
        version: candidate.version,
        address_version: candidate.version.filter(|_| of_address),
        title: None,
        published: None,
        sure: candidate.form != Form::Plain,
    }
}

/// Whether the second is the same citation again: the address behind the number, the number behind the key.
fn belongs(text: &Text, first: &Candidate, second: &Candidate) -> bool {
    let same = first.number.is_ok() && first.number == second.number;
    let follows = match (first.form, second.form) {
        (Form::Address, _) => false,
        (_, Form::Address) | (Form::Key, _) => true,
        _ => false,
    };
    if !same || !follows || second.start - first.end.min(second.start) > TOGETHER {
        return false;
    }
    let between = text.chars.get(first.end..second.start).unwrap_or_default();
    // An empty line ends a paragraph, and what is cited in it.
    let mut lines = 0;
    for c in between {
        match c {
            '\n' => lines += 1,
            c if c.is_whitespace() => {}
            _ => lines = 0,
        }
        if lines > 1 {
            return false;
        }
    }
    true
}

fn join(of: &mut Found, more: &Candidate) {
    if more.form == Form::Address {
        of.address_version = more.version;
    }
    of.version = of.version.or(more.version);
    of.sure = true;
}

/// A text that is nothing but a number, however it is written.
fn alone(text: &Text, prefixes: &[&str]) -> Option<Found> {
    let start = text.chars.iter().position(|c| !c.is_whitespace() && !is_unseen(*c))?;
    let end = text.chars.iter().rposition(|c| !c.is_whitespace() && !is_unseen(*c))? + 1;
    if end - start > 40 {
        return None;
    }
    let written = text.slice(start, end);
    let seen: String = written.chars().filter(|c| !is_unseen(*c)).collect();
    let digits = seen.chars().filter(|c| digit(*c).is_some()).count();
    let plain = |c: char| digit(c).is_some() || is_hyphen(c) || c.is_whitespace();
    let rest = prefixes.iter().find_map(|prefix| {
        let rest = seen.strip_prefix(prefix)?;
        rest.starts_with(plain).then_some(rest)
    });
    let rest = rest.unwrap_or(&seen);
    if !(7..=11).contains(&digits) || !rest.chars().all(plain) {
        return None;
    }
    let number = seen.parse::<Number>();
    Some(Found {
        part: 0,
        at: start..end,
        written,
        number,
        version: None,
        address_version: None,
        title: None,
        published: None,
        sure: true,
    })
}

/// A number that begins at a place, with its letters or its address.
fn candidate_at(text: &Text, place: usize, floor: usize, prefixes: &[&str]) -> Option<Candidate> {
    match text.at(place)? {
        '/' => address_at(text, place, floor),
        c if digit(c).is_some() => digits_at(text, place, place, Form::Plain),
        c if c.is_alphabetic() && !text.before(place).is_some_and(char::is_alphanumeric) => {
            prefixed_at(text, place, prefixes)
        }
        _ => None,
    }
}

/// `/r/48271930`, `/r/48271930/v3`, `/incidents/4827-1930/versions/3`.
fn address_at(text: &Text, place: usize, floor: usize) -> Option<Candidate> {
    const ROOMS: [&str; 7] = [
        "/r/",
        "/incidents/",
        "/statements/",
        "/lists/",
        "/organizations/",
        "/elections/",
        "/cases/",
    ];
    // A path has something before it: a host, or the beginning of a word.
    let room = ROOMS.iter().find(|room| text.says(place, room))?;
    let digits = place + room.chars().count();
    let mut candidate = digits_at(text, digits, digits, Form::Address)?;
    let mut end = candidate.end;
    for (word, of) in [("/v", 2), ("/versions/", 10)] {
        if text.says(end, word)
            && let Some((version, after)) = count_at(text, end + of)
        {
            candidate.version = Some(version);
            end = after;
            break;
        }
    }
    // The address begins where its word does.
    let mut start = place;
    while start > floor && text.before(start).is_some_and(in_address) && place - start < 200 {
        start -= 1;
    }
    Some(Candidate { start, end, written: end, form: Form::Address, ..candidate })
}

fn in_address(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, ':' | '/' | '.' | '-' | '_' | '~' | '%' | '@')
}

/// `OBS 4827-1930`, `OBS-L 48271930`, `STM-48271930`.
fn prefixed_at(text: &Text, place: usize, prefixes: &[&str]) -> Option<Candidate> {
    let mut longest = None;
    for prefix in prefixes.iter().filter(|prefix| !prefix.is_empty()) {
        let length = prefix.chars().count();
        let fits = text.says(place, prefix)
            || (text.says(place, &prefix.replace('-', "\u{2011}")) && prefix.contains('-'));
        if fits && longest.is_none_or(|known| length > known) {
            longest = Some(length);
        }
    }
    let mut after = place + longest?;
    // The list of an instance has `-L` behind its letters.
    if text.at(after).is_some_and(is_hyphen)
        && text.at(after + 1).is_some_and(|c| c == 'L' || c == 'l')
        && !text.at(after + 2).is_some_and(char::is_alphanumeric)
    {
        after += 2;
    }
    let joined = text.at(after).is_some_and(is_hyphen);
    let mut digits = after;
    while text.at(digits).is_some_and(|c| is_space(c) || is_hyphen(c) || is_unseen(c))
        && digits - after < 4
    {
        digits += 1;
    }
    let candidate = digits_at(text, place, digits, Form::Marked)?;
    // A key of a reference manager: no space in it, and the version joined to it.
    let key = joined && text.at(candidate.end).is_some_and(is_hyphen);
    let key = key && text.says(candidate.end + 1, "v");
    let version = if key { count_at(text, candidate.end + 2) } else { None };
    if let Some((version, end)) = version {
        let form = Form::Key;
        return Some(Candidate { end, written: end, form, version: Some(version), ..candidate });
    }
    // The key of what has no version.
    let whole = text.chars.get(digits..candidate.end).unwrap_or_default();
    let whole = whole.iter().all(|c| digit(*c).is_some());
    let form = if joined && digits == after + 1 && whole { Form::Key } else { candidate.form };
    Some(Candidate { form, ..candidate })
}

/// Digits with what stands between them, and the version behind them.
fn digits_at(text: &Text, start: usize, place: usize, form: Form) -> Option<Candidate> {
    let before = text.before(place);
    if form == Form::Plain {
        // Within a longer number, a word, an address or an amount it is none of ours.
        let within = |c: char| {
            c.is_alphanumeric()
                || matches!(c, '.' | ',' | '/' | '+' | '#' | '_' | '=' | '$' | '€')
                || is_hyphen(c)
        };
        if before.is_some_and(within) {
            return None;
        }
    }
    let (mut groups, mut end) = (vec![0_usize], place);
    let (mut digits, mut at) = (String::new(), place);
    let spaces = form == Form::Marked;
    let mut hyphens = 0;
    while let Some(c) = text.at(at) {
        if let Some(value) = digit(c) {
            digits.extend(char::from_digit(value, 10));
            *groups.last_mut()? += 1;
            at += 1;
            end = at;
            if digits.len() > 10 {
                return None;
            }
            continue;
        }
        // What joins two groups of digits, if it does.
        let mut next = at;
        let (mut joined, mut hyphen) = (false, false);
        while let Some(c) = text.at(next) {
            match c {
                c if is_unseen(c) => {}
                c if is_hyphen(c) && !hyphen => hyphen = true,
                c if spaces && is_space(c) && !joined => joined = true,
                _ => break,
            }
            next += 1;
        }
        let goes_on = text.at(next).is_some_and(|c| digit(c).is_some());
        if !goes_on || digits.len() >= 10 || (next == at) || digits.is_empty() {
            break;
        }
        // A space joins what a hyphen could, `4827 1930`, and no year behind a number.
        if joined && !hyphen && !(digits.len() == 4 || digits.len() == 6) {
            break;
        }
        hyphens += usize::from(hyphen);
        if hyphen || joined {
            groups.push(0);
        }
        at = next;
    }
    let length = digits.len();
    let shape = match groups.as_slice() {
        [8 | 10] => form != Form::Plain,
        [4 | 6, 4] => true,
        // A digit too few or too many is a mistake, where it is surely meant for ours.
        [7 | 9] | [3..=5, 3..=5] => matches!(form, Form::Marked),
        [1..=4, 1..=4, ..] => form == Form::Marked && (length == 8 || length == 10),
        _ => false,
    };
    if !shape || (form == Form::Plain && hyphens != 1) {
        return None;
    }
    // Letters or digits that go on behind it make it something else.
    let after = text.at(end);
    if after.is_some_and(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    if form == Form::Plain
        && (after.is_some_and(|c| is_hyphen(c) || matches!(c, '/' | '%' | '€' | '$'))
            || (after.is_some_and(|c| matches!(c, '.' | ','))
                && text.at(end + 1).is_some_and(|c| digit(c).is_some())))
    {
        return None;
    }
    let number = match digits.parse::<i64>() {
        Ok(stored) => Number::from_i64(stored),
        Err(_) => Err(NumberError::NotANumber),
    };
    let version = around::version_behind(text, end);
    let in_mark = text.before(start) == Some('[') && text.before(start - 1) == Some('[');
    let form = match form {
        Form::Plain if in_mark || version.is_some() => Form::Marked,
        form => form,
    };
    if form == Form::Plain {
        let years = |part: &str| part.starts_with("19") || part.starts_with("20");
        let range = length == 8 && years(&digits[..4]) && years(&digits[4..]);
        if number.is_err() || range {
            return None;
        }
    }
    let (version, written) = match version {
        Some((version, end)) => (Some(version), end),
        None => (None, end),
    };
    Some(Candidate { start, end, written, form, number, version })
}

/// A small number at a place, and the place behind it.
pub(super) fn count_at(text: &Text, place: usize) -> Option<(i32, usize)> {
    let (mut count, mut at) = (0_i32, place);
    while let Some(value) = text.at(at).and_then(digit) {
        count = count.checked_mul(10)?.checked_add(i32::try_from(value).ok()?)?;
        at += 1;
        if at - place > 6 {
            return None;
        }
    }
    let ends = !text.at(at).is_some_and(char::is_alphanumeric);
    (at > place && count > 0 && ends).then_some((count, at))
}
