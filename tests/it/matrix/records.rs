//! A register with everybody in it who asks, and records in every state, made as people make them.

use std::collections::HashMap;

use amparo_domain::access::Role;
use amparo_tests::{Answer, Client, TestApp, approval, incident, organization};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::policy::{KINDS, Kind, NEVER, Policy, STATES};

/// A number that was never given.
pub(super) const NOBODYS: &str = "9999-9992";
/// Words by which the records tell what stands in them.
pub(super) const OF_NETWORK: &str = "wordofdesk";
pub(super) const TO_BE_KNOWN: [&str; 2] = ["wordofneed", "quillneed"];
pub(super) const WAITING: &str = "wordofchange";
pub(super) const OF_RECORD: &str = "recordofmatrix";

/// A record in a state.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) number: String,
    pub(super) address: String,
    /// The id of the grant to the network that may read it.
    pub(super) grant: String,
    /// The id of an entry in its ledger, if it has one.
    pub(super) response: String,
    /// The id of a request to endorse it, if it is a statement.
    pub(super) endorsement: String,
    /// How it stands, to tell whether anything was done with it.
    pub(super) standing: String,
}

/// The register.
pub(super) struct World<'a> {
    pub(super) app: &'a TestApp,
    tokens: HashMap<String, String>,
    /// A verifier who does what else has to be done.
    second: String,
    /// Who that is.
    second_id: String,
    /// An organization that is published.
    organization: Value,
    /// The records there are by kind, state, and whether something is asked about them.
    records: HashMap<(Kind, usize, bool), Made>,
    made: usize,
    /// Another incident, published first, into which one can be merged.
    other: Option<String>,
    /// The id of a token that nobody uses.
    spare: String,
    /// What somebody without an account sent: its id, and the receipt.
    pub(super) intake: (String, String),
}

impl<'a> World<'a> {
    /// Lets everybody in.
    pub(super) async fn of(app: &'a TestApp, policy: &Policy) -> Self {
        let mut tokens = HashMap::new();
        for principal in &policy.principals {
            if let Some(role) = principal.role {
                tokens.insert(principal.name.clone(), app.token_of(&principal.network, role).await);
            }
        }
        tokens.insert("forged_token".to_owned(), format!("amp_{}", "A".repeat(43)));
        for (name, column) in [("revoked_token", "revoked_at"), ("expired_token", "expires_at")] {
            let (token, id) = issued(app).await;
            let ended = format!("UPDATE token SET {column} = issued_at WHERE id = {id}");
            app.execute(&ended).await.unwrap();
            tokens.insert(name.to_owned(), token);
        }
        let (second, second_id) = issued(app).await;
        // A network to which something can be granted, and of which nobody asks.
        app.token_of("nowhere", Role::Analyst).await;
        let public = app.published("organizations", organization("Open Observers")).await;
        let number = public.rsplit('/').next().unwrap();
        Self {
            app,
            tokens,
            second,
            second_id,
            organization: json!({"number": number}),
            records: HashMap::new(),
            made: 0,
            other: None,
            spare: issued(app).await.1,
            intake: sent(app).await,
        }
    }

    /// The number of another incident, published before all that are made from now on.
    pub(super) async fn other(&mut self) -> String {
        if let Some(other) = &self.other {
            return other.clone();
        }
        let at = self.app.published("incidents", incident()).await;
        self.app.advance(TimeDelta::seconds(1));
        let number = at.rsplit('/').next().unwrap().to_owned();
        self.other = Some(number.clone());
        number
    }

    /// Another one has to be there the next time.
    pub(super) fn spend_other(&mut self) {
        self.other = None;
    }

    /// The number of a list of what is public.
    pub(super) async fn list(&mut self) -> String {
        self.other().await;
        let list = json!({"title": "What there is", "query": "country=AZE"});
        let made = self.client("author").post("/api/v1/lists", &list).await;
        done(&made);
        made.json()["number"].as_str().unwrap().to_owned()
    }

    /// The id of a question that the author keeps.
    pub(super) async fn search(&mut self) -> String {
        let search = json!({"title": "Again", "query": "country=AZE"});
        let made = self.client("author").post("/api/v1/searches", &search).await;
        done(&made);
        made.json()["id"].as_str().unwrap().to_owned()
    }

    /// The account of somebody nobody knew before, in a network.
    pub(super) async fn account(&mut self, network: &str) -> String {
        self.made += 1;
        let name = format!("somebody-{}", self.made);
        self.app.person(&name, network, &[Role::Contributor]).await.id
    }

    /// The id of a token of the network.
    pub(super) fn token(&self) -> &str {
        &self.spare
    }

    /// The id of a declaration of the network that it looked.
    pub(super) async fn coverage(&self) -> String {
        let admin = self.app.with_role(Role::NetworkAdmin);
        let declared = json!({"country": "GEO", "from": "2024-01-01", "extent": "covered"});
        let made = admin.post("/api/v1/coverage", &declared).await;
        made.is(201);
        made.json()["id"].as_str().unwrap().to_owned()
    }

    /// The number of an organization that is published.
    pub(super) fn organization(&self) -> Value {
        self.organization.clone()
    }

    /// Somebody who asks.
    pub(super) fn client(&self, name: &str) -> Client<'a> {
        match self.tokens.get(name) {
            Some(token) => Client::with_token(self.app, token),
            None if name == "public" => self.app.public(),
            None => panic!("who is {name}?"),
        }
    }

    fn second(&self) -> Client<'a> {
        Client::with_token(self.app, &self.second)
    }

    /// A record of a kind in a state, with an open question or without; none for a number that was never
    /// given. The same one until it is taken.
    pub(super) async fn record(&mut self, kind: Kind, state: usize, asked: bool) -> Option<Made> {
        if state == NEVER {
            return None;
        }
        if let Some(made) = self.records.get(&(kind, state, asked)) {
            return Some(made.clone());
        }
        let made = self.make(kind, state, asked).await;
        self.records.insert((kind, state, asked), made.clone());
        Some(made)
    }

    /// A record that was changed is no longer what the next one asks for.
    pub(super) fn spend(&mut self, kind: Kind, state: usize, asked: bool) {
        self.records.remove(&(kind, state, asked));
    }

    /// How a record stands: a write changes this, a read does not.
    pub(super) async fn standing(&self, number: &str) -> String {
        let number = number.replace('-', "");
        let sql = format!(
            "SELECT state || ' ' || CAST(revision AS TEXT) || ' ' || CAST((SELECT COUNT(*) FROM \
             audit_entry WHERE number = {number} AND action <> 'read_confidential') AS TEXT) \
             FROM record WHERE number = {number}"
        );
        self.app.column(&sql).await.pop().unwrap_or_default()
    }

    async fn make(&mut self, kind: Kind, state: usize, asked: bool) -> Made {
        // The number that was published first stays.
        let other = if STATES[state] == "merged" { self.other().await } else { String::new() };
        self.made += 1;
        let (author, editing) = (self.client("author"), self.client("editing_verifier"));
        let (approving, second) = (self.client("approving_verifier"), self.second());
        let body = self.draft(kind, self.made);
        let made = author.post(&format!("/api/v1/{}", kind.many), &body).await;
        done(&made);
        let address = made.location();
        let number = made.json()["number"].as_str().unwrap().to_owned();
        done(&editing.amend(&address, &change(kind, "edited")).await);
        let nobodys = || "5577006791947779410".to_owned();
        let (mut response, mut endorsement) = (nobodys(), nobodys());
        if ["incident", "statement"].contains(&kind.one) {
            let words = json!({"kind": "appeal", "date": "2024-05-02", "text": OF_NETWORK});
            let noted = author.post(&format!("{address}/responses"), &words).await;
            done(&noted);
            noted.json()["id"].as_str().unwrap().clone_into(&mut response);
        }
        if kind.one == "statement" {
            let asked = json!({"organization": self.organization});
            let asked = author.post(&format!("{address}/endorsements"), &asked).await;
            done(&asked);
            asked.json()["id"].as_str().unwrap().clone_into(&mut endorsement);
        }
        let mut grant = String::new();
        for (network, level, members) in [
            ("sharing", "confidential", "all"),
            ("reviewing", "review", "desk"),
            ("knowing", "confidential", "desk"),
            ("reading", "read", "desk"),
        ] {
            let granted = json!({"number": number, "network": network, "level": level,
                "members": members, "reason": "A second opinion."});
            let granted = second.post("/api/v1/grants", &granted).await;
            done(&granted);
            granted.json()["id"].as_str().unwrap().clone_into(&mut grant);
        }
        let verb = |verb: &str| format!("{address}/{verb}");
        let ask = async || {
            let question = json!({"text": "On which day was it?"});
            done(&second.post(&verb("questions"), &question).await);
        };
        let approve = async || {
            for verifier in [&approving, &second] {
                done(&verifier.post(&verb("approve"), &approval(&address)).await);
            }
        };
        let state_is = STATES[state];
        if state_is != "draft" || asked {
            done(&author.post_nothing(&verb("submit")).await);
        }
        match state_is {
            "draft" if asked => {
                let question = json!({"question": "On which day was it?"});
                done(&second.post(&verb("return"), &question).await);
            }
            "submitted" | "declined" if asked => ask().await,
            _ => {}
        }
        if state_is == "declined" {
            let reason = json!({"reason": "It was not about observers."});
            done(&second.post(&verb("decline"), &reason).await);
        }
        if state_is == "in_review" && kind.one == "person" {
            done(&second.post(&verb("assign"), &json!({"to": self.second_id})).await);
        } else if (2..6).contains(&state) || state_is == "merged" {
            approve().await;
        }
        if (3..6).contains(&state) || state_is == "merged" {
            done(&second.post_nothing(&verb("publish")).await);
        }
        if state_is == "changed" {
            done(&author.amend(&address, &change(kind, WAITING)).await);
            let edited = format!("{WAITING} edited");
            done(&editing.amend(&address, &change(kind, &edited)).await);
            approve().await;
        }
        if asked && ((2..6).contains(&state) || state_is == "merged") {
            ask().await;
        }
        if state_is == "merged" {
            let into = json!({"into": other, "reason": "It is the same."});
            done(&second.post(&verb("merge"), &into).await);
            self.other = None;
        }
        if state_is == "withdrawn" {
            let reason = json!({"reason": "It was mistaken.", "reason_class": "mistaken"});
            done(&second.post(&verb("withdraw"), &reason).await);
        }
        let standing = self.standing(&number).await;
        Made { number, address, grant, response, endorsement, standing }
    }

    /// A record of a kind with something in it of every tier.
    fn draft(&self, kind: Kind, nth: usize) -> Value {
        let sources = json!([
            {"ref": "S1", "title": "A report", "url": "https://example.org/a"},
            {"ref": "S2", "title": format!("{OF_NETWORK} source"), "tier": "network"},
            {"ref": "S3", "title": "wordofneed source", "tier": "confidential"},
        ]);
        let shown = json!({"ref": "P1", "name": "Zorabeth Shownfeather", "display": "name",
            "display_reason": "She agreed.", "position": "observer"});
        match kind.one {
            "incident" => {
                let mut shown = shown;
                shown["organization"] = self.organization.clone();
                shown["organization_tier"] = json!("confidential");
                json!({
                    "title": title(kind, ""), "types": ["detention"], "occurred": "2024-04-29",
                    "country": "AZE", "place": format!("{OF_NETWORK} lane"),
                    "summary": "Of wordofneed was told.",
                    "tiers": {"place": "network", "summary": "confidential"},
                    "confidential": {"narrative": "All of wordofneed.", "place": "wordofneed lane",
                        "contact": "wordofneed phone", "note": "wordofneed for reviewers"},
                    "people": [
                        shown,
                        {"ref": "P2", "name": "Quillneed Abercrom", "position": "driver"},
                        {"ref": "P3", "name": "Quillneed Bellwether", "display": "withheld",
                         "position": "chair", "organization": self.organization},
                    ],
                    "organizations": [self.organization],
                    "sources": sources,
                    "claims": [
                        {"field": "place", "value": format!("{OF_NETWORK} road"), "source": "S1"},
                        {"field": "affected.unnamed_min", "value": 1, "source": "S1"},
                        {"field": "severity", "value": 4, "source": "S2"},
                        {"field": "affected.unnamed_max", "value": 7, "source": "S3"},
                    ],
                    "events": [{"date": "2024-04-30", "kind": "remanded", "people": ["P1"], "source": "S3"}],
                })
            }
            "organization" => {
                json!({"name": title(kind, ""), "country": "AZE", "sources": sources})
            }
            "election" => json!({"slug": format!("az-matrix-{nth}"), "name": title(kind, ""),
                "country": "AZE", "date": "2024-02-07", "type": "presidential", "sources": sources}),
            "case" => json!({"title": title(kind, "")}),
            "statement" => json!({"title": title(kind, ""), "date": "2026-11-25", "lang": "en",
                "body": "We stand with {P1}.", "people": [shown], "sources": sources,
                "front_matter": {"layout": format!("{OF_NETWORK} layout")}}),
            _ => json!({"names": [{"name": format!("Quillneed {}", spelled(nth))}],
                "position": "wordofneed observer", "sources": sources}),
        }
    }
}

/// What a record is called, with a word more.
fn title(kind: Kind, more: &str) -> String {
    let title = match kind.one {
        "incident" => format!("{{P1}} detained {OF_RECORD} {more}"),
        "statement" => format!("We stand with {{P1}} {OF_RECORD} {more}"),
        "person" => format!("wordofneed observer {more}"),
        _ => format!("The {OF_RECORD} {more}"),
    };
    title.trim().to_owned()
}

/// A change of what it is called.
pub(super) fn change(kind: Kind, more: &str) -> Value {
    let member = match kind.one {
        "organization" | "election" => "name",
        "person" => "position",
        _ => "title",
    };
    json!({ member: title(kind, more) })
}

/// A record that says nothing of anybody.
pub(super) fn plain(kind: Kind, nth: usize) -> Value {
    match kind.one {
        "incident" => json!({"title": "Observers turned away", "types": ["access_obstruction"],
            "occurred": "2024-04-29", "country": "AZE", "sources": [{"title": "A report"}]}),
        "organization" => json!({"name": "Plain Observers", "country": "AZE"}),
        "election" => json!({"slug": format!("az-plain-{nth}"), "name": "A plain election",
            "country": "AZE", "date": "2024-02-07", "type": "presidential"}),
        "case" => json!({"title": "A plain case"}),
        "statement" => json!({"title": "A plain statement", "date": "2026-11-25", "lang": "en"}),
        _ => json!({"names": [{"name": "Plain Somebody"}]}),
    }
}

/// A name that nobody had before.
fn spelled(mut nth: usize) -> String {
    let mut name = "V".to_owned();
    loop {
        name.push(char::from(b'a' + u8::try_from(nth % 26).unwrap()));
        nth /= 26;
        if nth == 0 {
            return name + "owel";
        }
    }
}

/// A verifier of the network, with the id of the token.
async fn issued(app: &TestApp) -> (String, String) {
    const IDS: &str = "SELECT CAST(id AS TEXT) FROM token";
    let before = app.column(IDS).await;
    let token = app.token_of("default", Role::Verifier).await;
    let id = app.column(IDS).await.into_iter().find(|id| !before.contains(id)).unwrap();
    (token, id)
}

/// Something that was sent by somebody without an account: its id, and the receipt.
async fn sent(app: &TestApp) -> (String, String) {
    let words = json!({"kind": "report", "text": "Somebody was turned away."});
    let sent = app.public().post("/api/v1/intake", &words).await;
    done(&sent);
    let items = app.verifier().read("/api/v1/intake").await;
    let id = items["items"][0]["id"].as_str().unwrap().to_owned();
    (id, sent.json()["receipt"].as_str().unwrap().to_owned())
}

#[track_caller]
fn done(answer: &Answer) {
    assert!(answer.status.is_success(), "{}: {}", answer.status, answer.text());
}

/// All kinds, and the states that a record of a kind can be in.
pub(super) fn kinds_and_states() -> impl Iterator<Item = (Kind, usize)> {
    let all = KINDS.into_iter().flat_map(|kind| (0..NEVER).map(move |state| (kind, state)));
    all.filter(|(kind, state)| can_be(*kind, *state))
}

/// Whether a record of a kind can be in a state: nobody publishes a person, and incidents alone are merged.
pub(super) fn can_be(kind: Kind, state: usize) -> bool {
    match STATES[state] {
        "published" | "changed" | "withdrawn" => kind.one != "person",
        "merged" => kind.one == "incident",
        _ => true,
    }
}
