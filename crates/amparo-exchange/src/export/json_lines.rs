//! JSON Lines: an object a line.

use super::{Column, Rest, Row, WriteError, Writer, take_ready, write_json_text};

/// Writes JSON Lines with the columns as members.
#[derive(Debug)]
pub struct JsonLines {
    ready: Vec<u8>,
    members: Vec<Vec<u8>>,
}

impl JsonLines {
    /// Starts a file.
    pub fn new(columns: &[&Column]) -> Self {
        Self { ready: Vec::new(), members: members(columns) }
    }
}

/// The beginning of each member of an object, up to its value.
pub(super) fn members(columns: &[&Column]) -> Vec<Vec<u8>> {
    let member = |(i, column): (usize, &&Column)| {
        let mut member = if i == 0 { Vec::new() } else { vec![b','] };
        write_json_text(column.name, &mut member);
        member.push(b':');
        member
    };
    columns.iter().enumerate().map(member).collect()
}

/// Writes a row as an object.
pub(super) fn write_object(members: &[Vec<u8>], row: &Row<'_>, into: &mut Vec<u8>) {
    into.push(b'{');
    for (member, cell) in members.iter().zip(row.cells) {
        into.extend_from_slice(member);
        cell.write_json(into);
    }
    into.push(b'}');
}

impl Writer for JsonLines {
    fn row(&mut self, row: &Row<'_>) -> Result<(), WriteError> {
        write_object(&self.members, row, &mut self.ready);
        self.ready.push(b'\n');
        Ok(())
    }

    fn take(&mut self) -> Result<Vec<u8>, WriteError> {
        Ok(take_ready(&mut self.ready))
    }

    fn finish(self: Box<Self>) -> Result<Rest, WriteError> {
        Ok(Rest::Bytes(self.ready))
    }
}
