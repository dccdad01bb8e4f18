//! GeoJSON as RFC 7946 has it.

use super::json_lines::{members, write_object};
use super::{Column, Rest, Row, WriteError, Writer, take_ready};

/// Writes a collection of features: longitude before latitude, no geometry where no point is known.
#[derive(Debug)]
pub struct GeoJson {
    ready: Vec<u8>,
    members: Vec<Vec<u8>>,
    first: bool,
}

impl GeoJson {
    /// Starts a collection.
    pub fn new(columns: &[&Column]) -> Self {
        let ready = b"{\"type\":\"FeatureCollection\",\"features\":[".to_vec();
        Self { ready, members: members(columns), first: true }
    }
}

impl Writer for GeoJson {
    fn row(&mut self, row: &Row<'_>) -> Result<(), WriteError> {
        let before: &[u8] = if self.first { b"\n" } else { b",\n" };
        self.first = false;
        self.ready.extend_from_slice(before);
        let geometry = match row.point {
            Some([longitude, latitude]) => {
                format!("{{\"type\":\"Point\",\"coordinates\":[{longitude:?},{latitude:?}]}}")
            }
            None => "null".to_owned(),
        };
        let head = format!(
            "{{\"type\":\"Feature\",\"id\":\"{}\",\"geometry\":{geometry},\"properties\":",
            row.number
        );
        self.ready.extend_from_slice(head.as_bytes());
        write_object(&self.members, row, &mut self.ready);
        self.ready.push(b'}');
        Ok(())
    }

    fn take(&mut self) -> Result<Vec<u8>, WriteError> {
        Ok(take_ready(&mut self.ready))
    }

    fn finish(mut self: Box<Self>) -> Result<Rest, WriteError> {
        self.ready.extend_from_slice(b"\n]}\n");
        Ok(Rest::Bytes(self.ready))
    }
}
