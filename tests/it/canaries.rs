//! Canaries: a word of its own in everything that is not for everybody, and in everything that a caller sends along.
//! Afterwards none is where it does not belong: in no log of the real server at its most talkative, in no answer to
//! somebody who may not see it, in no table but its own, and of what callers send along (addresses, user agents,
//! cookies, credentials) nothing is in the database at all.
//!
//! There are no metrics to look into. Words of one kind begin alike, so that whole logs are searched at once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::process::Command;

use amparo_domain::access::Role;
use amparo_tests::proofs::{Dice, scaled, tell};
use amparo_tests::{Answer, Backend, Connection, Served, TestApp, approval, on_both};
use axum::http::Method;
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_amparo-served");

/// How every canary begins. No other word does, and no random id of some dozen letters.
const STEM: &str = "qzjwxkv";

/// The address that all requests come from: it is this machine's as well, and nobody else uses it.
const FROM: Ipv4Addr = Ipv4Addr::new(127, 7, 7, 7);

/// The addresses that proxies would tell of.
const FORWARDED: [&str; 3] = ["203.0.113.77", "198.51.100.23", "2001:db8:77::7"];

/// What a canary stands in, by the letter after the stem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum In {
    /// Confidential facts of an incident.
    Confidential,
    /// Names of people who are not shown by name.
    Name,
    /// Names that are shown.
    ShownName,
    /// What a person's own record says besides the names.
    Person,
    /// Facts of the network's tier, and all of a draft.
    Network,
    /// Notes of consents.
    Consent,
    /// Reasons of verbs, for take-downs too.
    Reason,
    /// Questions and answers.
    Question,
    /// Notes of approvals.
    Approval,
    /// What was sent in without an account, and what was answered.
    Intake,
    /// Logins, and what accounts and networks are called.
    Account,
    /// Passwords, right and wrong, and logins and codes that are none.
    Password,
    /// Entries of ledgers that are not public.
    Response,
    /// Who signed for an organization, and what they suggest.
    Endorsing,
    /// Questions that somebody keeps, and what they call them.
    Search,
    /// Keys of retries.
    Key,
    /// Headers.
    Header,
    /// Queries, paths and bodies that are refused.
    Refused,
    /// What is stored by mistake and does not read back.
    Broken,
}

impl In {
    const ALL: [(Self, char); 19] = [
        (Self::Confidential, 'c'),
        (Self::Name, 'n'),
        (Self::ShownName, 's'),
        (Self::Person, 'p'),
        (Self::Network, 't'),
        (Self::Consent, 'o'),
        (Self::Reason, 'k'),
        (Self::Question, 'q'),
        (Self::Approval, 'a'),
        (Self::Intake, 'm'),
        (Self::Account, 'u'),
        (Self::Password, 'e'),
        (Self::Response, 'l'),
        (Self::Endorsing, 'd'),
        (Self::Search, 'r'),
        (Self::Key, 'i'),
        (Self::Header, 'h'),
        (Self::Refused, 'x'),
        (Self::Broken, 'b'),
    ];

    fn stem(self) -> String {
        let letter =
            Self::ALL.iter().find(|(of, _)| *of == self).map_or('?', |(_, letter)| *letter);
        format!("{STEM}{letter}")
    }

    /// The tables in which it may stand.
    fn tables(self) -> &'static [&'static str] {
        match self {
            Self::Confidential => &["confidential"],
            Self::Name | Self::ShownName => &["name_key", "name_word", "person_name"],
            Self::Person => &["confidential", "record", "revision", "search"],
            // The names of organizations are compared, too.
            Self::Network => &["confidential", "name_key", "record", "revision", "search"],
            Self::Consent => &["consent"],
            Self::Reason => &["access_grant", "audit_entry", "merge", "revision", "takedown"],
            Self::Question => &["question"],
            Self::Approval => &["approval"],
            Self::Intake => &["intake"],
            Self::Response => &["response"],
            // What is noted beside a statement is for the same people.
            Self::Endorsing => &["endorsement", "response"],
            Self::Search => &["saved_search"],
            Self::Key => &["idempotency"],
            Self::Account => &["account", "network", "token"],
            Self::Password | Self::Header | Self::Refused | Self::Broken => &[],
        }
    }
}

/// How much somebody who asks may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sees {
    /// What is published.
    Published,
    /// The same, and what is said to the statements of their network.
    States,
    /// What their network's desk sees.
    Desk,
    /// Confidential facts of what they logged.
    Own,
    /// All confidential facts of their network.
    All,
}

impl Sees {
    fn may_not_see(self) -> &'static [In] {
        match self {
            Self::Published => &[
                In::Confidential,
                In::Name,
                In::Person,
                In::Network,
                In::Consent,
                In::Reason,
                In::Question,
                In::Approval,
                In::Intake,
                In::Response,
                In::Endorsing,
                In::Search,
                In::Password,
                In::Key,
                In::Header,
                In::Broken,
            ],
            Self::States => &[
                In::Confidential,
                In::Name,
                In::Person,
                In::Network,
                In::Consent,
                In::Reason,
                In::Question,
                In::Approval,
                In::Intake,
                In::Response,
                In::Search,
                In::Password,
                In::Key,
                In::Header,
                In::Broken,
            ],
            Self::Desk => &[
                In::Confidential,
                In::Name,
                In::Person,
                In::Consent,
                In::Intake,
                In::Search,
                In::Password,
                In::Key,
                In::Header,
                In::Broken,
            ],
            Self::Own => &[In::Intake, In::Password, In::Key, In::Header, In::Broken],
            Self::All => &[In::Search, In::Password, In::Key, In::Header, In::Broken],
        }
    }
}

struct Asker {
    name: &'static str,
    token: String,
    sees: Sees,
}

/// Whoever sends requests, with a canary in everything that goes along.
struct Sender {
    connection: Connection,
    words: BTreeMap<In, u32>,
    answers: BTreeMap<u16, u32>,
    found: BTreeSet<String>,
    tokens: Vec<String>,
    /// Receipts, cookies, codes and tokens, which are told once.
    secrets: Vec<String>,
    /// What makes second factors, which the server has to keep in one place.
    kept: Vec<String>,
}

impl Sender {
    /// A new word.
    fn word(&mut self, kind: In) -> String {
        let nth = self.words.entry(kind).or_default();
        *nth += 1;
        // Of letters alone, so that it is one word wherever words are taken apart.
        let digits = format!("{nth:06}");
        let letters = digits.bytes().map(|digit| char::from(digit - b'0' + b'a'));
        kind.stem() + &letters.collect::<String>()
    }

    async fn send(
        &mut self,
        asker: &Asker,
        method: &str,
        path: &str,
        body: Option<&str>,
    ) -> Answer {
        let bearer = format!("Bearer {}", asker.token);
        let own = if asker.token.is_empty() { None } else { Some(("authorization", bearer)) };
        self.send_with(asker, method, path, own.into_iter().collect(), body).await
    }

    async fn send_with(
        &mut self,
        asker: &Asker,
        method: &str,
        path: &str,
        own: Vec<(&str, String)>,
        body: Option<&str>,
    ) -> Answer {
        let mut word = || self.word(In::Header);
        let mut headers = vec![
            ("user-agent", format!("Mozilla/5.0 ({})", word())),
            ("cookie", format!("amparo={}; theme={}", word(), word())),
            ("referer", format!("https://{}.example/{}", word(), word())),
            ("origin", format!("https://{}.example", word())),
            ("x-forwarded-for", format!("{}, {}", FORWARDED[0], word())),
            ("x-real-ip", FORWARDED[2].to_owned()),
            ("forwarded", format!("for={};by={}", FORWARDED[1], word())),
            ("via", format!("1.1 {}", word())),
            ("accept-language", format!("en, {};q=0.5", word())),
            ("x-something-else", word()),
            ("proxy-authorization", format!("Basic {}", word())),
        ];
        if body.is_some() && !own.iter().any(|(name, _)| *name == "content-type") {
            headers.push(("content-type", "application/json".to_owned()));
        }
        if method == "POST" {
            headers.push(("idempotency-key", self.word(In::Key)));
        }
        if method == "GET" {
            headers.push(("if-none-match", format!("\"{}\"", self.word(In::Header))));
        }
        if own.iter().any(|(name, _)| *name == "cookie") {
            // A page of somebody else's would be refused.
            headers.retain(|(name, _)| !["cookie", "origin"].contains(name));
        }
        headers.extend(own);
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = self.connection.send(method, path, &headers, body.unwrap_or_default()).await;
        let answer = answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        *self.answers.entry(answer.status.as_u16()).or_default() += 1;
        self.look(asker, &format!("{method} {path}"), &answer);
        answer
    }

    /// Looks for what the asker may not see in an answer.
    fn look(&mut self, asker: &Asker, request: &str, answer: &Answer) {
        let mut text = answer.text();
        let _ = write!(text, "{:?}", answer.headers);
        let text = text.to_lowercase();
        let stems = asker.sees.may_not_see().iter().map(|kind| kind.stem());
        let tokens = self.tokens.iter().map(|token| token.to_lowercase());
        for word in stems.chain(tokens).chain(["127.7.7.7".to_owned()]) {
            if let Some(at) = text.find(&word) {
                let from = text.floor_char_boundary(at.saturating_sub(40));
                let to = text.ceil_char_boundary((at + 20).min(text.len()));
                let status = answer.status;
                self.found.insert(format!(
                    "{request} {status} to {}: {}",
                    asker.name,
                    &text[from..to]
                ));
            }
        }
    }

    async fn done(&mut self, asker: &Asker, path: &str, body: &Value) -> Value {
        let answer = self.send(asker, "POST", path, Some(&body.to_string())).await;
        assert!(answer.status.is_success(), "{path}: {} for {body}", answer.text());
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }
}

fn number(record: &Value) -> String {
    record["number"].as_str().expect("it has a number").to_owned()
}

/// An incident with a canary in everything that is not for the public.
fn incident(sender: &mut Sender, public: bool) -> Value {
    let mut word = |kind| sender.word(kind);
    let title =
        if public { "{P1} detained".to_owned() } else { format!("{{P1}} {}", word(In::Network)) };
    let text = if public { "Held for a day".to_owned() } else { word(In::Network) };
    json!({
        "title": title,
        "summary": word(In::Confidential),
        "types": ["detention", "other"],
        "other_text": word(In::Network),
        "occurred": "2024-04-29",
        "date_note": word(In::Confidential),
        "country": "AZE",
        "admin1": word(In::Network),
        "place": word(In::Network),
        "location": {"type": "Point", "coordinates": [49.8671, 40.4093]},
        "location_precision": "settlement",
        "tiers": {
            "summary": "confidential", "other_text": "network", "date_note": "confidential",
            "admin1": "network", "place": "network", "location": "confidential",
        },
        "confidential": {
            "narrative": word(In::Confidential), "place": word(In::Confidential),
            "contact": word(In::Confidential), "note": word(In::Confidential),
        },
        "people": [
            {"ref": "P1", "name": format!("{} {}", word(In::Name), word(In::Name)),
                "name_variants": [word(In::Name)], "position": "observer",
                "organization": {"name": format!("Observers {}", word(In::Network)), "country": "AZE"},
                "organization_tier": "confidential"},
            {"ref": "P2", "name": word(In::Name), "display": "withheld",
                "display_reason": word(In::Network), "position": word(In::Network)},
            {"ref": "P3", "name": word(In::ShownName), "display": "name",
                "display_reason": word(In::Network)},
        ],
        "sources": [
            {"ref": "S1", "title": "A report", "url": "https://example.org/a"},
            {"ref": "S2", "title": word(In::Confidential), "publisher": word(In::Confidential),
                "url": format!("https://{}.example/{}", word(In::Confidential), word(In::Confidential)),
                "archived_url": format!("https://example.org/{}", word(In::Confidential)),
                "tier": "confidential"},
        ],
        "claims": [
            {"field": "place", "value": word(In::Network), "source": "S1"},
            {"field": "affected.unnamed_max", "value": 7, "source": "S2"},
        ],
        "events": [{"date": "2024-05-02", "kind": "released", "text": text, "people": ["P1"]}],
    })
}

fn person(sender: &mut Sender) -> Value {
    let mut word = |kind| sender.word(kind);
    json!({
        "names": [{"name": format!("{} {}", word(In::Name), word(In::Name))}, {"name": word(In::Name)}],
        "position": word(In::Person),
        "note": word(In::Person),
        "affiliations": [{
            "organization": {"name": format!("Observers {}", word(In::Network)), "country": "AZE"},
            "role": "member", "position": word(In::Person), "tier": "confidential",
        }],
        "sources": [{"title": word(In::Person), "url": format!("https://example.org/{}", word(In::Person))}],
    })
}

/// Somebody without an account sends something in about a record, and may be answered.
async fn send_in(sender: &mut Sender, verifier: &Asker, made: &Value, answered: bool) {
    let somebody = Asker { name: "whoever sent it", token: String::new(), sees: Sees::All };
    let mut message = json!({"kind": "reply", "about": number(made)});
    message["text"] = sender.word(In::Intake).into();
    message["contact"] = format!("{}@example.org", sender.word(In::Intake)).into();
    let taken = sender.done(&somebody, "/api/v1/intake", &message).await;
    let receipt = taken["receipt"].as_str().expect("there is a receipt").to_owned();
    sender.secrets.push(receipt.clone());
    if answered {
        let list = sender.send(verifier, "GET", "/api/v1/intake", None).await.json();
        let id = list["items"][0]["id"].as_str().unwrap_or_default().to_owned();
        let answer = json!({"answer": sender.word(In::Intake)});
        sender.done(verifier, &format!("/api/v1/intake/{id}/close"), &answer).await;
    }
    let path = format!("/api/v1/receipts/{receipt}");
    sender.send(&somebody, "GET", &path, None).await.is(200);
}

/// A published statement that somebody with a code has endorsed; its address.
async fn endorsed(sender: &mut Sender, author: &Asker, verifiers: &[Asker; 3]) -> String {
    let organization = json!({"name": "Open Observers", "country": "AZE"});
    let organization = sender.done(author, "/api/v1/organizations", &organization).await;
    let statement = json!({"title": "We stand with them", "date": "2026-11-25", "lang": "en"});
    let at = sender.done(author, "/api/v1/statements", &statement).await;
    let at = format!("/api/v1/statements/{}", number(&at));
    let asked = json!({"organization": number(&organization)});
    let asked = sender.done(author, &format!("{at}/endorsements"), &asked).await;
    let code = asked["code"].as_str().expect("there is a code").to_owned();
    sender.secrets.push(code.clone());
    let somebody = Asker { name: "whoever has a code", token: String::new(), sees: Sees::All };
    let own = || vec![("sec-fetch-site", "same-origin".to_owned())];
    let answer = json!({"code": code, "answer": "endorsed", "name": sender.word(In::Endorsing),
        "role": sender.word(In::Endorsing), "text": sender.word(In::Endorsing)});
    let path = "/api/v1/endorsements/answer";
    sender.send_with(&somebody, "POST", path, own(), Some(&answer.to_string())).await.is(200);
    let path = "/api/v1/endorsements/open";
    let opened = json!({"code": code}).to_string();
    sender.send_with(&somebody, "POST", path, own(), Some(&opened)).await.is(200);
    sender.done(author, &format!("{at}/submit"), &json!({})).await;
    sender.done(&verifiers[0], &format!("{at}/approve"), &json!({})).await;
    sender.done(&verifiers[1], &format!("{at}/publish"), &json!({})).await;
    let noted = json!({"kind": "appeal", "date": "2024-05-02", "text": sender.word(In::Endorsing)});
    sender.done(author, &format!("{at}/responses"), &noted).await;
    at
}

/// Records with canaries in everything; their addresses.
async fn plant(sender: &mut Sender, app: &TestApp, count: usize) -> Vec<String> {
    let all = |name, token: &str| Asker { name, token: token.to_owned(), sees: Sees::All };
    let author = all("the author", app.contributor().token());
    let verifiers = [app.verifier(), app.other_verifier(), app.third_verifier()]
        .map(|verifier| all("a verifier", verifier.token()));
    let mut places = Vec::new();
    for nth in 0..count {
        let public = nth % 3 != 0;
        let draft = incident(sender, public);
        let made = sender.done(&author, "/api/v1/incidents", &draft).await;
        let at = format!("/api/v1/incidents/{}", number(&made));
        places.push(at.clone());
        // More at once are told to wait.
        if nth < 12 {
            send_in(sender, &verifiers[0], &made, nth % 2 == 0).await;
        }
        let reason = sender.word(In::Reason);
        let grant = json!({"number": number(&made), "network": "friends", "level": "read", "reason": reason});
        sender.done(&verifiers[0], "/api/v1/grants", &grant).await;
        let asked = json!({"kind": "appeal", "date": "2024-05-02", "text": sender.word(In::Response),
            "by": {"text": sender.word(In::Response)}, "reference": sender.word(In::Response)});
        sender.done(&author, &format!("{at}/responses"), &asked).await;
        if !public {
            continue;
        }
        sender.done(&author, &format!("{at}/submit"), &json!({})).await;
        let question = json!({"text": sender.word(In::Question)});
        sender.done(&verifiers[0], &format!("{at}/questions"), &question).await;
        let answer = json!({"text": sender.word(In::Question)});
        let questions = format!("{at}/questions/1/answer");
        sender.done(&author, &questions, &answer).await;
        for verifier in &verifiers {
            let mut note = approval(&at);
            note["note"] = sender.word(In::Approval).into();
            let path = format!("{at}/approve");
            let answer = sender.send(verifier, "POST", &path, Some(&note.to_string())).await;
            assert!(matches!(answer.status.as_u16(), 200 | 403), "{}", answer.text());
        }
        // Why a version was published is as public as the version.
        let reason = json!({"reason": "It was confirmed."});
        sender.done(&verifiers[0], &format!("{at}/publish"), &reason).await;
        let shown = made["people"][2]["person"].as_str().unwrap_or_default();
        match nth % 6 {
            1 => {
                let note = sender.word(In::Consent);
                let consent =
                    json!({"purpose": "naming", "status": "given", "by": "family", "note": note});
                sender.done(&author, &format!("/api/v1/people/{shown}/consents"), &consent).await;
            }
            2 => {
                let reason = json!({"person": "P3", "reason": sender.word(In::Reason)});
                sender.done(&verifiers[0], &format!("{at}/take-down"), &reason).await;
            }
            4 => {
                let reason = json!({"reason": sender.word(In::Reason), "reason_class": "mistaken"});
                sender.done(&verifiers[0], &format!("{at}/withdraw"), &reason).await;
            }
            _ => {
                let draft = incident(sender, false);
                let same = sender.done(&author, "/api/v1/incidents", &draft).await;
                let same = format!("/api/v1/incidents/{}", number(&same));
                let merge = json!({"into": number(&made), "reason": sender.word(In::Reason)});
                sender.done(&verifiers[0], &format!("{same}/merge"), &merge).await;
                if nth % 12 == 5 {
                    let unmerge = json!({"reason": sender.word(In::Reason)});
                    sender.done(&verifiers[0], &format!("{same}/unmerge"), &unmerge).await;
                }
                places.push(same);
            }
        }
        let draft = person(sender);
        let made = sender.done(&author, "/api/v1/people", &draft).await;
        places.push(format!("/api/v1/people/{}", number(&made)));
    }
    places.push(endorsed(sender, &author, &verifiers).await);
    // A list of what is public, and questions that the author alone sees.
    let owner =
        Asker { name: "the author", token: app.contributor().token().to_owned(), sees: Sees::Own };
    for _ in 0..3 {
        let (title, word) = (sender.word(In::Search), sender.word(In::Search));
        let search = json!({"title": title, "query": format!("q={word}")});
        let made = sender.done(&owner, "/api/v1/searches", &search).await;
        places.push(format!("/api/v1/searches/{}", made["id"].as_str().unwrap_or_default()));
    }
    let list = json!({"title": "What there is", "query": "sort=occurred"});
    let made = sender.done(&owner, "/api/v1/lists", &list).await;
    places.push(format!("/api/v1/lists/{}", number(&made)));
    places
}

/// What a browser sends along that is signed in.
fn browser(cookie: &str) -> Vec<(&'static str, String)> {
    vec![
        ("cookie", format!("__Host-amparo={cookie}")),
        ("sec-fetch-site", "same-origin".to_owned()),
    ]
}

/// Somebody signs in, badly and well, invites somebody else and gets a token; all credentials are noted.
async fn sign_in(sender: &mut Sender, app: &TestApp) {
    let here = || vec![("sec-fetch-site", "same-origin".to_owned())];
    let login = sender.word(In::Account);
    let person = app.person(&login, "default", &[Role::NetworkAdmin, Role::Contributor]).await;
    let known = Asker { name: "who signs in", token: String::new(), sees: Sees::All };
    let code = amparo_store::code_at(&person.secret, chrono::Utc::now()).expect("it is a secret");
    let wrong = sender.word(In::Password);
    // Whoever guesses wrongly has to wait: those who are guessed at are others.
    let guessed = sender.word(In::Account);
    app.person(&guessed, "default", &[Role::Analyst]).await;
    for name in [guessed, sender.word(In::Password)] {
        let body = json!({"name": name, "password": wrong, "code": code}).to_string();
        sender.send_with(&known, "POST", "/api/v1/sessions", here(), Some(&body)).await.is(401);
    }
    let body = json!({"name": login, "password": person.password, "code": code}).to_string();
    let signed_in = sender.send_with(&known, "POST", "/api/v1/sessions", here(), Some(&body)).await;
    signed_in.is(201);
    sender.secrets.extend(person.recovery_codes.iter().cloned().chain([signed_in.cookie()]));
    let step_up = json!({"recovery_code": person.recovery_codes[0]}).to_string();
    let path = "/api/v1/sessions/current/step-up";
    let own = browser(&signed_in.cookie());
    let stepped = sender.send_with(&known, "POST", path, own, Some(&step_up)).await;
    stepped.is(200);
    sender.secrets.push(stepped.cookie());
    let own = browser(&stepped.cookie());
    let token = json!({"name": sender.word(In::Account), "scopes": ["contributor"]}).to_string();
    let token = sender.send_with(&known, "POST", "/api/v1/tokens", own.clone(), Some(&token)).await;
    token.is(201);
    sender.secrets.push(token.json()["token"].as_str().expect("it is shown once").to_owned());
    let invitation = json!({"roles": ["analyst"]}).to_string();
    let invited = sender
        .send_with(&known, "POST", "/api/v1/invitations", own.clone(), Some(&invitation))
        .await;
    invited.is(201);
    let code = invited.json()["code"].as_str().expect("it is shown once").to_owned();
    sender.secrets.push(code.clone());
    let account = json!({
        "invitation": code, "name": sender.word(In::Account), "password": format!("{} {}", sender.word(In::Password), "and more"),
        "display_name": sender.word(In::Account),
    });
    let made = sender
        .send_with(&known, "POST", "/api/v1/accounts", here(), Some(&account.to_string()))
        .await;
    made.is(201);
    let codes = made.json()["recovery_codes"].as_array().cloned().unwrap_or_default();
    sender.secrets.extend(codes.iter().filter_map(Value::as_str).map(str::to_owned));
    let secret =
        made.json()["totp"]["secret"].as_str().expect("there is a second factor").to_owned();
    sender.kept.extend([secret, person.secret]);
    let change = json!({"password": person.password, "new_password": format!("{} and more", sender.word(In::Password))});
    let changed = sender
        .send_with(&known, "POST", "/api/v1/me/password", own, Some(&change.to_string()))
        .await;
    assert!(changed.status.is_success(), "{}", changed.text());
}

/// The operations of the document.
fn operations() -> Vec<(Method, String)> {
    let document = amparo_api::openapi();
    let paths = document["paths"].as_object().expect("there are paths");
    let of_path = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flat_map(serde_json::Map::keys);
        methods.filter_map(move |method| Some((method.to_uppercase().parse().ok()?, path.clone())))
    });
    of_path.collect()
}

/// Asks everything of the document, well and badly.
async fn sweep(sender: &mut Sender, askers: &[Asker], places: &[String], rounds: usize) {
    let mut dice = Dice(7);
    for round in 0..rounds {
        for (method, template) in operations() {
            let asker = &askers[(round + dice.below(3)) % askers.len()];
            let kind = template.split('/').nth(3).unwrap_or_default().to_owned();
            let of_kind: Vec<&String> = places.iter().filter(|at| at.contains(&kind)).collect();
            let mut path = String::new();
            for part in template.split('/').skip(1) {
                let filled = match part {
                    "{number}" | "{number_or_slug}" | "{other}" => match dice.below(8) {
                        0 => sender.word(In::Refused),
                        _ if of_kind.is_empty() => "4827-1930".to_owned(),
                        _ => dice.of(&of_kind).rsplit('/').next().unwrap_or_default().to_owned(),
                    },
                    "{version}" | "{revision}" | "{question}" => "1".to_owned(),
                    part if part.starts_with('{') => sender.word(In::Refused),
                    part => part.to_owned(),
                };
                path = format!("{path}/{filled}");
            }
            match dice.below(6) {
                0 => {
                    let (name, value) = (sender.word(In::Refused), sender.word(In::Refused));
                    path = format!("{path}?{name}={value}");
                }
                1 => path = format!("{path}?view=working"),
                _ => {}
            }
            let (known, unknown) = (sender.word(In::Refused), sender.word(In::Refused));
            let body = match dice.below(5) {
                0 => format!("{{\"title\": \"{known}\", \"{unknown}"),
                1 => json!({"title": [known], "name": {"x": known}, "numbers": known, "reason": 7, "text": 7}).to_string(),
                2 => format!("{{\"title\": \"{known}\\u0000{unknown}\", \"name\": \"\\u0000{known}\"}}"),
                3 => json!([known]).to_string(),
                _ => json!({unknown: known, "country": known, "occurred": known}).to_string(),
            };
            let body = (method != Method::GET && method != Method::DELETE).then_some(body);
            // The desk's records are not removed under it.
            if method == Method::DELETE && asker.sees != Sees::Published {
                continue;
            }
            let mut own = vec![(
                "if-match",
                if dice.below(2) == 0 { "*".to_owned() } else { sender.word(In::Header) },
            )];
            own.push((
                "authorization",
                match dice.below(10) {
                    0 => format!("Bearer {}", sender.word(In::Header)),
                    1 => format!("Basic {}", sender.word(In::Header)),
                    2 => format!("Bearer amp_{}", sender.word(In::Header)),
                    _ if asker.token.is_empty() => String::new(),
                    _ => format!("Bearer {}", asker.token),
                },
            ));
            own.retain(|(_, value)| !value.is_empty());
            if dice.below(10) == 0 {
                own.extend(browser(&sender.word(In::Header)));
            }
            if body.is_some() && dice.below(10) == 0 {
                own.push(("content-type", format!("text/{}", sender.word(In::Header))));
            }
            sender.send_with(asker, method.as_str(), &path, own, body.as_deref()).await;
        }
    }
}

/// Reads everything as everybody, and looks for words that only stand in what is hidden.
async fn read(sender: &mut Sender, askers: &[Asker], places: &[String]) {
    for asker in askers {
        for at in places {
            for rest in [
                "",
                "?view=working",
                "?text=raw",
                "/versions",
                "/versions/1",
                "/versions/1?text=raw",
                "/revisions",
                "/revisions/1",
                "/diff",
                "/events",
                "/questions",
                "/approvals",
                "/consents",
                "/responses",
                "/endorsements",
                "/duplicates",
                "/items",
                "/incidents",
                ".md",
                ".html",
                ".txt",
                ".docx",
            ] {
                sender.send(asker, "GET", &format!("{at}{rest}"), None).await;
            }
            let number = at.rsplit('/').next().unwrap_or_default();
            sender.send(asker, "GET", &format!("/r/{number}"), None).await;
        }
        let lists =
            ["incidents", "people", "organizations", "cases", "elections", "statements", "queue"];
        sender.send(asker, "GET", "/api/v1/grants", None).await;
        sender.send(asker, "GET", "/api/v1/intake", None).await;
        for kept in ["changes", "withdrawn", "lists", "searches"] {
            sender.send(asker, "GET", &format!("/api/v1/{kept}?limit=200"), None).await;
        }
        for collection in ["incidents", "incidents_by_place"] {
            let items = format!("/ogc/collections/{collection}/items?limit=1000");
            sender.send(asker, "GET", &items, None).await;
        }
        for list in lists {
            sender.send(asker, "GET", &format!("/api/v1/{list}?limit=100"), None).await;
            for state in ["draft", "in_review", "published"] {
                sender.send(asker, "GET", &format!("/api/v1/{list}?state={state}"), None).await;
            }
        }
        for kind in asker.sees.may_not_see() {
            if sender.words.get(kind).is_none_or(|count| *count < 3) {
                continue;
            }
            let word = format!("{}aaaaac", kind.stem());
            let answer = sender
                .send(asker, "GET", &format!("/api/v1/incidents?q={word}&total=true"), None)
                .await;
            answer.is(200);
            let found = answer.json()["meta"]["total"].clone();
            if found != 0 {
                sender.found.insert(format!("{} finds {word}: {found}", asker.name));
            }
        }
    }
}

/// Makes the server fail, by breaking what is under it.
async fn break_it(sender: &mut Sender, app: &TestApp, askers: &[Asker], places: &[String]) {
    let failing =
        ["/api/v1/incidents", "/api/v1/incidents?q=broken", places[0].as_str(), "/api/v1/people"];
    let word = sender.word(In::Broken);
    let replace = |column: &str, table: &str, there: &str, instead: &str| {
        let instead = instead.replace("WORD", &word);
        let update = |from: &str, to: &str| {
            format!("UPDATE {table} SET {column} = replace({column}, '{from}', '{to}')")
        };
        (update(there, &instead), update(&instead, there))
    };
    let rename =
        |from: &str, to: &str| (format!("ALTER TABLE {from}"), format!("ALTER TABLE {to}"));
    let mut broken = vec![
        rename("revision RENAME TO elsewhere", "elsewhere RENAME TO revision"),
        rename(
            "confidential RENAME COLUMN value TO other",
            "confidential RENAME COLUMN other TO value",
        ),
        // What is stored does not read back: no JSON, another type, a term that is unknown.
        replace("snapshot", "revision", "{", "WORD{"),
        replace("snapshot", "revision", "\"types\":", "\"types\":\"WORD\",\"were\":"),
        replace("snapshot", "revision", "\"detention\"", "\"WORD\""),
        replace("snapshot", "revision", "\"AZE\"", "\"WORD\""),
        replace("snapshot", "revision", "\"confidential\"", "\"WORD\""),
        replace("value", "confidential", "\"", "\"WORD\"\""),
        replace("state", "record", "draft", "WORD"),
        replace("scopes", "token", "analyst", "WORD"),
    ];
    if app.backend == Backend::Sqlite {
        // A column of any type takes any value there.
        broken.push(replace("recorded_at", "record", "2026-", "WORD-"));
    }
    for (breaks, mends) in &broken {
        // Somebody whom the server does not remember yet.
        let token = app.token_of("default", Role::Analyst).await;
        sender.tokens.push(token.clone());
        let stranger = Asker { name: "somebody new", token, sees: Sees::Published };
        app.execute(breaks).await.unwrap();
        let before = sender.answers.get(&500).copied().unwrap_or_default();
        for asker in askers.iter().chain([&stranger]) {
            for path in failing {
                sender.send(asker, "GET", path, None).await;
            }
            // Who writes something knows it, so that the others only read.
            if matches!(asker.sees, Sees::Own | Sees::All) {
                let draft = incident(sender, false).to_string();
                sender.send(asker, "POST", "/api/v1/incidents", Some(&draft)).await;
            }
        }
        app.execute(mends).await.unwrap_or_else(|error| panic!("{mends}: {error}"));
        let after = sender.answers.get(&500).copied().unwrap_or_default();
        assert!(after > before, "{breaks} makes it fail");
    }
}

/// What the files of a SQLite database hold, whatever table it is in, in small letters.
fn files_of(app: &TestApp) -> String {
    let mut text = String::new();
    if let Some(path) = amparo_store::sqlite_file(&app.url) {
        for end in ["", "-wal"] {
            let bytes = std::fs::read(format!("{}{end}", path.display())).unwrap_or_default();
            text.push_str(&String::from_utf8_lossy(&bytes).to_ascii_lowercase());
        }
    }
    text
}

on_both! {
    /// All operations, as everybody, well and badly, with the log at its most talkative.
    async fn nothing_confidential_leaves_its_place(app: TestApp) {
        let (url, records, rounds) = (app.url.clone(), scaled(60, 6), scaled(100, 8));
        let format = if app.backend == Backend::Sqlite { "text" } else { "json" };
        let served = tokio::task::spawn_blocking(move || {
            Served::start(PROGRAM, &url, &["--log", "trace", "--log-format", format])
        });
        let served = served.await.unwrap();
        let connection = Connection::open(FROM, served.address()).await.unwrap();
        let colleague = app.token_of("default", Role::Contributor).await;
        let elsewhere = app.token_of("elsewhere", Role::Verifier).await;
        let friend = app.token_of("friends", Role::Contributor).await;
        let manager = app.token_of("default", Role::NetworkAdmin).await;
        let asker = |name, token: &str, sees| Asker { name, token: token.to_owned(), sees };
        let askers = [
            asker("the public", "", Sees::Published),
            asker("an analyst", app.analyst().token(), Sees::Published),
            asker("an advocate", app.with_role(Role::Advocate).token(), Sees::States),
            asker("a verifier elsewhere", &elsewhere, Sees::Published),
            asker("a colleague", &colleague, Sees::Desk),
            asker("a network's admin", &manager, Sees::Desk),
            asker("the admin", app.admin().token(), Sees::Desk),
            asker("friends with a grant", &friend, Sees::Desk),
            asker("the author", app.contributor().token(), Sees::Own),
            asker("a verifier", app.verifier().token(), Sees::All),
        ];
        let tokens = askers.iter().map(|asker| asker.token.clone()).filter(|token| !token.is_empty());
        let mut sender = Sender {
            connection, words: BTreeMap::new(), answers: BTreeMap::new(), found: BTreeSet::new(),
            tokens: tokens.collect(), secrets: Vec::new(), kept: Vec::new(),
        };
        let places = plant(&mut sender, &app, records).await;
        sign_in(&mut sender, &app).await;
        read(&mut sender, &askers, &places).await;
        // Those who look at what is broken write drafts of their own; these hold no more than they know.
        sweep(&mut sender, &askers, &places, rounds).await;
        break_it(&mut sender, &app, &askers, &places).await;

        let planted: u32 = sender.words.values().sum();
        let mut wrong = Vec::new();
        let log = served.kill().to_lowercase();
        assert!(log.contains("a request failed"), "failures of ours are logged:\n{log}");
        let addresses = FORWARDED.iter().map(|address| (*address).to_owned());
        let never: Vec<String> = addresses.chain(["127.7.7.7".to_owned()]).collect();
        let secrets: Vec<String> = sender.tokens.iter().chain(&sender.secrets).cloned().chain(never).collect();
        for line in log.lines() {
            let lowered = secrets.iter().chain(&sender.kept).map(|secret| secret.to_lowercase());
            for word in lowered.chain([STEM.to_owned()]) {
                if line.contains(&word) {
                    wrong.push(format!("the log has {word}: {line}"));
                }
            }
        }
        for (kind, _) in In::ALL {
            let tables = app.tables_holding(&kind.stem()).await;
            // The index of words of SQLite is spread over tables of its own.
            let strange = tables.iter().map(|table| if table.starts_with("search") { "search" } else { table });
            let strange: BTreeSet<&str> = strange.filter(|table| !kind.tables().contains(table)).collect();
            if !strange.is_empty() {
                wrong.push(format!("{kind:?} is in {strange:?}"));
            }
        }
        let files = files_of(&app);
        assert_eq!(files.is_empty(), app.backend == Backend::Postgres);
        for secret in secrets.iter().chain(&[In::Header.stem(), In::Refused.stem(), "Mozilla/5.0".to_owned()]) {
            let tables = app.tables_holding(secret).await;
            if !tables.is_empty() || files.contains(&secret.to_ascii_lowercase()) {
                wrong.push(format!("{secret} is in the database: {tables:?}"));
            }
        }
        wrong.extend(sender.found.iter().cloned());
        for secret in &sender.kept {
            assert_eq!(app.tables_holding(secret).await, ["account"]);
        }
        tell(&format!(
            "{:?}: {planted} canaries {:?} and {} credentials, {} answers {:?}, {} lines of log",
            app.backend, sender.words, sender.tokens.len() + sender.secrets.len(), sender.answers.values().sum::<u32>(), sender.answers,
            log.lines().count()
        ));
        let shown = wrong.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
        assert!(wrong.is_empty(), "{} canaries are where they do not belong:\n{shown}", wrong.len());
    }
}

/// Words of a panic may be anything that the code had in its hands: only its place is told.
#[test]
fn a_panic_tells_its_place_alone() {
    let word = format!("{}aaa", In::Refused.stem());
    let output = Command::new(PROGRAM).arg("openapi").env("PANIC_WITH", &word).output().unwrap();
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(log.contains("served.rs"), "{log}");
    assert!(!log.contains(&word), "{log}");
}
