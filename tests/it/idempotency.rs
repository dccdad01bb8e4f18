//! Submissions that are sent again and again while the server is killed under them: each is one incident.
//!
//! The server is the real one in a process of its own. It is ended by `kill -9` after every so many answers, with
//! whatever it was about to do; those who submit find their connections broken, wait for the next server, and send
//! the same again.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use amparo_tests::proofs::{Dice, scaled};
use amparo_tests::{Answer, Connection, Served, TestApp, incident, on_both};
use futures_util::future::join_all;
use tokio::sync::watch;

const PROGRAM: &str = env!("CARGO_BIN_EXE_amparo-served");
const INCIDENTS: &str = "/api/v1/incidents";

/// How many submissions wait for their answers at once.
const AT_ONCE: usize = 6;

/// The most concurrent retries of one submission.
const RETRIES: usize = 20;

/// How often one retry is sent, if every server is killed under it, before something else is wrong.
const ATTEMPTS: usize = 200;

/// What those who submit know, and what they saw.
struct Driver {
    token: String,
    /// Where the server is; none while it is down.
    server: watch::Receiver<Option<SocketAddr>>,
    answered: watch::Sender<usize>,
    /// The number that each submission was told, by its key; all that it was told are the same.
    told: Mutex<BTreeMap<usize, BTreeSet<String>>>,
    broken: AtomicUsize,
    sent: AtomicUsize,
}

fn body(nth: usize) -> String {
    let draft = incident().titled(&format!("Submission {nth}")).on(&format!("20{:02}", nth % 27));
    serde_json::Value::from(draft).to_string()
}

impl Driver {
    /// Sends one request until a server answers it.
    async fn send(&self, connection: &mut Option<Connection>, key: &str, body: &str) -> Answer {
        let mut server = self.server.clone();
        let bearer = format!("Bearer {}", self.token);
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", key),
        ];
        for _ in 0..ATTEMPTS {
            let address = server.wait_for(Option::is_some).await.map(|address| *address);
            let address = address.ok().flatten().expect("there are servers until all is answered");
            if connection.is_none() {
                *connection = Connection::open(Ipv4Addr::LOCALHOST, address).await.ok();
            }
            let Some(open) = connection else {
                // It was killed: its address changes before anything can be sent again.
                let _ = server.wait_for(|now| *now != Some(address)).await;
                continue;
            };
            self.sent.fetch_add(1, Ordering::Relaxed);
            match open.send("POST", INCIDENTS, &headers, body).await {
                // It was in the way of others, and says that nothing was done.
                Ok(answer) if answer.status == 503 => {}
                Ok(answer) => return answer,
                Err(_) => {
                    self.broken.fetch_add(1, Ordering::Relaxed);
                    *connection = None;
                    let _ = server.wait_for(|now| *now != Some(address)).await;
                }
            }
        }
        panic!("{key} was sent {ATTEMPTS} times and never answered");
    }

    /// A submission and its concurrent retries.
    async fn submit(&self, nth: usize) {
        let retries = Dice(nth as u64).below(RETRIES) + 1;
        let (key, body) = (format!("submission-{nth}"), body(nth));
        let told = join_all((0..retries).map(|_| async {
            let answer = self.send(&mut None, &key, &body).await;
            answer.is(201);
            answer.json()["number"].as_str().expect("it has a number").to_owned()
        }));
        let told = told.await;
        self.told.lock().unwrap().entry(nth).or_default().extend(told);
        self.answered.send_modify(|answered| *answered += 1);
    }
}

async fn submissions(app: TestApp) {
    let began = Instant::now();
    let (count, kills) = (scaled(2_000, 100), scaled(100, 5));
    let (publish, server) = watch::channel(None);
    let (answered, mut progress) = watch::channel(0);
    let driver = Driver {
        token: app.contributor().token().to_owned(),
        server,
        answered,
        told: Mutex::default(),
        broken: AtomicUsize::new(0),
        sent: AtomicUsize::new(0),
    };
    let next = AtomicUsize::new(0);
    let submitting = join_all((0..AT_ONCE).map(|_| async {
        loop {
            let nth = next.fetch_add(1, Ordering::Relaxed);
            if nth >= count {
                break;
            }
            driver.submit(nth).await;
        }
    }));
    let url = app.url.clone();
    let killing = async {
        for kill in 1..=kills {
            let served = start(&url).await;
            publish.send_replace(Some(served.address()));
            // Killed in the midst of those that come after.
            let enough = kill * count / (kills + 1);
            progress.wait_for(|answered| *answered >= enough).await.expect("they are at it");
            publish.send_replace(None);
            tokio::task::spawn_blocking(|| served.kill()).await.expect("it is killed");
        }
        let served = start(&url).await;
        publish.send_replace(Some(served.address()));
        served
    };
    let (_, served) = tokio::join!(submitting, killing);

    let told = driver.told.lock().unwrap().clone();
    assert_eq!(told.len(), count);
    let numbers: BTreeSet<String> = told.values().flatten().cloned().collect();
    assert!(told.values().all(|numbers| numbers.len() == 1), "a key has one number: {told:?}");
    assert_eq!(numbers.len(), count, "and a number one key");
    // Everything that was acknowledged is there, once, with its row in the audit trail.
    let count_of = i64::try_from(count).unwrap();
    assert_eq!(app.count("record", "kind = 'incident'").await, count_of);
    assert_eq!(app.count("revision", "1 = 1").await, count_of);
    assert_eq!(app.count("audit_entry", "action = 'create'").await, count_of);
    assert_eq!(app.count("audit_entry", "number IS NOT NULL").await, count_of);
    assert_eq!(app.count("idempotency", "1 = 1").await, count_of);
    let writer = app.contributor();
    let mut connection = None;
    for (nth, number) in &told {
        let number = number.first().expect("it has one");
        let record = writer.read(&format!("{INCIDENTS}/{number}")).await;
        assert_eq!(record["title"], format!("Submission {nth}"));
        // Once more, after all: the same; and with another body: refused.
        let key = format!("submission-{nth}");
        let again = driver.send(&mut connection, &key, &body(*nth)).await;
        again.is(201);
        assert_eq!(again.json()["number"], number.as_str());
        let other = driver.send(&mut connection, &key, &body(nth + 1)).await;
        other.problem(422, "idempotency-key-reused");
    }
    assert_eq!(app.count("record", "1 = 1").await, count_of);
    let broken = driver.broken.load(Ordering::Relaxed);
    assert!(broken > 0, "some were under way when the server was killed");
    println!(
        "{:?}: {count} submissions, {} requests, {kills} kills, {broken} requests broken off, in {:.1} s",
        app.backend,
        driver.sent.load(Ordering::Relaxed),
        began.elapsed().as_secs_f32()
    );
    drop(served);
}

/// The next server, when it can serve.
async fn start(url: &str) -> Served {
    let url = url.to_owned();
    let served = tokio::task::spawn_blocking(move || Served::start(PROGRAM, &url, &[])).await;
    let served = served.expect("it starts");
    let mut connection = Connection::open(Ipv4Addr::LOCALHOST, served.address()).await.unwrap();
    let ready = connection.send("GET", "/readyz", &[], "").await.unwrap();
    ready.is(200);
    served
}

on_both! {
    /// However often it is sent, and whenever the server is killed.
    async fn every_submission_is_one_incident(app: TestApp) {
        submissions(app).await;
    }
}
