//! People who sign in.

use amparo_domain::access::{Actor, Role};
use amparo_store::{NewAccount, code_at};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::client::{Answer, Client, text};

/// Somebody with an account, and what they sign in with.
#[derive(Debug, Clone)]
pub struct Person {
    /// What the audit trail calls them.
    pub id: String,
    /// Their login.
    pub name: String,
    /// Their password.
    pub password: String,
    /// What makes their codes.
    pub secret: String,
    /// Codes for who lost what makes them.
    pub recovery_codes: Vec<String>,
}

impl Person {
    /// The password of everybody here.
    pub const PASSWORD: &str = "a lamp under the seventh stair";

    /// Somebody who was just told their second factor.
    pub fn of(made: &Value, password: &str) -> Self {
        let codes = made["recovery_codes"].as_array().expect("they have recovery codes");
        Self {
            id: text(&made["account"]["id"]),
            name: text(&made["account"]["name"]),
            password: password.to_owned(),
            secret: text(&made["totp"]["secret"]),
            recovery_codes: codes.iter().map(text).collect(),
        }
    }

    /// The code of now; it waits until there is one that was not used.
    pub fn code(&self, app: &TestApp) -> String {
        app.advance(TimeDelta::seconds(30));
        self.same_code(app)
    }

    /// The code of now, whether it was used or not.
    pub fn same_code(&self, app: &TestApp) -> String {
        code_at(&self.secret, app.now()).expect("the secret is one")
    }

    /// What they sign in with now.
    pub fn credentials(&self, app: &TestApp) -> Value {
        json!({"name": self.name, "password": self.password, "code": self.code(app)})
    }
}

impl TestApp {
    /// Somebody with an account in a network, which the operator made.
    pub async fn person(&self, name: &str, network: &str, roles: &[Role]) -> Person {
        let new = NewAccount {
            name: name.to_owned(),
            display_name: Some(format!("Called {}.", name[..1].to_uppercase())),
            password: Person::PASSWORD.to_owned(),
        };
        let operator = Actor::operator(network);
        let roles = roles.iter().copied().collect();
        let made = self.store.create_account_by_operator(&operator, network, roles, new).await;
        let (account, factor) = made.expect("an account is made");
        Person {
            id: account.id.to_string(),
            name: account.name,
            password: Person::PASSWORD.to_owned(),
            secret: factor.secret,
            recovery_codes: factor.recovery_codes,
        }
    }

    /// Signs in, which has to work.
    pub async fn signed_in(&self, person: &Person) -> Client<'_> {
        let answer = self.public().post("/api/v1/sessions", &person.credentials(self)).await;
        answer.is(201);
        Client::with_cookie(self, &answer.cookie())
    }

    /// Somebody with an account in a network, signed in.
    pub async fn member(&self, name: &str, network: &str, roles: &[Role]) -> Client<'_> {
        let person = self.person(name, network, roles).await;
        self.signed_in(&person).await
    }
}

impl Answer {
    /// The cookie that it sets.
    #[track_caller]
    pub fn cookie(&self) -> String {
        let set = self.header("set-cookie");
        let value = set.strip_prefix("__Host-amparo=").and_then(|rest| rest.split(';').next());
        value.unwrap_or_else(|| panic!("it sets no cookie: {set:?}")).to_owned()
    }
}
