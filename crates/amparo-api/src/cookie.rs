//! Who asks: a bearer token, or the cookie of a session, which signs only for what comes from our own
//! pages.

use std::net::{IpAddr, SocketAddr};

use amparo_store::{Origin, Presence};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use url::Url;

use crate::problem::ApiError;
use crate::state::AppState;

/// The name of the cookie. By its beginning browsers hold it to this very host, to TLS and to all
/// paths.
pub(crate) const NAME: &str = "__Host-amparo";

/// Somebody who signed in or showed a token.
#[derive(Debug, Clone)]
pub(crate) struct Present(pub Presence);

impl FromRequestParts<AppState> for Present {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        presence(parts, state).await?.map(Self).ok_or(ApiError::Unauthorized)
    }
}

/// Where a request came from, as far as it limits how often somebody may try. For what asks without a
/// cookie yet: it must not come from a page of another site either.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stranger(pub Origin);

impl FromRequestParts<AppState> for Stranger {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        if says_another_site(&parts.headers, &state.settings.base_url) == Some(true) {
            return Err(ApiError::CrossSite);
        }
        Ok(Self(origin(parts, state)))
    }
}

/// Who asks, if they show anything. What does not hold is refused and not passed over.
pub(crate) async fn presence(
    parts: &Parts,
    state: &AppState,
) -> Result<Option<Presence>, ApiError> {
    if let Some(header) = parts.headers.get(header::AUTHORIZATION) {
        let secret = header.to_str().ok().and_then(|value| {
            let (scheme, secret) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
        });
        let secret = secret.ok_or(ApiError::Unauthorized)?;
        let presence = state.store.presence_by_token(secret).await?;
        return presence.map(Some).ok_or(ApiError::Unauthorized);
    }
    let Some(secret) = value(&parts.headers) else {
        return Ok(None);
    };
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(&parts.method);
    if !reads && says_another_site(&parts.headers, &state.settings.base_url) != Some(false) {
        return Err(ApiError::CrossSite);
    }
    let presence = state.store.presence_by_session(secret).await?;
    presence.map(Some).ok_or(ApiError::Unauthorized)
}

/// The cookie to set.
pub(crate) fn set(secret: &str) -> Result<HeaderValue, ApiError> {
    let cookie = format!("{NAME}={secret}; Secure; HttpOnly; SameSite=Strict; Path=/");
    HeaderValue::from_str(&cookie).map_err(|error| ApiError::Internal(error.to_string()))
}

/// The cookie that takes it back.
pub(crate) fn forget() -> HeaderValue {
    HeaderValue::from_static("__Host-amparo=; Secure; HttpOnly; SameSite=Strict; Path=/; Max-Age=0")
}

/// The value of our cookie among all that were sent.
fn value(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.split_once('='))
        .find_map(|(name, value)| (name.trim() == NAME).then(|| value.trim()))
}

/// Whether a page of another site sent this, as far as anything says so.
fn says_another_site(headers: &HeaderMap, base_url: &str) -> Option<bool> {
    if let Some(site) = headers.get("sec-fetch-site") {
        return Some(site != "same-origin" && site != "none");
    }
    let origin = headers.get(header::ORIGIN)?;
    Some(!is_own(origin, headers, base_url).unwrap_or(false))
}

/// Whether an origin is our own: that of the address under which we are reached, or of the host that
/// was asked for.
fn is_own(origin: &HeaderValue, headers: &HeaderMap, base_url: &str) -> Option<bool> {
    let origin = Url::parse(origin.to_str().ok()?).ok()?;
    if !base_url.is_empty() {
        return Some(Url::parse(base_url).ok()?.origin() == origin.origin());
    }
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let own = Url::parse(&format!("{}://{host}", origin.scheme())).ok()?;
    Some(own.origin() == origin.origin())
}

/// The address of who asks. A peer on this machine is a proxy: what it says counts if the operator
/// said where it says it, and it is itself nobody.
fn origin(parts: &Parts, state: &AppState) -> Origin {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let proxy = peer.is_some_and(|peer| peer.to_canonical().is_loopback());
    if !proxy {
        return Origin(peer);
    }
    let header = state.settings.client_address_header.as_ref();
    let said = header.and_then(|name| parts.headers.get_all(name).iter().next_back());
    // The last address is the one that the proxy added itself.
    let last = said.and_then(|said| said.to_str().ok()).and_then(|said| said.rsplit(',').next());
    Origin(last.and_then(|last| last.trim().parse::<IpAddr>().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(headers: &[(&'static str, &str)], base_url: &str) -> Option<bool> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).unwrap());
        }
        says_another_site(&map, base_url)
    }

    #[test]
    fn tells_our_own_pages_from_those_of_others() {
        for (site, other) in [
            ("same-origin", false),
            ("none", false),
            ("same-site", true),
            ("cross-site", true),
            ("", true),
        ] {
            assert_eq!(
                said(
                    &[("sec-fetch-site", site), ("origin", "https://a.org"), ("host", "a.org")],
                    ""
                ),
                Some(other)
            );
        }
        assert_eq!(said(&[("host", "a.org")], ""), None);
        for (origin, other) in [
            ("https://a.org", false),
            ("https://a.org:443", false),
            ("https://b.org", true),
            ("null", true),
            ("https://a.org.b.org", true),
            ("https://b.org/a.org", true),
            ("https://a.org:8443", true),
        ] {
            assert_eq!(said(&[("origin", origin), ("host", "a.org")], ""), Some(other), "{origin}");
        }
        assert_eq!(said(&[("origin", "https://a.org")], ""), Some(true), "no host");
        assert_eq!(
            said(&[("origin", "https://a.org"), ("host", "127.0.0.1:8080")], "https://a.org"),
            Some(false)
        );
        assert_eq!(
            said(&[("origin", "http://a.org"), ("host", "a.org")], "https://a.org"),
            Some(true)
        );
    }

    #[test]
    fn finds_its_cookie_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; x__Host-amparo=no"));
        headers.append(header::COOKIE, HeaderValue::from_static("c; __Host-amparo=yes; d=e"));
        assert_eq!(value(&headers), Some("yes"));
        assert_eq!(value(&HeaderMap::new()), None);
    }
}
