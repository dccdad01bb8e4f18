//! Whatever a list does to be fast, a period finds exactly what its dates say.

use amparo_domain::partial_date::PartialDate;
use amparo_domain::period::Period;
use amparo_tests::{incident, on_both};
use chrono::NaiveDate;

const DATES: [&str; 12] = [
    "2024-04-29",
    "2024-04",
    "2023",
    "2020-06/2026-02",
    "2024-12-30/2025-01-02",
    "../2022-05-01",
    "/2022-05-01",
    "2021-03-01/..",
    "2021-03-01/",
    "XXXX",
    "201X",
    "2030-01-01",
];
const PERIODS: [&str; 11] = [
    "2024",
    "2024-04-29",
    "2010",
    "1990",
    "2022-05-01",
    "2022-05-02",
    "../2019",
    "2027/..",
    "2026-02",
    "2024-04/2024-05",
    "2031",
];

fn matches(date: &str, period: Period, date_match: &str) -> bool {
    let date: PartialDate = date.parse().unwrap();
    let (from, to) = (period.from.unwrap_or(NaiveDate::MIN), period.to.unwrap_or(NaiveDate::MAX));
    let touches = |(first, last): (NaiveDate, NaiveDate)| first <= to && last >= from;
    let (first, last) = date.possible_span();
    match date_match {
        "overlap" => date.certain_span().is_some_and(touches),
        "possible" => touches((first, last)),
        // An end that nobody knows lies in no period, not even in one that is open.
        _ => {
            (period.from.is_none() || first >= from && first > NaiveDate::MIN)
                && (period.to.is_none() || last <= to && last < NaiveDate::MAX)
        }
    }
}

on_both! {
    /// Every shape of date against every shape of period, on pages of two.
    async fn a_period_finds_exactly_what_its_dates_say(app: TestApp) {
        for date in DATES {
            app.published("incidents", incident().on(date).titled(date)).await;
        }
        for period in PERIODS {
            for date_match in ["overlap", "within", "possible"] {
                let resolved: Period = period.parse().unwrap();
                let mut wanted: Vec<&str> =
                    DATES.into_iter().filter(|date| matches(date, resolved, date_match)).collect();
                wanted.sort_unstable();
                let mut found = Vec::new();
                let asked = format!("/api/v1/incidents?period={period}&date_match={date_match}&limit=2&total=true");
                let mut next = asked.clone();
                loop {
                    let page = app.public().read(&next).await;
                    assert_eq!(page["meta"]["total"], wanted.len(), "{asked}");
                    let items = page["items"].as_array().unwrap();
                    found.extend(items.iter().map(|item| item["title"].as_str().unwrap().to_owned()));
                    let Some(after) = page["next"].as_str() else { break };
                    next = format!("{asked}&after={after}");
                }
                found.sort_unstable();
                assert_eq!(found, wanted, "{asked}");
            }
        }
    }
}
