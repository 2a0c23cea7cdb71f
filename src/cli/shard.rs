//! `--shard`: which part of the pools is wanted, as typed or as the scheduler of the job says.

use crate::cli::args::ShardArgs;
use crate::cli::environment;
use crate::cli::error::CliError;
use crate::model::shard::{Cut, MOST, Shard};

/// Variables that hold a job's number, from 0, and what sets them.
const NUMBERS: [(&str, &str); 2] = [
    ("AWS_BATCH_JOB_ARRAY_INDEX", "an AWS Batch array"),
    ("JOB_COMPLETION_INDEX", "a Kubernetes indexed Job"),
];

/// The number of jobs of an AWS Batch array. Kubernetes has none.
const SIZE: &str = "AWS_BATCH_JOB_ARRAY_SIZE";

const FORM: &str = "write I/N, such as 2/4, or auto/N, with NAME: before it for a run of that name";

/// Decides what `--shard` means. Nothing typed is everything: a variable alone never leaves pools out.
pub fn cut(typed: &ShardArgs) -> Result<Option<Cut>, CliError> {
    let typed = typed.shard.as_ref();
    typed
        .map(|text| parse(text, &environment::variable))
        .transpose()
        .map_err(|why| CliError::Usage(format!("--shard: {why}")))
}

fn parse(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Cut, String> {
    let (of, shard) = match text.split_once(':') {
        Some((name, shard)) if Cut::is_name(name) => (Some(name.to_owned()), shard),
        Some(_) => {
            return Err(format!(
                "the name in `{text}` is not made of letters, digits, `.`, `_` and `-`"
            ));
        }
        None => (None, text),
    };
    let (index, count) = match shard.split_once('/') {
        Some(("auto", count)) => (from_environment(variable)?, number(count)),
        None if shard == "auto" => {
            let index = from_environment(variable)?;
            let size = variable(SIZE).ok_or_else(|| {
                format!("`auto` alone needs {SIZE}, which is not set: say how many there are, as in auto/8")
            })?;
            (index, number(&size))
        }
        Some((index, count)) => (number(index), number(count)),
        None => (None, None),
    };
    let (Some(index), Some(count)) = (index, count) else {
        return Err(format!("`{text}` is not a shard; {FORM}"));
    };
    let shard = Shard::new(index, count).ok_or_else(|| {
        format!("there is no shard {index}/{count}: shards count from 1, and there are at most {MOST}")
    })?;
    Ok(Cut { of, shard })
}

/// A number in digits alone.
fn number(text: &str) -> Option<u32> {
    text.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| text.parse().ok())
        .flatten()
}

/// The shard's number, from 1, of the one scheduler that gives it.
fn from_environment(variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<u32>, String> {
    let set: Vec<_> = NUMBERS
        .into_iter()
        .filter_map(|(name, _)| variable(name).map(|value| (name, value)))
        .collect();
    match set.as_slice() {
        [] => {
            let known = NUMBERS.map(|(name, what)| format!("{name} ({what})"));
            Err(format!("`auto` needs {}, and neither is set", known.join(" or ")))
        }
        [(name, value)] => number(value)
            .and_then(|index| index.checked_add(1))
            .map(Some)
            .ok_or_else(|| format!("{name} is `{value}`, which is not a number")),
        _ => Err(format!(
            "{} and {} are both set: write I/N",
            NUMBERS[0].0, NUMBERS[1].0
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str, variables: &[(&str, &str)]) -> Result<String, String> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        parse(text, &variable).map(|cut| cut.to_string())
    }

    const BATCH: (&str, &str) = ("AWS_BATCH_JOB_ARRAY_INDEX", "2");
    const KUBERNETES: (&str, &str) = ("JOB_COMPLETION_INDEX", "0");

    /// What is typed counts from one and what schedulers say from zero.
    #[test]
    fn typed_one_based_scheduler_zero_based() {
        let ok = |text: &str, variables: &[_]| parsed(text, variables).unwrap();
        assert_eq!(ok("2/4", &[BATCH]), "2/4");
        assert_eq!(ok("prod-eu.1:1/1", &[]), "prod-eu.1:1/1");
        assert_eq!(ok("auto/4", &[BATCH]), "3/4");
        assert_eq!(ok("a:auto/4", &[KUBERNETES]), "a:1/4");
        assert_eq!(ok("auto", &[BATCH, (SIZE, "8")]), "3/8");
    }

    #[test]
    fn nothing_is_guessed() {
        let no = |text: &str, variables: &[_]| parsed(text, variables).unwrap_err();
        for text in [
            "", "2", "0/4", "5/4", "1/0", "-1/4", "+1/4", "1/4/8", "a/b", "1/99999", " 1/4", "2/", "/4",
        ] {
            assert!(no(text, &[]).contains("shard"), "{text}");
        }
        assert!(no("a b:1/2", &[]).contains("letters"));
        assert!(no("auto/4", &[]).contains("JOB_COMPLETION_INDEX"));
        assert!(no("auto/4", &[BATCH, KUBERNETES]).contains("both"));
        assert!(no("auto/2", &[BATCH]).contains("3/2"));
        assert!(no("auto", &[KUBERNETES]).contains("auto/8"));
        assert!(no("auto/4", &[("JOB_COMPLETION_INDEX", "x")]).contains('x'));
    }
}
