//! From the public JSON of a record to what a page says of it.

use amparo_domain::language::Language;
use serde_json::Value;

use crate::tell;
use crate::words::Word;

/// A piece of text that may lead somewhere.
#[derive(Debug, Clone, Default, askama::Template)]
#[template(path = "bit.html")]
pub(crate) struct Bit {
    pub text: String,
    pub lang: Option<String>,
    pub href: Option<String>,
    /// Whether it leads to another site, which need not know where its reader comes from.
    pub outside: bool,
    pub note: Option<String>,
}

impl Bit {
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub(crate) fn linked(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: Some(href.into()), ..Self::default() }
    }

    pub(crate) fn outside(text: impl Into<String>, href: &str) -> Option<Self> {
        // An address that is none of the web would do something else than lead somewhere.
        let web = href.starts_with("https://") || href.starts_with("http://");
        web.then(|| Self { outside: true, ..Self::linked(text, href) })
    }

    fn noted(mut self, note: Vec<String>) -> Self {
        let note = note.into_iter().filter(|note| !note.is_empty()).collect::<Vec<_>>();
        self.note = (!note.is_empty()).then(|| note.join(" · "));
        self
    }
}

/// A fact: what it is called, and what is known.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub label: String,
    pub bits: Vec<Bit>,
}

/// Facts, in their order.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "facts.html")]
pub(crate) struct Facts {
    pub list: Vec<Fact>,
}

/// A text with its language.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub text: String,
    pub lang: Option<String>,
}

/// A step of the timeline.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub date: String,
    pub kind: String,
    pub text: Option<Text>,
    pub source: Option<String>,
}

/// A publication.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub reference: String,
    pub bits: Vec<Bit>,
}

/// A record to be told of.
pub(crate) struct Told<'a> {
    pub record: &'a Value,
    pub language: Language,
}

impl Told<'_> {
    fn text(&self, member: &str) -> Option<&str> {
        self.record.get(member)?.as_str().filter(|text| !text.is_empty())
    }

    fn items(&self, member: &str) -> &[Value] {
        self.record.get(member).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    fn label(&self, list: &'static str, code: &Value) -> String {
        tell::label(list, code.as_str().unwrap_or_default(), self.language)
    }

    /// What it is called.
    pub(crate) fn title(&self) -> Text {
        let title = self.text("title").or_else(|| self.text("name")).unwrap_or_default();
        Text { text: title.to_owned(), lang: self.lang() }
    }

    pub(crate) fn lang(&self) -> Option<String> {
        self.text("lang").map(str::to_owned)
    }

    /// What happened, in short.
    pub(crate) fn lead(&self) -> Option<Text> {
        let text = self.text("summary").or_else(|| self.text("excerpt"))?;
        Some(Text { text: text.to_owned(), lang: self.lang() })
    }

    /// The paragraphs of a statement.
    pub(crate) fn paragraphs(&self) -> Vec<Text> {
        let body = self.text("body").unwrap_or_default();
        let paragraphs = body.split("\n\n").map(str::trim).filter(|text| !text.is_empty());
        paragraphs.map(|text| Text { text: text.to_owned(), lang: self.lang() }).collect()
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        let events = self.items("events").iter().map(|event| {
            let edtf = event["date"]["edtf"].as_str().unwrap_or_default();
            let text = event["text"].as_str().filter(|text| !text.is_empty());
            Event {
                date: tell::date(edtf, self.language),
                kind: self.label("event_kind", &event["kind"]),
                text: text.map(|text| Text { text: text.to_owned(), lang: self.lang() }),
                source: event["source"].as_str().map(str::to_owned),
            }
        });
        events.collect()
    }

    pub(crate) fn sources(&self) -> Vec<Source> {
        let sources = self.items("sources").iter().map(|source| {
            let text = |member: &str| source[member].as_str().filter(|text| !text.is_empty());
            let mut bits = Vec::new();
            bits.extend(text("publisher").map(Bit::plain));
            let lang = text("lang").map(str::to_owned);
            let title = text("title").or_else(|| text("url"));
            let linked = title.and_then(|title| Bit::outside(title, text("url")?));
            let title = linked.or_else(|| title.map(Bit::plain));
            bits.extend(title.map(|title| Bit { lang, ..title }));
            bits.extend(text("date").map(|date| Bit::plain(tell::date(date, self.language))));
            let archived = Word::Archived.of(self.language);
            bits.extend(text("archived_url").and_then(|url| Bit::outside(archived, url)));
            Source { reference: text("ref").unwrap_or_default().to_owned(), bits }
        });
        sources.collect()
    }

    /// What is known of it, member by member.
    pub(crate) fn facts(&self) -> Facts {
        let mut list = Vec::new();
        let mut add = |word: Word, bits: Vec<Bit>| {
            if !bits.is_empty() {
                list.push(Fact { label: word.of(self.language).to_owned(), bits });
            }
        };
        add(Word::AlsoCalled, self.other_names());
        let kind = if self.record.get("types").is_some() { Word::Kind } else { Word::OfKind };
        add(kind, self.kinds());
        add(
            Word::Issuer,
            self.record.get("issuer").and_then(|of| self.organization(of)).into_iter().collect(),
        );
        add(Word::Date, self.date().into_iter().collect());
        let country = self.text("country").map(|code| tell::country(code, self.language));
        add(Word::Country, country.map(Bit::plain).into_iter().collect());
        add(Word::Place, self.place().into_iter().collect());
        add(Word::Election, self.election().into_iter().collect());
        add(Word::People, self.people());
        add(Word::Affected, self.affected().into_iter().collect());
        let organizations = self.items("organizations").iter();
        add(Word::Organizations, organizations.filter_map(|of| self.organization(of)).collect());
        let perpetrators = self.items("perpetrators").iter().map(|of| {
            let certainty = of["certainty"].as_str().unwrap_or_default();
            let certainty = tell::label("certainty", certainty, self.language);
            Bit::plain(self.label("actor_type", &of["actor_type"])).noted(vec![certainty])
        });
        add(Word::AttributedTo, perpetrators.collect());
        let networks = self.items("networks").iter().filter_map(|of| {
            let member = self.organization(&of["network"])?;
            let date = |member: &str| of[member].as_str().map(|on| tell::date(on, self.language));
            let between = [date("since"), date("until")];
            let known = between.iter().any(Option::is_some);
            let between = between.map(Option::unwrap_or_default).join("\u{2013}");
            Some(member.noted(if known { vec![between] } else { Vec::new() }))
        });
        add(Word::MemberOf, networks.collect());
        add(Word::EndorsedBy, self.endorsers());
        add(Word::Cites, self.items("incidents").iter().filter_map(pinned).collect());
        let grade = self.text("grade").map(|code| {
            let basis = self.text("grade_basis").unwrap_or_default();
            let basis = tell::label("grade_basis", basis, self.language);
            Bit::plain(tell::label("grade", code, self.language)).noted(vec![basis])
        });
        add(Word::Grade, grade.into_iter().collect());
        let case = self.record.get("case").and_then(|case| {
            let number = case["number"].as_str()?;
            let title = case["title"].as_str().map_or_else(|| tell::number(number), str::to_owned);
            Some(Bit::linked(title, tell::address(number)))
        });
        add(Word::Case, case.into_iter().collect());
        let related = self.items("related").iter().filter_map(|of| {
            let number = of["number"].as_str()?;
            Some(Bit::linked(tell::number(number), tell::address(number)))
        });
        add(Word::Related, related.collect());
        add(Word::CitedIn, self.items("cited_by").iter().filter_map(pinned).collect());
        let original = self.text("url").and_then(|url| Bit::outside(url, url));
        add(Word::Original, original.into_iter().collect());
        let website = self.text("website").and_then(|url| Bit::outside(url, url));
        add(Word::Website, website.into_iter().collect());
        add(Word::Note, self.text("note").map(Bit::plain).into_iter().collect());
        let published = self.record.get("first_published");
        let published = published.and_then(|at| tell::day_of(at, self.language));
        add(Word::FirstPublished, published.map(Bit::plain).into_iter().collect());
        Facts { list }
    }

    /// Who endorsed a statement, with the day where that is known.
    pub(crate) fn endorsers(&self) -> Vec<Bit> {
        let endorsers = self.items("endorsers").iter().filter_map(|of| {
            let bit = self.organization(of)?;
            let on = of["endorsed_on"].as_str().map(|on| tell::date(on, self.language));
            let note = bit.note.clone().into_iter().chain(on).collect();
            Some(bit.noted(note))
        });
        endorsers.collect()
    }

    /// By what else an organization is known.
    fn other_names(&self) -> Vec<Bit> {
        let names = [self.text("acronym"), self.text("native_name")].into_iter().flatten();
        let aliases = self.items("aliases").iter().filter_map(Value::as_str);
        let name = self.text("name");
        names.chain(aliases).filter(|other| Some(*other) != name).map(Bit::plain).collect()
    }

    fn kinds(&self) -> Vec<Bit> {
        let types = self.items("types").iter().map(|code| self.label("incident_type", code));
        let subtypes = self.items("subtypes").iter().map(|code| self.label("subtype", code));
        let other = self.text("other_text").map(str::to_owned);
        // Organizations, statements and elections are of one kind.
        let kind = self.text("kind").map(|code| {
            let list = match self.record.get("aliases") {
                Some(_) => "organization_kind",
                None => "statement_kind",
            };
            tell::label(list, code, self.language)
        });
        let election =
            self.text("type").map(|code| tell::label("election_type", code, self.language));
        let other = other.into_iter().chain(kind).chain(election);
        types.chain(subtypes).chain(other).map(Bit::plain).collect()
    }

    fn date(&self) -> Option<Bit> {
        let date = self.record.get("occurred").or_else(|| self.record.get("date"))?;
        let edtf = date["edtf"].as_str()?;
        let note = self.text("date_note").unwrap_or_default().to_owned();
        Some(Bit::plain(tell::date(edtf, self.language)).noted(vec![note]))
    }

    fn place(&self) -> Option<Bit> {
        let parts = [self.text("place"), self.text("admin1")];
        let place = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let precision = self.text("location_precision").unwrap_or_default();
        let precision = tell::label("location_precision", precision, self.language);
        (!place.is_empty()).then(|| Bit::plain(place).noted(vec![precision]))
    }

    fn election(&self) -> Option<Bit> {
        let election = self.record.get("election")?;
        let number = election["number"].as_str()?;
        let date = election["date"].as_str().map(|date| tell::date(date, self.language));
        let phase = election["phase"].as_str().unwrap_or_default();
        let phase = tell::label("election_phase", phase, self.language);
        let text = date.unwrap_or_else(|| tell::number(number));
        Some(Bit::linked(text, tell::address(number)).noted(vec![phase]))
    }

    /// Each as the record shows them: by name, by what they are, or only that there is somebody.
    fn people(&self) -> Vec<Bit> {
        let language = self.language;
        let people = self.items("people").iter().map(|person| {
            let text = |member: &str| person[member].as_str().filter(|text| !text.is_empty());
            let withheld = text("display") == Some("withheld");
            let role = self.label("role", &person["role"]);
            let called = match (text("name"), text("position")) {
                (Some(name), _) => name.to_owned(),
                (None, _) if withheld => tell::label("display", "withheld", language),
                (None, Some(position)) => position.to_owned(),
                (None, None) => role.clone(),
            };
            let mut notes = Vec::new();
            if called != role {
                notes.push(role);
            }
            if text("name").is_some() {
                notes.extend(text("position").map(str::to_owned));
            }
            let organization = person.get("organization").and_then(|of| self.organization(of));
            notes.extend(organization.map(|of| of.text));
            let custody = &person["custody"];
            if custody.is_object() {
                let date = |member: &str| {
                    tell::date(custody[member].as_str().unwrap_or_default(), language)
                };
                let comma = if language == Language::Ar { '،' } else { ',' };
                notes.push(format!(
                    "{}{comma} {} {}{comma} {} {}",
                    self.label("custody_status", &custody["status"]),
                    Word::Since.of(language),
                    date("since"),
                    Word::LastConfirmed.of(language),
                    date("last_confirmed"),
                ));
            }
            let charges = person["charges"].as_array().into_iter().flatten();
            notes.extend(charges.map(|charge| {
                let law = charge["law"].as_str().unwrap_or_default();
                format!("{} {law}", self.label("charge_status", &charge["status"]))
                    .trim()
                    .to_owned()
            }));
            Bit::plain(called).noted(notes)
        });
        people.collect()
    }

    fn affected(&self) -> Option<Bit> {
        let affected = self.record.get("affected")?;
        let (least, most) = (affected["unnamed_min"].as_u64(), affected["unnamed_max"].as_u64());
        let language = self.language;
        let of = |word: Word| word.of(language);
        let unnamed = of(Word::Unnamed);
        let text = match (least.filter(|n| *n > 0), most.filter(|n| *n > 0)) {
            (None, None) => return None,
            (Some(least), Some(most)) if least == most => format!("{least} {unnamed}"),
            (Some(least), None) => format!("{} {least} {unnamed}", of(Word::AtLeast)),
            (None, Some(most)) => format!("{} {most} {unnamed}", of(Word::AtMost)),
            (Some(least), Some(most)) => format!("{least}–{most} {unnamed}"),
        };
        Some(Bit::plain(text))
    }

    fn organization(&self, of: &Value) -> Option<Bit> {
        let number = of["number"].as_str()?;
        let text = |member: &str| of[member].as_str().filter(|text| !text.is_empty());
        let name = text("name").or_else(|| text("acronym"));
        let name = name.map_or_else(|| tell::number(number), str::to_owned);
        let mut notes: Vec<String> =
            text("acronym").filter(|a| *a != name).map(str::to_owned).into_iter().collect();
        if of.get("role").is_some() {
            notes.push(self.label("role", &of["role"]));
        }
        Some(Bit::linked(name, tell::address(number)).noted(notes))
    }
}

/// A record by its number, and by the version if that is told.
fn pinned(of: &Value) -> Option<Bit> {
    let number = of["number"].as_str()?;
    let (text, address) = (tell::number(number), tell::address(number));
    Some(match of["version"].as_i64() {
        Some(version) => Bit::linked(format!("{text} v{version}"), format!("{address}/v{version}")),
        None => Bit::linked(text, address),
    })
}
