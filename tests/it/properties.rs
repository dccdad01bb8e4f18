//! What must hold of every number, date, period and word, not only of those we thought of.

use amparo_domain::custody;
use amparo_domain::filter::Match;
use amparo_domain::fold;
use amparo_domain::grade::{independent_sources, unfounded};
use amparo_domain::incident::IncidentFacts;
use amparo_domain::likeness::{Party, Sketch};
use amparo_domain::names;
use amparo_domain::number::{Number, NumberError, Width};
use amparo_domain::partial_date::{PartialDate, Precision};
use amparo_domain::period::Period;
use amparo_domain::source::Source;
use amparo_domain::tier::Tier;
use chrono::{Datelike as _, NaiveDate};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn number() -> impl Strategy<Value = Number> {
    (any::<u64>(), prop_oneof![Just(Width::Eight), Just(Width::Ten)])
        .prop_map(|(random, width)| Number::from_random(random, width))
}

fn day() -> impl Strategy<Value = NaiveDate> {
    (1_i32..=9998, 1_u32..=366)
        .prop_filter_map("days of leap years", |(year, day)| NaiveDate::from_yo_opt(year, day))
}

/// A date as a source may give it, with the days between which it must lie.
fn date() -> impl Strategy<Value = (String, Option<NaiveDate>, Option<NaiveDate>)> {
    let mark = prop_oneof![Just(""), Just("~"), Just("?"), Just("%")];
    (day(), day(), 0..8_u8, mark).prop_map(|(one, other, form, mark)| {
        let (first, last) = if one <= other { (one, other) } else { (other, one) };
        let (year, month) = (first.year(), first.month());
        let end_of_year = |year| NaiveDate::from_ymd_opt(year, 12, 31);
        let start = |year, month| NaiveDate::from_ymd_opt(year, month, 1);
        let end_of_month = |year: i32, month: u32| {
            let next = if month == 12 { start(year + 1, 1) } else { start(year, month + 1) };
            next.and_then(|day| day.pred_opt())
        };
        match form {
            0 => (format!("{first}{mark}"), Some(first), Some(first)),
            1 => (
                format!("{year:04}-{month:02}{mark}"),
                start(year, month),
                end_of_month(year, month),
            ),
            2 => (format!("{year:04}{mark}"), start(year, 1), end_of_year(year)),
            3 => (format!("{first}{mark}/{last}{mark}"), Some(first), Some(last)),
            4 => (format!("/{last}"), None, Some(last)),
            5 => (format!("{first}/.."), Some(first), None),
            6 => (format!("../{last}"), None, Some(last)),
            _ => (
                format!("{year:04}-{month:02}/{:04}", last.year()),
                start(year, month),
                end_of_year(last.year()),
            ),
        }
    })
}

/// The same cases in every run.
fn same() -> ProptestConfig {
    ProptestConfig {
        rng_seed: RngSeed::Fixed(20_261_125),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

#[test]
fn every_character_folds_once_and_for_all() {
    let mut wrong = Vec::new();
    for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
        let folded = fold::fold(&c.to_string());
        if fold::fold(&folded) != folded {
            wrong.push(c);
        }
    }
    assert!(wrong.is_empty(), "{} characters, {:?}", wrong.len(), &wrong[..wrong.len().min(40)]);
}

/// Sources each of which may repeat another.
fn sources() -> impl Strategy<Value = Vec<Source>> {
    let repeats = prop::collection::vec(prop::option::of(0..12_usize), 0..12);
    repeats.prop_map(|repeats| {
        let named = |nth: usize| format!("S{}", nth + 1);
        let sources = repeats.iter().enumerate();
        sources
            .map(|(nth, repeats)| Source {
                reference: named(nth),
                same_origin_as: repeats.map(named),
                ..Source::default()
            })
            .collect()
    })
}

/// Those that repeat one another, told by walking from each to all it leads to, both ways.
fn groups(sources: &[Source]) -> usize {
    let leads =
        |one: &Source, other: &Source| one.same_origin_as.as_ref() == Some(&other.reference);
    let mut seen = vec![false; sources.len()];
    let mut groups = 0;
    for first in 0..sources.len() {
        if std::mem::replace(&mut seen[first], true) {
            continue;
        }
        groups += 1;
        let mut from = vec![first];
        while let Some(one) = from.pop() {
            for other in 0..sources.len() {
                let joined =
                    leads(&sources[one], &sources[other]) || leads(&sources[other], &sources[one]);
                if joined && !std::mem::replace(&mut seen[other], true) {
                    from.push(other);
                }
            }
        }
    }
    groups
}

/// An incident as the sources, events and claims of it lie to one another, with days of 2024 and one person.
fn told() -> impl Strategy<Value = IncidentFacts<Number>> {
    let source = (prop::option::of(0..60_u64), prop::bool::weighted(0.2));
    let sources = prop::collection::vec(source, 0..4);
    let event = (0..60_u64, 0..4_usize, prop::option::of(0..4_usize));
    (sources, prop::collection::vec(event, 0..6)).prop_map(|(sources, events)| {
        let day = |nth: u64| NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + chrono::Days::new(nth);
        let named = |nth: usize| format!("S{}", nth + 1);
        let mut facts: IncidentFacts<Number> = serde_json::from_value(serde_json::json!({
            "grade": "reported", "title": "t", "types": ["detention"], "occurred": "2024", "country": "AZE",
            "people": [{"ref": "P1", "person": Number::from_random(1, Width::Eight), "role": "affected_person", "display": "role"}],
        })).unwrap();
        facts.sources = sources.iter().enumerate().map(|(nth, (date, hidden))| Source {
            reference: named(nth),
            date: date.map(|nth| PartialDate::day(day(nth))),
            tier: if *hidden { Tier::Network } else { Tier::Public },
            ..Source::default()
        }).collect();
        facts.events = events.iter().enumerate().map(|(nth, (on, kind, source))| {
            let kind = ["detained", "remanded", "released", "house_arrest"][*kind];
            let source = source.filter(|nth| *nth < sources.len()).map(named);
            serde_json::from_value(serde_json::json!({"ref": format!("E{}", nth + 1), "kind": kind,
                "date": day(*on).to_string(), "people": ["P1"], "source": source})).unwrap()
        }).collect();
        let public = amparo_domain::facts::Stored::Incident(facts).narrowed(Tier::Public).into_owned();
        let amparo_domain::facts::Stored::Incident(public) = public else { unreachable!() };
        public
    })
}

/// Kilometres between two points on the sphere.
fn haversine((lon1, lat1): (f64, f64), (lon2, lat2): (f64, f64)) -> f64 {
    let (dx, dy) = ((lon2 - lon1).to_radians() / 2.0, (lat2 - lat1).to_radians() / 2.0);
    let h = dy.sin().powi(2) + lat1.to_radians().cos() * lat2.to_radians().cos() * dx.sin().powi(2);
    2.0 * 6_371.008_8 * h.sqrt().min(1.0).asin()
}

amparo_tests::on_both! {
    /// Circles and boxes anywhere, over the poles and the antimeridian too, find what a look at every point finds.
    async fn a_circle_and_a_box_find_what_lies_in_them(app: TestApp) {
        let mut dice = 20_261_126_u64;
        let mut unit = || {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            f64::from(u32::try_from(dice >> 32).unwrap()) / f64::from(u32::MAX)
        };
        let rounded = |x: f64| (x * 1e4).round() / 1e4;
        let mut points = vec![(180.0, 0.0), (-180.0, 10.0), (0.0, 90.0), (13.0, -90.0), (-179.9999, 65.0)];
        for nth in 0..40 {
            // Half of them near the antimeridian or a pole.
            let edge = nth % 2 == 0;
            let lon = if edge { 179.0 + 2.0 * unit() } else { 360.0 * unit() - 180.0 };
            let lat = if nth % 4 == 0 { 90.0 - 3.0 * unit() } else { 180.0 * unit() - 90.0 };
            points.push((rounded(if lon > 180.0 { lon - 360.0 } else { lon }), rounded(lat)));
        }
        let all: Vec<serde_json::Value> = points.iter().enumerate().map(|(nth, (lon, lat))| {
            amparo_tests::incident().titled(&format!("point {nth}")).at(*lon, *lat).into()
        }).collect();
        for draft in all {
            app.published("incidents", draft).await;
        }
        let found = async |query: String| {
            let page = app.public().read(&format!("/api/v1/incidents?limit=200&{query}")).await;
            let items = page["items"].as_array().unwrap().iter();
            let mut found: Vec<usize> = items.map(|item| {
                item["title"].as_str().unwrap().trim_start_matches("point ").parse().unwrap()
            }).collect();
            found.sort_unstable();
            found
        };
        // The antimeridian has two names.
        assert_eq!(found("bbox=179.9999999,-5,180,15".to_owned()).await, [0, 1]);
        assert_eq!(found("bbox=-180,-5,-179.9999999,15".to_owned()).await, [0, 1]);
        for nth in 0..60 {
            let (lon, lat) = match nth % 3 {
                0 => points[nth % points.len()],
                1 => (rounded(360.0 * unit() - 180.0), rounded(180.0 * unit() - 90.0)),
                _ => (rounded(179.5 + unit() / 2.0), rounded(170.0 * unit() - 85.0)),
            };
            let km = rounded(match nth % 4 { 0 => 50.0, 1 => 500.0, 2 => 4_000.0, _ => 15_000.0 } * unit() + 1.0);
            let inside: Vec<usize> = (0..points.len()).filter(|nth| haversine((lon, lat), points[*nth]) <= km).collect();
            assert_eq!(found(format!("near={lon},{lat}&within={km}km")).await, inside, "{lon},{lat} {km} km");
            let (west, east) = (rounded(360.0 * unit() - 180.0), rounded(360.0 * unit() - 180.0));
            let (one, other) = (rounded(180.0 * unit() - 90.0), rounded(180.0 * unit() - 90.0));
            let (south, north) = (one.min(other), one.max(other));
            let inside: Vec<usize> = (0..points.len()).filter(|nth| {
                let (lon, lat) = points[*nth];
                let across = if west <= east { (west..=east).contains(&lon) } else { lon >= west || lon <= east };
                across && (south..=north).contains(&lat)
            }).collect();
            assert_eq!(found(format!("bbox={west},{south},{east},{north}")).await, inside, "{west},{south},{east},{north}");
        }
    }
}

proptest! {
    #![proptest_config(same())]

    /// What is known by a day is what sources of that day say and no more, it only grows, and custody that
    /// lists are asked by is that of the events that are told.
    #[test]
    fn nothing_is_known_before_a_source_says_it(facts in told(), one in 0..70_u64, other in 0..70_u64) {
        let day = |nth: u64| NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + chrono::Days::new(nth);
        let (first, last) = (day(one.min(other)), day(one.max(other)));
        let by = |source: &Source, day: NaiveDate| source.date.as_ref().and_then(PartialDate::end).is_some_and(|end| end <= day);
        let any = facts.sources.iter().any(|source| by(source, first));
        let known = facts.as_known_on(first);
        prop_assert_eq!(known.is_some(), any);
        prop_assert_eq!(facts.known_from().is_some_and(|from| from <= first), any);
        let refs = |facts: &IncidentFacts<Number>| facts.events.iter().map(|event| event.reference.clone()).collect::<Vec<_>>();
        if let Some(known) = &known {
            prop_assert!(known.sources.iter().all(|source| by(source, first)));
            for event in &facts.events {
                let told = match &event.source {
                    Some(name) => facts.sources.iter().any(|source| source.reference == *name && by(source, first)),
                    None => facts.sources.iter().all(|source| by(source, first)),
                };
                prop_assert_eq!(refs(known).contains(&event.reference), told);
            }
            let later = refs(&facts.as_known_on(last).unwrap());
            prop_assert!(refs(known).iter().all(|event| later.contains(event)));
            let again = known.as_known_on(first);
            prop_assert_eq!(again.as_ref(), Some(known), "it is known from itself");
        }
        let spans = facts.known_custody(std::iter::once("P1"));
        for on in (0..70).map(day) {
            let of_rows: Vec<_> = spans.iter()
                .filter(|known| known.known_from <= first && known.known_until.is_none_or(|until| until > first))
                .filter(|known| known.span.from <= on && known.span.until.is_none_or(|until| until > on))
                .map(|known| known.span.status).collect();
            let told = known.iter().filter_map(|facts| custody::derive(&facts.events, "P1", on).custody);
            prop_assert_eq!(of_rows, told.map(|custody| custody.status).collect::<Vec<_>>());
        }
        // However many people there are, each is counted once.
        let people = ["P1", "P2", "P3"];
        let spans = facts.known_custody(people.into_iter());
        for on in (0..70).map(day) {
            let counted: i32 = spans.iter()
                .filter(|known| known.known_from <= first && known.known_until.is_none_or(|until| until > first))
                .filter(|known| known.span.from <= on && known.span.until.is_none_or(|until| until > on))
                .map(|known| known.people).sum();
            let told = known.iter().flat_map(|facts| people.map(|person| custody::derive(&facts.events, person, on).custody));
            prop_assert_eq!(usize::try_from(counted).unwrap(), told.flatten().count());
        }
    }

    /// A match is certain where every day on which the date can lie, if its ends are known, would touch the period.
    #[test]
    fn a_certain_match_is_certain((text, start, end) in date(), (from, to) in (day(), day())) {
        let (from, to) = (from.min(to), from.max(to));
        let date: PartialDate = text.parse().unwrap();
        let period = Period { from: Some(from), to: Some(to) };
        if let (Some(start), Some(end)) = (start, end) {
            prop_assert_eq!(Match::of(&date, period) == Match::Certain, start <= to && end >= from);
        }
        let all = Period { from: None, to: None };
        prop_assert_eq!(Match::of(&date, all) == Match::Certain, date.certain_span().is_some());
    }

    /// However sources repeat one another, those of one origin count once, and only two origins
    /// confirm.
    #[test]
    fn sources_of_one_origin_count_once(mut sources in sources(), turn in 0..12_usize, link in 0..12_usize) {
        let count = independent_sources(&sources);
        prop_assert_eq!(count, groups(&sources));
        let basis = "independent_sources".parse().ok();
        let stands = unfounded("confirmed".parse().unwrap(), basis, &sources).is_none();
        prop_assert_eq!(stands, count >= 2);
        if !sources.is_empty() {
            // In whatever order they stand.
            let turn = turn % sources.len();
            sources.rotate_left(turn);
            prop_assert_eq!(independent_sources(&sources), count);
            // Who says of one more that it repeats another never makes more of them.
            if let Some(source) = sources.iter_mut().find(|source| source.same_origin_as.is_none()) {
                source.same_origin_as = Some(format!("S{}", link + 1));
            }
            prop_assert!(independent_sources(&sources) <= count);
        }
    }

    #[test]
    fn a_number_reads_back_as_it_is_written(number in number()) {
        prop_assert_eq!(number.to_string().parse(), Ok(number));
        prop_assert_eq!(number.as_i64().to_string().parse(), Ok(number));
        prop_assert_eq!(Number::from_i64(number.as_i64()), Ok(number));
        let written = number.to_string();
        prop_assert!(!written.starts_with('0'));
        prop_assert_eq!(format!("OBS {}", written.replace('-', " ")).parse(), Ok(number));
    }

    #[test]
    fn one_wrong_digit_is_always_caught(number in number(), at in 0..10_usize, by in 1..10_u8) {
        let mut digits = number.as_i64().to_string().into_bytes();
        let at = at % digits.len();
        digits[at] = b'0' + (digits[at] - b'0' + by) % 10;
        let wrong = String::from_utf8(digits).unwrap();
        prop_assert!(wrong.parse::<Number>().is_err(), "{} for {}", wrong, number);
        if !wrong.starts_with('0') {
            prop_assert_eq!(wrong.parse::<Number>(), Err(NumberError::Mistyped));
        }
    }

    #[test]
    fn two_swapped_neighbours_are_always_caught(number in number(), at in 0..9_usize) {
        let mut digits = number.as_i64().to_string().into_bytes();
        let at = at % (digits.len() - 1);
        digits.swap(at, at + 1);
        let swapped = String::from_utf8(digits).unwrap();
        if swapped != number.as_i64().to_string() {
            prop_assert!(swapped.parse::<Number>().is_err(), "{} for {}", swapped, number);
        }
    }

    #[test]
    fn no_text_breaks_the_reader_of_numbers(text in "\\PC*") {
        let _ = text.parse::<Number>();
        let _ = text.parse::<PartialDate>();
        let _ = text.parse::<Period>();
        let _ = text.parse::<amparo_domain::period::Duration>();
        let _ = text.parse::<amparo_domain::country::CountryCode>();
        let _ = amparo_domain::filter::Words::parse(&text);
    }

    #[test]
    fn no_text_of_digits_breaks_the_reader_of_dates(text in "[-0-9/.~?%PQMWD]{0,24}") {
        let _ = text.parse::<amparo_domain::period::Duration>();
        if let Ok(date) = text.parse::<PartialDate>() {
            prop_assert_eq!(date.edtf().parse::<PartialDate>(), Ok(date.clone()));
            if let (Some(start), Some(end)) = (date.start(), date.end()) {
                prop_assert!(start <= end, "{}", text);
            }
        }
        if let Ok(Period { from: Some(from), to: Some(to) }) = text.parse::<Period>() {
            prop_assert!(from <= to, "{}", text);
        }
    }

    /// Nothing is invented: the bounds are those of what was said, and the text stays as it was.
    #[test]
    fn a_date_says_what_its_source_said((text, start, end) in date()) {
        let date: PartialDate = text.parse().unwrap();
        prop_assert_eq!(date.edtf(), &text);
        prop_assert_eq!(date.to_string(), text.clone());
        prop_assert_eq!((date.start(), date.end()), (start, end));
        let exact = date.precision() == Precision::Day;
        prop_assert_eq!(exact, start.is_some() && start == end && !text.contains('/'));
        prop_assert_eq!(date.exact_day().is_some(), exact);
        let (first, last) = date.possible_span();
        prop_assert!(first <= last);
        if let Some((from, to)) = date.certain_span() {
            prop_assert!(first <= from && from <= to && to <= last);
        }
        prop_assert_eq!(date.is_approximate(), text.contains(['~', '%']));
        prop_assert_eq!(date.is_uncertain(), text.contains(['?', '%']));
    }

    #[test]
    fn a_period_holds_exactly_its_days(one in day(), other in day()) {
        let (from, to) = if one <= other { (one, other) } else { (other, one) };
        let whole: Period = format!("{from}/{to}").parse().unwrap();
        prop_assert_eq!((whole.from, whole.to), (Some(from), Some(to)));
        if from != to {
            let reversed = format!("{to}/{from}").parse::<Period>();
            prop_assert!(reversed.is_err());
        }
        let day: Period = from.to_string().parse().unwrap();
        prop_assert_eq!((day.from, day.to), (Some(from), Some(from)));
        let quarter = (from.month() - 1) / 3 + 1;
        let quarter: Period = format!("{:04}-Q{quarter}", from.year()).parse().unwrap();
        let year: Period = format!("{:04}", from.year()).parse().unwrap();
        prop_assert!(year.from <= quarter.from && quarter.from <= Some(from));
        prop_assert!(Some(from) <= quarter.to && quarter.to <= year.to);
    }

    #[test]
    fn a_duration_leads_there_and_back(day in day(), days in 0_u32..4000) {
        let duration: amparo_domain::period::Duration = format!("P{days}D").parse().unwrap();
        let after = duration.after(day);
        if let Some(after) = after {
            prop_assert_eq!(duration.before(after), Some(day));
            prop_assert_eq!((after - day).num_days(), i64::from(days));
        }
    }

    #[test]
    fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
        let folded = fold::fold(&text);
        prop_assert_eq!(fold::fold(&folded), folded.clone());
        prop_assert_eq!(fold::key(&fold::key(&text)), fold::key(&text));
    }

    #[test]
    fn words_are_letters_and_digits_of_a_bounded_length(text in "\\PC{0,200}") {
        for word in fold::words(&text) {
            prop_assert!(!word.is_empty() && word.chars().count() <= fold::WORD_LIMIT);
            prop_assert!(word.chars().all(char::is_alphanumeric), "{}", word);
        }
    }

    #[test]
    fn two_names_are_as_like_as_the_other_way_round(one in "\\PC{0,30}", other in "\\PC{0,30}") {
        let like = names::alike(&one, &other);
        prop_assert!((0.0..=1.0).contains(&like), "{}", like);
        prop_assert_eq!(like.to_bits(), names::alike(&other, &one).to_bits());
        let titles = names::words_alike(&one, &other);
        prop_assert!((0.0..=1.0).contains(&titles), "{}", titles);
        prop_assert_eq!(titles.to_bits(), names::words_alike(&other, &one).to_bits());
    }

    /// Another order of its words, other capitals, and one letter doubled or another.
    #[test]
    fn a_slip_in_a_name_leaves_it_alike(
        given in "[a-z]{5,9}", family in "[a-z]{6,10}", at in 0..5_usize, letter in "[a-z]",
    ) {
        let mut slip = family.clone();
        slip.replace_range(at..=at, &letter);
        let mut doubled = family.clone();
        doubled.insert(at, family.as_bytes()[at].into());
        for written in [slip, doubled, family.to_uppercase()] {
            let like = names::alike(&format!("{given} {family}"), &format!("{written}, {given}"));
            // What is compared is shorter where letters are taken together.
            let enough = family.len() >= 6 && like >= 0.75;
            prop_assert!(enough || together(&given) || together(&family) || together(&written), "{} {} {}", given, family, written);
        }
    }

    #[test]
    fn two_incidents_are_as_like_as_the_other_way_round(
        (one, ..) in date(), (other, ..) in date(), named in any::<bool>(), apart in any::<bool>(),
    ) {
        let sketch = |occurred: &str, country: &str, people: bool| Sketch {
            country: country.parse().unwrap(),
            types: vec!["detention".parse().unwrap()],
            occurred: occurred.parse().unwrap(),
            title: "Detention of {P1}".to_owned(),
            people: people
                .then(|| Party {
                    number: Number::from_random(7, Width::Eight),
                    names: vec!["Zorabeth Quillfeather".to_owned()],
                })
                .into_iter()
                .collect(),
            organizations: Vec::new(),
        };
        let country = if apart { "GEO" } else { "AZE" };
        let (one, other) = (sketch(&one, "AZE", true), sketch(&other, country, named));
        let likeness = one.likeness(&other);
        prop_assert_eq!(&likeness, &other.likeness(&one));
        prop_assert!(likeness.is_none_or(|likeness| !apart && (0.0..=1.0).contains(&likeness.score)));
        let itself = one.likeness(&one);
        prop_assert!(itself.is_some_and(|likeness| likeness.score > 0.8) || one.occurred.edtf() == "XXXX"
            || one.occurred.exact_day().is_none());
    }
}

/// Whether a word has letters that are compared as fewer or none.
fn together(word: &str) -> bool {
    let folded = word.to_lowercase();
    let doubled = folded.as_bytes().windows(2).any(|two| two[0] == two[1]);
    doubled
        || ["h", "y", "w", "x", "q", "ck", "ts", "tz", "ou", "oo", "ee", "dj", "i"]
            .iter()
            .any(|two| folded.contains(two))
}
