//! Random questions: the parameters that ask them, and what they mean, written from the documents.

use std::collections::BTreeSet;

use amparo_tests::proofs::Dice;
use chrono::{Datelike as _, Days, NaiveDate};

use super::asking::Register;
use super::rows::{Row, Rows};

type Fits = Box<dyn Fn(&Row) -> bool + Send + Sync>;

/// A question, twice: as parameters and as what they mean.
#[derive(Default)]
pub(super) struct Question {
    pub parameters: Vec<(String, String)>,
    means: Vec<Fits>,
    /// The days it is about.
    pub period: Option<(NaiveDate, NaiveDate)>,
}

impl Question {
    pub(super) fn fits(&self, row: &Row) -> bool {
        self.means.iter().all(|fits| fits(row))
    }

    /// The query string.
    pub(super) fn query(&self) -> String {
        let mut query = String::new();
        for (name, value) in &self.parameters {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(name);
            query.push('=');
            for byte in value.bytes() {
                match byte {
                    b'a'..=b'z'
                    | b'A'..=b'Z'
                    | b'0'..=b'9'
                    | b'-'
                    | b'.'
                    | b'_'
                    | b','
                    | b'/'
                    | b':' => {
                        query.push(char::from(byte));
                    }
                    _ => query.extend(format!("%{byte:02X}").chars()),
                }
            }
        }
        query
    }

    fn ask(
        &mut self,
        name: &str,
        value: impl Into<String>,
        means: impl Fn(&Row) -> bool + Send + Sync + 'static,
    ) {
        self.parameters.push((name.to_owned(), value.into()));
        self.means.push(Box::new(means));
    }

    /// One or more values, by commas or by repeats, or none of them.
    fn choose(
        &mut self,
        dice: &mut Dice,
        name: &str,
        values: &[(String, String)],
        has: impl Fn(&Row, &str) -> bool + Send + Sync + 'static,
    ) {
        let not = dice.below(5) == 0;
        let meant: BTreeSet<String> = values.iter().map(|(_, meant)| meant.clone()).collect();
        let name = if not { format!("{name}!") } else { name.to_owned() };
        let written: Vec<String> = values.iter().map(|(written, _)| written.clone()).collect();
        if dice.below(2) == 0 {
            self.parameters.push((name, written.join(",")));
        } else {
            self.parameters.extend(written.into_iter().map(|value| (name.clone(), value)));
        }
        self.means.push(Box::new(move |row| meant.iter().any(|value| has(row, value)) != not));
    }
}

/// A question of one to four parameters.
pub(super) fn random(dice: &mut Dice, rows: &Rows, register: &Register<'_>) -> Question {
    let mut question = Question::default();
    let mut kinds: Vec<usize> = (0..10).collect();
    // Of a hundred questions one is about everything.
    let parameters = if dice.below(100) == 0 { 0 } else { 1 + dice.below(4).min(dice.below(4)) };
    for _ in 0..parameters {
        let kind = kinds.remove(dice.below(kinds.len()));
        match kind {
            0 => of_countries(&mut question, dice, rows, register),
            1 => of_a_region(&mut question, dice, register),
            2 => of_types(&mut question, dice, rows),
            3 => of_grades(&mut question, dice),
            4 => of_severity(&mut question, dice),
            5 => in_a_box(&mut question, dice),
            6 => near(&mut question, dice, rows),
            7 => with_words(&mut question, dice, rows),
            8 => of_organizations(&mut question, dice, rows, register),
            _ => in_a_period(&mut question, dice, rows),
        }
    }
    match dice.below(12) {
        0 => question.ask("state", "published", |_| true),
        1 => question.ask("network", "default", |_| true),
        2 => question.ask("network", "elsewhere", |_| false),
        _ => {}
    }
    question
}

fn some_rows<'r>(dice: &mut Dice, rows: &'r Rows, most: usize) -> Vec<&'r Row> {
    (0..=dice.below(most)).map(|_| dice.of(&rows.all)).collect()
}

fn of_countries(question: &mut Question, dice: &mut Dice, rows: &Rows, register: &Register<'_>) {
    let values: Vec<(String, String)> = some_rows(dice, rows, 4)
        .iter()
        .map(|row| {
            let written = match dice.below(3) {
                0 => row.country.clone(),
                1 => register.alpha2(&row.country),
                _ => row.country.to_lowercase(),
            };
            (written, row.country.clone())
        })
        .collect();
    question.choose(dice, "country", &values, |row, country| row.country == country);
}

fn of_a_region(question: &mut Question, dice: &mut Dice, register: &Register<'_>) {
    let (code, countries) = dice.of(&register.regions).clone();
    let not = dice.below(5) == 0;
    let name = if not { "region!" } else { "region" };
    question.ask(name, code, move |row| countries.contains(&row.country) != not);
}

fn of_types(question: &mut Question, dice: &mut Dice, rows: &Rows) {
    let values: Vec<(String, String)> = some_rows(dice, rows, 3)
        .iter()
        .filter_map(|row| row.types.iter().next())
        .map(|code| (code.clone(), code.clone()))
        .collect();
    question.choose(dice, "type", &values, |row, code| row.types.contains(code));
}

fn of_grades(question: &mut Question, dice: &mut Dice) {
    let grades = ["reported", "confirmed", "disputed"];
    let values: Vec<(String, String)> = (0..=dice.below(2))
        .map(|_| dice.of(&grades).to_string())
        .map(|grade| (grade.clone(), grade))
        .collect();
    question.choose(dice, "grade", &values, |row, grade| row.grade == grade);
}

fn of_severity(question: &mut Question, dice: &mut Dice) {
    let one = u8::try_from(1 + dice.below(5)).expect("small");
    let other = u8::try_from(1 + dice.below(5)).expect("small");
    let (least, most) = (one.min(other), one.max(other));
    match dice.below(4) {
        0 => question.ask("severity", format!("{one}"), move |row| row.severity == one),
        1 => question.ask("severity", format!("{one},{other}"), move |row| {
            row.severity == one || row.severity == other
        }),
        2 => question.ask("severity", format!("{least}..{most}"), move |row| {
            (least..=most).contains(&row.severity)
        }),
        _ => question.ask("severity", format!("{least}.."), move |row| row.severity >= least),
    }
}

fn in_a_box(question: &mut Question, dice: &mut Dice) {
    // Half way between two of the places that the file can have, so that none lies on an edge.
    let mut degrees = |from: i32, span: usize| {
        let whole = from + i32::try_from(dice.below(span)).expect("small");
        f64::from(whole) + 0.123_455
    };
    let (south, north) = (degrees(-60, 120), degrees(-60, 120));
    let (south, north) = (south.min(north), south.max(north) + 4.0);
    let (west, east) = (degrees(-179, 355), degrees(-179, 355));
    question.ask("bbox", format!("{west},{south},{east},{north}"), move |row| {
        row.place.is_some_and(|(longitude, latitude)| {
            let between = if west <= east {
                (west..=east).contains(&longitude)
            } else {
                longitude >= west || longitude <= east
            };
            between && (south..=north).contains(&latitude)
        })
    });
}

/// Kilometres between two places on a sphere of the mean radius of the earth, by the haversine.
fn kilometres(one: (f64, f64), other: (f64, f64)) -> f64 {
    let [(a, b), (c, d)] = [one, other].map(|(x, y)| (x.to_radians(), y.to_radians()));
    let half = ((d - b) / 2.0).sin().powi(2) + b.cos() * d.cos() * ((c - a) / 2.0).sin().powi(2);
    2.0 * 6_371.008_8 * half.sqrt().min(1.0).asin()
}

fn near(question: &mut Question, dice: &mut Dice, rows: &Rows) {
    let somewhere = dice.of(&rows.all).place.unwrap_or((178.9, -17.5));
    let within = [5.0, 25.0, 200.0, 1_500.0, 9_000.0][dice.below(5)];
    // Nobody can say on which side of an edge a metre lies.
    let on_the_edge = |row: &Row| {
        row.place.is_some_and(|place| (kilometres(place, somewhere) - within).abs() < 0.001)
    };
    if rows.all.iter().any(on_the_edge) {
        return;
    }
    let (longitude, latitude) = somewhere;
    question.parameters.push(("near".to_owned(), format!("{longitude},{latitude}")));
    question.ask("within", format!("{within}km"), move |row| {
        row.place.is_some_and(|place| kilometres(place, somewhere) <= within)
    });
}

fn with_words(question: &mut Question, dice: &mut Dice, rows: &Rows) {
    let mut asked = Vec::new();
    for _ in 0..=dice.below(2) {
        let word = dice.of(&rows.plain_words).clone();
        let beginning = word[..4].to_owned();
        let plain = !rows.doubtful.iter().any(|doubtful| doubtful.starts_with(&beginning));
        // The title of the source that every row has begins with these.
        let of_the_import = ["impo", "inci", "from", "file"].contains(&beginning.as_str());
        if dice.below(3) == 0 && plain && !of_the_import {
            asked.push(format!("{beginning}*"));
            let fits = move |row: &Row| row.words.iter().any(|word| word.starts_with(&beginning));
            question.means.push(Box::new(fits));
        } else {
            asked.push(if dice.below(2) == 0 { word.to_uppercase() } else { word.clone() });
            question.means.push(Box::new(move |row| row.words.contains(&word)));
        }
    }
    question.parameters.push(("q".to_owned(), asked.join(" ")));
}

fn of_organizations(
    question: &mut Question,
    dice: &mut Dice,
    rows: &Rows,
    register: &Register<'_>,
) {
    let values: Vec<(String, String)> = some_rows(dice, rows, 3)
        .iter()
        .filter_map(|row| row.organizations.iter().next())
        .map(|name| (register.number_of_organization(name), name.clone()))
        .collect();
    if !values.is_empty() {
        question
            .choose(dice, "organization", &values, |row, name| row.organizations.contains(name));
    }
}

fn in_a_period(question: &mut Question, dice: &mut Dice, rows: &Rows) {
    let day = dice.of(&rows.all).day;
    let (year, month) = (day.year(), day.month());
    let first = |year: i32, month: u32| NaiveDate::from_ymd_opt(year, month, 1).expect("a month");
    let last = |year: i32, month: u32| {
        let next = if month == 12 { first(year + 1, 1) } else { first(year, month + 1) };
        next.pred_opt().expect("the day before")
    };
    let (earliest, latest) = (first(1, 1), last(9999, 12));
    let quarter = (month - 1) / 3;
    let later = day + Days::new(u64::try_from(dice.below(900)).expect("small"));
    let (text, from, to) = match dice.below(9) {
        0 | 1 => (format!("{year}"), first(year, 1), last(year, 12)),
        2 => (format!("{year}-{month:02}"), first(year, month), last(year, month)),
        3 => (
            format!("{year}-Q{}", quarter + 1),
            first(year, quarter * 3 + 1),
            last(year, quarter * 3 + 3),
        ),
        4 => (format!("{day}/{later}"), day, later),
        5 => (format!("{day}/.."), day, latest),
        6 => (format!("../{day}"), earliest, day),
        7 => {
            let days = 1 + dice.below(400);
            let from = later - Days::new(u64::try_from(days - 1).expect("small"));
            (format!("P{days}D/{later}"), from, later)
        }
        _ => {
            let (y, m) = (later.year(), later.month());
            (format!("{year}-{month:02}/{y}-{m:02}"), first(year, month), last(y, m))
        }
    };
    question.period = Some((from, to));
    question.ask("period", text, move |row| (from..=to).contains(&row.day));
    // Every day of the file is known, so the three ways to match are one.
    match dice.below(4) {
        0 => question.ask("date_match", "within", |_| true),
        1 => question.ask("date_match", "possible", |_| true),
        _ => {}
    }
}
