use super::*;

fn cite(number: &str, version: u32) -> Cite {
    let number: Number = number.parse().unwrap();
    let address = format!("https://obs.example/r/{}/v{version}", number.as_i64());
    Cite {
        number,
        version: Some(version),
        footnote: format!(
            "Observer Record, OBS {number}, version {version}: \"<b>\", {address} (accessed)."
        ),
        short: format!("OBS {number} v{version}."),
        address: Some(address),
    }
}

fn html(body: &str) -> Html {
    let cites = [cite("4827-1930", 1), cite("3051-8843", 2), cite("4827-1930", 2)];
    body_html(body, &cites, Language::En, "n")
}

#[test]
fn what_is_hostile_is_text() {
    for (body, expected) in [
        ("<script>alert(1)</script>", "<p dir=\"ltr\">&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        (
            "a <img src=x onerror=alert(1)> b",
            "<p dir=\"ltr\">a &lt;img src=x onerror=alert(1)&gt; b</p>\n",
        ),
        ("[x](javascript:alert(1))", "<p dir=\"ltr\">x</p>\n"),
        (
            "[x](JaVaScRiPt:alert(1)) [y](data:text/html,x) [z](//evil.example) [r](/r/1)",
            "<p dir=\"ltr\">x y z r</p>\n",
        ),
        ("<javascript:alert(1)>", "<p dir=\"ltr\">javascript:alert(1)</p>\n"),
        ("one<br>two", "<p dir=\"ltr\">one<br>\ntwo</p>\n"),
        (
            "![a \"picture\"](https://e.org/a.png?a=1&b=\"x\")",
            "<p dir=\"ltr\"><a href=\"https://e.org/a.png?a=1&amp;b=&quot;x&quot;\" rel=\"noreferrer nofollow\">a &quot;picture&quot;</a></p>\n",
        ),
        (
            "[![](https://e.org/a.png)](https://e.org)",
            "<p dir=\"ltr\"><a href=\"https://e.org\" rel=\"noreferrer nofollow\">https://e.org</a></p>\n",
        ),
        ("\u{2e28}\u{fdd0}\u{2e29}", "<p>\u{2e28}\u{2e29}</p>\n"),
    ] {
        assert_eq!(html(body).text, expected, "{body}");
    }
}

#[test]
fn no_depth_is_too_deep() {
    for hostile in [
        ">".repeat(100_000),
        "* ".repeat(100_000),
        "[".repeat(20_000),
        "*a ".repeat(60_000),
        "![".repeat(100_000),
        "[^1]: ".repeat(30_000),
        "<".repeat(200_000),
        "[[4827-1930]]".repeat(15_000),
        format!("{}x{}", "**a _b ".repeat(20_000), "_ **".repeat(20_000)),
    ] {
        let html = html(&hostile);
        assert!(html.text.len() < 10_000_000);
    }
}

#[test]
fn notes_are_numbered_as_they_are_first_mentioned() {
    let html = html(
        "# One\n\nA[[3051-8843]] and **b.”**[[4827-1930]] own[^x] again[[OBS 3051-8843]] newer[[4827-1930 v2]] \
         [linked[[4827-1930]]](https://e.org) hidden[[7714-0960]] mistyped[[4827-1931]] `code[[3051-8843]]`\n\n\
         [^x]: My own *words*.[[4827-1930 v2]]\n\n[^unused]: never",
    );
    let marks: Vec<&str> = html
        .text
        .split("role=\"doc-noteref\">")
        .skip(1)
        .filter_map(|rest| rest.split('<').next())
        .collect();
    assert_eq!(marks, ["1", "2", "3", "1", "4", "2", "1"], "{}", html.text);
    assert!(
        html.text.starts_with("<h2 dir=\"ltr\">One</h2>\n<p dir=\"ltr\">A<sup"),
        "{}",
        html.text
    );
    assert!(html.text.contains("<strong>b.”</strong><sup"), "{}", html.text);
    assert!(html.text.contains("linked</a><sup"), "{}", html.text);
    assert!(html.text.contains("hidden mistyped[[4827-1931]]"), "{}", html.text);
    assert_eq!(html.notes.matches("<li ").count(), 4);
    assert_eq!(html.notes.matches("doc-backlink").count(), 3 + 2 + 1 + 2);
    assert!(html.notes.contains("My own <em>words</em>.<sup"), "{}", html.notes);
    assert!(
        html.notes.contains("<a href=\"https://obs.example/r/30518843/v2\" dir=\"ltr\">"),
        "{}",
        html.notes
    );
    assert!(html.notes.contains("&lt;b&gt;") && !html.notes.contains("<b>"));
    assert!(!html.notes.contains("never"));
}
