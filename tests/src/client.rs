//! Somebody who uses the app, and what they get.

use std::net::SocketAddr;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::app::TestApp;

/// Somebody who uses the app.
#[derive(Clone)]
pub struct Client<'a> {
    pub(crate) app: &'a TestApp,
    pub(crate) token: Option<String>,
    /// The cookie of a session, as a browser sends it from one of our own pages.
    pub(crate) cookie: Option<String>,
    /// Where they are.
    pub(crate) peer: Option<SocketAddr>,
}

/// What they get.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl<'a> Client<'a> {
    pub(crate) fn of(app: &'a TestApp, token: Option<String>) -> Self {
        Self { app, token, cookie: None, peer: None }
    }

    /// The same with a token of one's own.
    pub fn with_token(app: &'a TestApp, token: &str) -> Self {
        Self::of(app, Some(token.to_owned()))
    }

    /// Somebody with the cookie of a session, in a browser.
    pub fn with_cookie(app: &'a TestApp, cookie: &str) -> Self {
        Self { cookie: Some(cookie.to_owned()), ..Self::of(app, None) }
    }

    /// The same, somewhere in the network.
    #[must_use]
    pub fn at(mut self, address: &str) -> Self {
        self.peer = Some(SocketAddr::new(address.parse().expect("this is an address"), 50_000));
        self
    }

    /// The cookie, if they have one.
    pub fn cookie(&self) -> &str {
        self.cookie.as_deref().unwrap_or_default()
    }

    /// The same with a token of one's own, or with none if it is empty.
    pub fn with_token_or_not(app: &'a TestApp, token: &str) -> Self {
        Self { token: (!token.is_empty()).then(|| token.to_owned()), ..app.public() }
    }

    /// The token, empty if there is none.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Body::empty()).await
    }

    /// Reads and takes it for granted that there is something.
    pub async fn read(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "GET {path}: {}", answer.text());
        answer.json()
    }

    /// Sends a new record, or a verb with what it needs.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, JSON, body.to_string()).await
    }

    /// Does a verb that needs nothing.
    pub async fn post_nothing(&self, path: &str) -> Answer {
        self.send(Method::POST, path, &[], Body::empty()).await
    }

    /// Sends a record anew.
    pub async fn put(&self, path: &str, if_match: &str, body: &Value) -> Answer {
        let headers = [JSON[0], ("if-match", if_match)];
        self.send(Method::PUT, path, &headers, body.to_string()).await
    }

    /// Changes members of a record.
    pub async fn patch(&self, path: &str, if_match: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/merge-patch+json"), ("if-match", if_match)];
        self.send(Method::PATCH, path, &headers, body.to_string()).await
    }

    /// Changes members of a record, whatever it says by now.
    pub async fn amend(&self, path: &str, body: &Value) -> Answer {
        self.patch(path, "*", body).await
    }

    /// Removes a record.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], Body::empty()).await
    }

    /// Sends anything.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let response = self.begin(method, path, headers, body).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("the body comes whole").to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Sends anything and leaves the body to be read.
    pub async fn begin(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, format!("__Host-amparo={cookie}"));
            let own_page =
                |(name, _): &(&str, &str)| *name == "sec-fetch-site" || *name == "origin";
            if !headers.iter().any(own_page) {
                request = request.header("sec-fetch-site", "same-origin");
            }
        }
        if let Some(peer) = self.peer {
            request = request.extension(axum::extract::ConnectInfo(peer));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into()).expect("this is a request");
        let response = self.app.service.clone().oneshot(request).await;
        let Ok(response) = response;
        response
    }

    /// All numbers of a list, page by page.
    pub async fn numbers(&self, path: &str) -> Vec<String> {
        let join = if path.contains('?') { '&' } else { '?' };
        let mut numbers = Vec::new();
        let mut after = String::new();
        loop {
            let page = self.read(&format!("{path}{after}")).await;
            let items = page["items"].as_array().expect("a list has items");
            numbers.extend(items.iter().map(|item| text(&item["number"])));
            match page["next"].as_str() {
                Some(next) => after = format!("{join}after={next}"),
                None => return numbers,
            }
            assert!(numbers.len() < 10_000, "{path} never ends");
        }
    }
}

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

impl Answer {
    /// Holds it to a status.
    #[track_caller]
    pub fn is(&self, status: u16) {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
    }

    /// Holds it to a problem (RFC 9457) of a status and a kind, and returns it.
    #[track_caller]
    pub fn problem(&self, status: u16, kind: &str) -> Value {
        self.is(status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["type"], format!("/problems/{kind}"), "{problem}");
        assert_eq!(problem["status"], status);
        assert!(problem["title"].is_string());
        let instance = format!("urn:request:{}", self.header("x-request-id"));
        assert_eq!(problem["instance"], instance);
        problem
    }

    /// The pointers of what is wrong with a body.
    #[track_caller]
    pub fn wrong(&self) -> Vec<String> {
        let problem = self.problem(422, "invalid");
        let errors = problem["errors"].as_array().expect("it says what is wrong").iter();
        errors.map(|error| text(&error["pointer"])).collect()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("{} is not JSON ({error}): {}", self.status, self.text())
        })
    }

    /// A header, empty if it is not there.
    pub fn header(&self, name: &str) -> String {
        let value = self.headers.get(name).map(|value| value.to_str().expect("it is plain"));
        value.unwrap_or_default().to_owned()
    }

    /// The entity tag.
    pub fn etag(&self) -> String {
        self.header("etag")
    }

    /// Where the new record is.
    #[track_caller]
    pub fn location(&self) -> String {
        let location = self.header("location");
        assert!(location.starts_with("/api/v1/"), "{}", self.text());
        location
    }
}

/// A text in JSON.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
