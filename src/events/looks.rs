//! What something seems to be that holds no event, and what to do.

/// What a policy seems to be.
pub const A_POLICY: &str = "a policy";

/// What the beginning of a text without events looks like, and a next step.
pub(super) fn looks(head: &[u8]) -> (&'static str, &'static str) {
    const EXPORT: &str = "name the files of the user-activity export, or answers of AdminListUserAuthEvents";
    const UNPACK: &str = "unpack it first; gzip and zstd are read as they are";
    let bytes = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let magic: [(&[u8], &str); 6] = [
        (b"PAR1", "a Parquet file"),
        (b"PK\x03\x04", "a zip archive"),
        (b"BZh", "a bzip2 file"),
        (b"\xfd7zXZ\0", "an xz file"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"ORC", "an ORC file"),
    ];
    if let Some((_, what)) = magic.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        let convert = "export it as JSON lines first";
        let is_packed = what.contains("archive") || what.contains("bzip2") || what.contains("xz");
        return (what, if is_packed { UNPACK } else { convert });
    }
    let is_tar = bytes.get(257..262) == Some(b"ustar");
    if is_tar {
        return ("a tar archive", UNPACK);
    }
    // No text has these, with colours for a terminal or not.
    if bytes.iter().any(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=29)) {
        return ("a binary file", EXPORT);
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start();
    let has = |word: &str| text.contains(word);
    let has_key = |key: &str| text.lines().any(|line| line.starts_with(key));
    if text.is_empty() {
        ("empty", EXPORT)
    } else if text.starts_with('<') {
        ("a web page or XML", EXPORT)
    } else if has("\"Users\"") && has("\"Attributes\"") {
        (
            "an answer of ListUsers",
            "ask for the users' events: `aws cognito-idp admin-list-user-auth-events`",
        )
    } else if has("\"pools\"") && has("\"version\"") {
        (
            "a snapshot of cogward",
            "it has settings and no events; compare with it by `--from`",
        )
    } else if has_key("version:") || has_key("target:") || has_key("account_takeover:") {
        (A_POLICY, "check it with `cogward lint`, and name the events here")
    } else if text.starts_with(['{', '[']) {
        ("JSON without records of Cognito", EXPORT)
    } else if text
        .lines()
        .next()
        .is_some_and(|line| line.matches(',').count() > 1)
    {
        ("a table (CSV)", "export the messages themselves as JSON")
    } else {
        ("text without records of Cognito", EXPORT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What people name by mistake is recognized.
    #[test]
    fn wrong_file_kinds_recognized() {
        for (head, what) in [
            (b"PAR1\x15\x04".as_slice(), "a Parquet file"),
            (b"PK\x03\x04..", "a zip archive"),
            (b"\x7fELF\0\0", "a binary file"),
            (b"\xd7\x03\xff", "a binary file"),
            (b"\x1b[1mhello", "text without records of Cognito"),
            (b"", "empty"),
            (b"  \n", "empty"),
            (b"\xef\xbb\xbf<!DOCTYPE html>", "a web page or XML"),
            (
                b"{\"Users\": [{\"Username\": \"a\", \"Attributes\": []}]}",
                "an answer of ListUsers",
            ),
            (b"{\n  \"version\": 1,\n  \"pools\": []", "a snapshot of cogward"),
            (b"version: 1\nname: x\n", "a policy"),
            (b"{\"a\": 1}", "JSON without records of Cognito"),
            (b"a,b,c\n1,2,3", "a table (CSV)"),
            (b"hello", "text without records of Cognito"),
        ] {
            assert_eq!(looks(head).0, what);
        }
    }
}
