//! The 20 indicators: what `docs/indicators.md` says of each is what the demonstration register answers.

use amparo_tests::on_both;

const PAGE: &str = include_str!("../../docs/indicators.md");

/// The queries of the page with the answers it gives.
fn queries() -> Vec<(String, u64)> {
    let rows = PAGE.lines().filter(|line| {
        line.starts_with("| ")
            && line.split('|').nth(1).is_some_and(|n| n.trim().parse::<u8>().is_ok())
    });
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        (cells[3].trim_matches('`').to_owned(), cells[4].parse().unwrap())
    })
    .collect()
}

on_both! {
    async fn the_page_of_indicators_is_true(app: TestApp) {
        app.load_register().await;
        let public = app.public();
        let queries = queries();
        assert_eq!(queries.len(), 20);
        let mut wrong = Vec::new();
        for (query, answer) in queries {
            let counts = public.read(&query).await;
            let (total, asked) = (&counts["meta"]["total"], query.split_once('?').unwrap().1);
            if *total != answer {
                wrong.push(format!("{query}: {total}, the page says {answer}"));
            }
            // The list, the sentence and the counts say the same.
            let list = public.read(&format!("/api/v1/incidents?{asked}&total=true&limit=1")).await;
            assert_eq!(&list["meta"]["total"], total, "{query}");
            let sentence = public.read(&format!("/api/v1/counts/sentence?{asked}")).await;
            assert_eq!(&sentence["incidents"], total, "{query}");
            // And it takes other filters.
            let narrower = public.read(&format!("{query}&period=2020/2024&region=eurasia&group_by=country,year")).await;
            assert!(narrower["meta"]["total"].as_u64() <= total.as_u64(), "{query}");
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
