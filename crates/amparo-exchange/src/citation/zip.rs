//! A ZIP archive of a few small parts, stored as they are: the same parts make the same bytes.

/// Midnight of the first day that the format knows, because when it was written is nobody's business.
const DATE: u16 = (1 << 5) | 1;

/// The archive (APPNOTE 6.3.10, without compression).
pub(crate) fn archive(parts: &[(&str, String)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    let mut entries: u16 = 0;
    for (name, content) in parts {
        let at = size(bytes.len());
        let about = about(name, content.as_bytes());
        bytes.extend_from_slice(b"PK\x03\x04");
        bytes.extend_from_slice(&about);
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(content.as_bytes());
        directory.extend_from_slice(b"PK\x01\x02");
        directory.extend_from_slice(&20_u16.to_le_bytes());
        directory.extend_from_slice(&about);
        // No comment, the first disk, nothing special about the file.
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&at.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
        entries = entries.saturating_add(1);
    }
    let (starts, length) = (size(bytes.len()), size(directory.len()));
    bytes.extend_from_slice(&directory);
    bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    bytes.extend_from_slice(&entries.to_le_bytes());
    bytes.extend_from_slice(&entries.to_le_bytes());
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&starts.to_le_bytes());
    bytes.extend_from_slice(&[0; 2]);
    bytes
}

/// What both headers of a part say of it.
fn about(name: &str, content: &[u8]) -> Vec<u8> {
    let mut about = Vec::with_capacity(26);
    let length = size(content.len());
    about.extend_from_slice(&20_u16.to_le_bytes());
    about.extend_from_slice(&[0; 4]);
    about.extend_from_slice(&0_u16.to_le_bytes());
    about.extend_from_slice(&DATE.to_le_bytes());
    about.extend_from_slice(&crc32fast::hash(content).to_le_bytes());
    about.extend_from_slice(&length.to_le_bytes());
    about.extend_from_slice(&length.to_le_bytes());
    about.extend_from_slice(&u16::try_from(name.len()).unwrap_or(0).to_le_bytes());
    about.extend_from_slice(&[0; 2]);
    about
}

/// A size in the format; a citation is never near its limit of 4 GiB.
fn size(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
