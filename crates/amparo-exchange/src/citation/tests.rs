//! The texts of the design page, and what must survive every form.

use amparo_domain::language::Language;

use super::*;

fn cited() -> Cited {
    Cited {
        instance: "Observer Record".to_owned(),
        prefix: "OBS".to_owned(),
        number: "4827-1930".parse().ok(),
        pin: Pin::Version(3),
        subject: Subject::Record,
        title: "Detention of Anar Mammadli, EMDS, Azerbaijan, 29 April 2024".to_owned(),
        title_language: Some("en".to_owned()),
        published: "2026-02-03".parse().ok(),
        accessed: "2026-02-04".parse().unwrap(),
        address: "https://obs.example/r/48271930/v3".to_owned(),
        standing: Standing::Stands,
    }
}

fn latest() -> Cited {
    Cited { pin: Pin::Latest, address: "https://obs.example/r/48271930".to_owned(), ..cited() }
}

fn list() -> Cited {
    let figures =
        Figures { incidents: 17, countries: Some(9), period: "2024-01-01/2024-10-31".parse().ok() };
    Cited {
        prefix: "OBS-L".to_owned(),
        pin: Pin::Whole,
        subject: Subject::List(figures),
        title: "Incidents of 2024".to_owned(),
        published: "2026-04-30".parse().ok(),
        address: "https://obs.example/r/48271930".to_owned(),
        ..cited()
    }
}

fn text(cited: &Cited, form: Form, language: Language) -> String {
    String::from_utf8(cited.write(form, language)).unwrap().trim_end().to_owned()
}

/// As the design page writes them, where the hyphen of a number is one that no program takes for a range.
#[test]
fn the_texts_are_those_of_the_design_page() {
    let number = |text: &str| text.replace("4827-1930", "4827\u{2011}1930");
    for (form, of, expected) in [
        (
            Form::Footnote,
            cited(),
            "Observer Record, OBS 4827-1930, version 3: \"Detention of Anar Mammadli, EMDS, Azerbaijan, 29 April 2024\" (3 February 2026), https://obs.example/r/48271930/v3 (accessed 4 February 2026).",
        ),
        (Form::Short, cited(), "OBS 4827-1930 v3."),
        (Form::InText, cited(), "(OBS 4827-1930 v3)"),
        (Form::Line, latest(), "OBS 4827-1930, obs.example/r/48271930"),
        (
            Form::Apa,
            cited(),
            "Observer Record. (2026, February 3). Detention of Anar Mammadli, EMDS, Azerbaijan, 29 April 2024 (OBS 4827-1930, Version 3) [Data record]. https://obs.example/r/48271930/v3",
        ),
        (
            Form::Line,
            list(),
            "17 incidents in 9 countries, January–October 2024 (Observer Record, list OBS\u{2011}L 4827-1930, as of 30 April 2026, obs.example/r/48271930)",
        ),
        // As citeproc-js prints it with the same style; tests/tools compares the two.
        (
            Form::Chicago,
            cited(),
            "Observer Record. “Detention of Anar Mammadli, EMDS, Azerbaijan, 29 April 2024.” Data record OBS 4827-1930. Version 3. February 3, 2026. https://obs.example/r/48271930/v3.",
        ),
    ] {
        assert_eq!(text(&of, form, Language::En), number(expected));
    }
    assert!(
        cited()
            .apa(Language::En)
            .html
            .contains("<i>Detention of Anar Mammadli, EMDS, Azerbaijan, 29 April 2024</i>")
    );
}

#[test]
fn the_words_are_those_of_the_language() {
    let footnote = |language| cited().footnote(language).replace('\u{2011}', "-");
    for (language, expected) in [
        (
            Language::Fr,
            "Observer Record, OBS 4827-1930, version 3\u{a0}: «\u{a0}Detention of Anar Mammadli, EMDS, Azerbaijan, 29 April 2024\u{a0}» (3 février 2026), https://obs.example/r/48271930/v3 (consulté le 4 février 2026).",
        ),
        (
            Language::Ru,
            "Observer Record, OBS 4827-1930, версия 3: «Detention of Anar Mammadli, EMDS, Azerbaijan, 29 April 2024» (3 февраля 2026\u{a0}г.), https://obs.example/r/48271930/v3 (дата обращения: 4 февраля 2026\u{a0}г.).",
        ),
        (
            Language::Ar,
            "Observer Record\u{200f}، OBS 4827-1930\u{200f}، النسخة 3: «Detention of Anar Mammadli, EMDS, Azerbaijan, 29 April 2024\u{200f}» (3 فبراير 2026)، https://obs.example/r/48271930/v3 \u{200f}(اطُّلع عليه في 4 فبراير 2026).",
        ),
    ] {
        assert_eq!(footnote(language), expected);
    }
    let apa = |language| cited().apa(language).plain;
    for (language, when) in [
        (Language::En, "(2026, February 3)"),
        (Language::Es, "(2026, 3 de febrero)"),
        (Language::Fr, "(2026, 3 février)"),
        (Language::Pt, "(2026, 3 de fevereiro)"),
        (Language::Ru, "(2026, 3 февраля)"),
        (Language::Ar, "(2026، 3 فبراير)"),
    ] {
        assert!(apa(language).contains(when), "{}", apa(language));
    }
}

/// In every form and language: the number as it is printed, the address as it is, and no digits but Latin ones.
#[test]
fn the_number_survives_everywhere() {
    for of in [cited(), latest(), list()] {
        let printed = of.printed_number().unwrap();
        for language in Language::ALL {
            for form in Form::ALL {
                let bytes = of.write(form, language);
                assert_eq!(bytes, of.write(form, language), "the same bytes every time");
                let text = String::from_utf8_lossy(&bytes);
                let shown = text.contains(&printed);
                assert!(shown || form == Form::Docx, "{form:?} {language}: {text}");
                assert!(!text.contains("4827-1930"), "{form:?} {language}: {text}");
                assert!(!text.chars().any(|c| ('٠'..='٩').contains(&c)), "{text}");
                let bare = of.address.trim_start_matches("https://");
                let short = matches!(form, Form::Short | Form::InText);
                assert!(text.contains(bare) || short, "{form:?} {language}: {text}");
            }
        }
    }
}

#[test]
fn what_was_withdrawn_says_so_and_nothing_else() {
    let on = "2026-05-06".parse().unwrap();
    let class = "published by mistake".to_owned();
    let gone = Cited {
        title: String::new(),
        published: None,
        standing: Standing::Withdrawn { on, class },
        ..cited()
    };
    assert_eq!(
        gone.footnote(Language::En),
        "Observer Record, OBS 4827\u{2011}1930, version 3: withdrawn on 6 May 2026: published by mistake, https://obs.example/r/48271930/v3 (accessed 4 February 2026)."
    );
    for form in [Form::Apa, Form::Chicago, Form::Bibtex, Form::Ris, Form::Csl] {
        let text = text(&gone, form, Language::En).to_lowercase();
        assert!(text.contains("withdrawn on 6 may 2026"), "{text}");
    }
}

#[test]
fn nothing_in_a_title_breaks_a_file() {
    let title = "A {b} \\c & 50% of $d #e _f ~g ^h <i> \"j\"\r\nTY  - BOOK";
    let of = Cited { title: title.to_owned(), ..cited() };
    let bibtex = text(&of, Form::Bibtex, Language::En);
    let depth = bibtex.chars().fold(0, |depth, c| match c {
        '{' => depth + 1,
        '}' => depth - 1,
        _ => depth,
    });
    assert_eq!(depth, 0, "{bibtex}");
    assert!(bibtex.contains(r"50\% of \$d \#e \_f"), "{bibtex}");
    let ris = text(&of, Form::Ris, Language::En);
    assert_eq!(ris.lines().filter(|line| line.starts_with("TY  - ")).count(), 1, "{ris}");
    assert!(of.apa(Language::En).html.contains("&lt;i&gt;"));
    let chicago = of.chicago(Language::En).html;
    assert!(!chicago.to_lowercase().contains("<i>"), "{chicago}");
}

/// As citeproc-js prints them.
#[test]
fn marks_in_a_title_are_those_that_processors_leave_alone() {
    let chicago = |title: &str, language| {
        let of = Cited { title: title.to_owned(), ..cited() };
        of.chicago(language).plain
    };
    for (title, told) in [
        ("State film and 'Judas' remark", "“State film and ‘Judas’ remark.”"),
        ("The \"Judas\" film", "“The ‘Judas’ film.”"),
        ("Uganda's vote & more", "“Uganda’s vote & more.”"),
        ("It ends.", "“It ends.”"),
        ("A first?", "“A first?” Data"),
    ] {
        assert!(chicago(title, Language::En).contains(told), "{}", chicago(title, Language::En));
    }
    assert!(chicago("Un «\u{a0}premier\u{a0}»\u{a0}?", Language::Fr).contains("Un ‘premier’"));
}

#[test]
fn a_count_is_cited_without_a_number() {
    let Subject::List(figures) = list().subject else { unreachable!("a list has figures") };
    let of = Cited {
        number: None,
        subject: Subject::Count(figures),
        title: "As of 30 April 2026, at least 17 incidents are recorded".to_owned(),
        address: "https://obs.example/api/v1/incidents?period=2024".to_owned(),
        ..list()
    };
    assert_eq!(of.in_text(Language::En), "(Observer Record, as of 30 April 2026)");
    assert_eq!(
        of.footnote(Language::En),
        "Observer Record: \"As of 30 April 2026, at least 17 incidents are recorded\", https://obs.example/api/v1/incidents?period=2024 (accessed 4 February 2026)."
    );
}
