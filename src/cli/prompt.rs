//! The question before a write: what is asked, and which answers are a yes.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::proposal::PoolProposal;
use crate::render;

/// Whether somebody can be asked: both ends of the talk are a terminal.
pub fn somebody_is_there() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// How much somebody has to type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// A word will do.
    Any,
    /// The one pool's name, because of what becomes of it or of its users.
    Name {
        /// Whether protection gets weaker.
        weakens: bool,
        /// Whether users are blocked or challenged.
        blocks: bool,
    },
}

/// The question, in one line that ends where the answer begins.
pub fn question(pools: &[PoolProposal], wanted: Agreement) -> String {
    match pools {
        [pool] => {
            let (what, typed) = if is_an_answer(&pool.name) {
                ("name", render::visible(&pool.name))
            } else {
                ("id", render::visible(&pool.id))
            };
            match wanted {
                Agreement::Any => {
                    format!("Type the pool's {what} ({typed}) or `yes` to apply, anything else to cancel: ")
                }
                Agreement::Name { weakens, blocks } => {
                    let why = match (weakens, blocks) {
                        (true, true) => "weakens protection, and blocks or challenges users",
                        (true, false) => "weakens protection",
                        (false, _) => "blocks or challenges users",
                    };
                    format!(
                        "This {why}. Type the pool's {what} ({typed}) to apply, anything else to cancel: "
                    )
                }
            }
        }
        pools => format!("Type `{} pools` to apply, anything else to cancel: ", pools.len()),
    }
}

/// Whether an answer is a yes. The default is no.
pub fn agrees(pools: &[PoolProposal], wanted: Agreement, answer: &str) -> bool {
    let answer = answer.trim();
    match (pools, wanted) {
        ([pool], _) => {
            let by_name = is_an_answer(&pool.name) && answer == pool.name.trim();
            let by_word = wanted == Agreement::Any && answer == "yes";
            by_word || answer == pool.id || by_name
        }
        ([], _) | (_, Agreement::Name { .. }) => false,
        (pools, Agreement::Any) => answer == format!("{} pools", pools.len()),
    }
}

/// Whether a pool's name can be asked for: it can be typed as it is shown, and is nothing that somebody types who
/// means no.
fn is_an_answer(name: &str) -> bool {
    const SHORTEST: usize = 4;
    const NO: [&str; 6] = ["abort", "cancel", "exit", "leave", "nope", "quit"];
    let plain = name.trim();
    plain.chars().count() >= SHORTEST
        && render::visible(name) == name
        && !NO.contains(&plain.to_lowercase().as_str())
}

/// Asks, and waits for a line. The end of the input is not an answer.
pub fn ask(
    pools: &[PoolProposal],
    wanted: Agreement,
    input: &mut dyn BufRead,
    talk: &mut dyn Write,
) -> io::Result<bool> {
    write!(talk, "{}", render::for_log(&question(pools, wanted)))?;
    talk.flush()?;
    let mut answer = String::new();
    if input.read_line(&mut answer)? == 0 {
        writeln!(talk)?;
        return Ok(false);
    }
    Ok(agrees(pools, wanted, &answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(name: &str) -> PoolProposal {
        PoolProposal {
            id: "us-west-2_A".into(),
            name: name.into(),
            ..PoolProposal::default()
        }
    }

    const BLOCKS: Agreement = Agreement::Name {
        weakens: false,
        blocks: true,
    };

    fn asked(pools: &[PoolProposal], input: &str) -> (bool, String) {
        asked_for(pools, Agreement::Any, input)
    }

    fn asked_for(pools: &[PoolProposal], wanted: Agreement, input: &str) -> (bool, String) {
        let mut talk = Vec::new();
        let agreed = ask(pools, wanted, &mut input.as_bytes(), &mut talk).unwrap();
        (agreed, String::from_utf8(talk).unwrap())
    }

    /// Users are locked out by the pool's name and by no word.
    #[test]
    fn lockout_needs_pool_name_not_yes() {
        for (answer, agreed) in [
            ("customers\n", true),
            ("us-west-2_A\n", true),
            ("yes\n", false),
            ("customer\n", false),
            ("", false),
        ] {
            let (found, said) = asked_for(&[pool("customers")], BLOCKS, answer);
            assert_eq!(found, agreed, "{answer:?}");
            assert!(
                said.starts_with(
                    "This blocks or challenges users. Type the pool's name (customers) to apply"
                ),
                "{said}"
            );
        }
        for (blocks, why) in [
            (false, "weakens protection"),
            (true, "weakens protection, and blocks or challenges users"),
        ] {
            let weakens = Agreement::Name {
                weakens: true,
                blocks,
            };
            let said = question(&[pool("customers")], weakens);
            assert!(
                said.starts_with(&format!("This {why}. Type the pool's name")),
                "{said}"
            );
        }
        let (_, said) = asked_for(&[pool("no")], BLOCKS, "no\n");
        assert!(
            said.contains("Type the pool's id (us-west-2_A) to apply"),
            "{said}"
        );
        for answer in ["2 pools", "yes", "customers"] {
            let pools = [pool("customers"), pool("members")];
            assert!(!agrees(&pools, BLOCKS, answer), "{answer}");
        }
    }

    /// One pool is agreed to by its name its id or yes and nothing else.
    #[test]
    fn single_pool_accepts_name_id_or_yes() {
        let pools = [pool("customers")];
        for (answer, agreed) in [
            ("customers\n", true),
            ("  yes \r\n", true),
            ("us-west-2_A", true),
            ("y\n", false),
            ("Yes\n", false),
            ("\n", false),
            ("", false),
            ("1 pools\n", false),
            ("customers2\n", false),
        ] {
            assert_eq!(asked(&pools, answer).0, agreed, "{answer:?}");
        }
        let said = asked(&pools, "no\n").1;
        assert_eq!(
            said,
            "Type the pool's name (customers) or `yes` to apply, anything else to cancel: "
        );
    }

    /// Several pools are agreed to by their number.
    #[test]
    fn several_pools_need_their_number() {
        let pools = [pool("a"), pool("b")];
        for (answer, agreed) in [
            ("2 pools", true),
            ("yes", false),
            ("a", false),
            ("3 pools", false),
        ] {
            assert_eq!(asked(&pools, answer).0, agreed, "{answer}");
        }
        assert!(!agrees(&[], Agreement::Any, "yes"));
    }

    /// A name that is not what it looks like is not asked for.
    #[test]
    fn deceptive_pool_name_not_prompted() {
        for name in [
            "abc\u{1b}[2Kb",
            "abc\u{202e}b",
            "",
            " \n",
            "no",
            "n",
            "q",
            "Quit",
            " exit ",
        ] {
            let (agreed, said) = asked(&[pool(name)], &format!("{name}\n"));
            assert!(!agreed);
            assert!(said.starts_with("Type the pool's id (us-west-2_A)"), "{said}");
            assert!(!said.contains(['\u{1b}', '\u{202e}', '\n']), "{said:?}");
        }
    }
}
