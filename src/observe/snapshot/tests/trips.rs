//! What is written is what is read, and fits the schema.

use proptest::prelude::*;
use serde_json::Value;

use crate::observe::snapshot::tests::random::estate;
use crate::observe::snapshot::{Snapshot, read, schema, write};
use crate::schema::Validator;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn reading_undoes_writing(estate in estate(), redacted: bool, second in prop::option::of(0_i64..4_000_000_000)) {
        let taken_at = second.and_then(|second| jiff::Timestamp::from_second(second).ok());
        let snapshot = Snapshot { taken_at, redacted, estate, ..Snapshot::default() };
        let text = write(&snapshot);
        let found = read(&text).unwrap();
        prop_assert_eq!(&found, &snapshot);
        prop_assert_eq!(write(&found), text, "and writing is stable");
    }

    #[test]
    fn every_file_fits_the_schema(estate in estate()) {
        let validator = Validator::new(schema()).unwrap();
        let text = write(&Snapshot { estate, ..Snapshot::default() });
        let document: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(validator.faults(&document), vec![]);
    }

    /// Whatever is cut out or put in, it is an error or a snapshot that is written again.
    #[test]
    fn damaged_files_do_no_harm(estate in estate(), at: prop::sample::Index, put in ".{0,2}", cut in 0_usize..4) {
        let text = write(&Snapshot { estate, ..Snapshot::default() });
        let mut chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len());
        chars.splice(at..(at + cut).min(chars.len()), put.chars());
        if let Ok(found) = read(&chars.into_iter().collect::<String>()) {
            prop_assert_eq!(read(&write(&found)).is_ok(), true);
        }
    }
}
