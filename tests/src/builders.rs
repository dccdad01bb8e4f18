//! Records as their writers send them, with what every record needs already in them.

use serde_json::{Value, json};

/// A record as its writer sends it.
#[derive(Debug, Clone)]
pub struct Draft(Value);

/// An incident with what every incident needs, and one source.
pub fn incident() -> Draft {
    Draft(json!({
        "title": "Observers turned away from a polling station",
        "types": ["access_obstruction"],
        "occurred": "2024-04-29",
        "country": "AZE",
        "sources": [{"title": "A report", "publisher": "Example News", "url": "https://example.org/a"}],
    }))
}

/// An organization.
pub fn organization(name: &str) -> Draft {
    Draft(json!({"name": name, "country": "AZE"}))
}

/// An election.
pub fn election(slug: &str, country: &str, date: &str) -> Draft {
    Draft(json!({
        "slug": slug, "name": format!("Election {slug}"), "country": country, "date": date,
        "type": "presidential",
    }))
}

impl Draft {
    /// The same with a member of this value.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.0[member] = value.into();
        self
    }

    /// The same without a member.
    #[must_use]
    pub fn without(mut self, member: &str) -> Self {
        self.0.as_object_mut().expect("a record is an object").remove(member);
        self
    }

    /// The same with another title.
    #[must_use]
    pub fn titled(self, title: &str) -> Self {
        self.with("title", title)
    }

    /// The same at another time.
    #[must_use]
    pub fn on(self, date: &str) -> Self {
        self.with("occurred", date)
    }

    /// The same elsewhere.
    #[must_use]
    pub fn in_country(self, country: &str) -> Self {
        self.with("country", country)
    }

    /// The same of another type.
    #[must_use]
    pub fn of_type(self, code: &str) -> Self {
        self.with("types", json!([code]))
    }

    /// The same at a point.
    #[must_use]
    pub fn at(self, longitude: f64, latitude: f64) -> Self {
        let point = json!({"type": "Point", "coordinates": [longitude, latitude]});
        self.with("location", point).with("location_precision", "settlement")
    }

    /// The same with people.
    #[must_use]
    pub fn about(self, people: Value) -> Self {
        self.with("people", people)
    }
}

impl From<Draft> for Value {
    fn from(Draft(value): Draft) -> Self {
        value
    }
}
