//! `cogward diff --accept` and `cogward init --update`: live values into policies.

use crate::app::accept::accept;
use crate::app::diff::Policies;
use crate::app::gather::Input;
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::{fix, output};
use crate::model::observed::Estate;
use crate::pointer::Pointer;
use crate::render;
use crate::text;

/// Places as they are typed; `/` is the whole policy.
pub fn places(typed: &[String]) -> Result<Vec<Pointer>, CliError> {
    let one = |text: &String| {
        let place = if text == "/" {
            Some(Pointer::root())
        } else {
            Pointer::parse(text)
        };
        place.ok_or_else(|| {
            CliError::Usage(format!(
                "--accept {text}: a place begins with `/`, such as /mode/standard; `/` is the whole policy"
            ))
        })
    };
    typed.iter().map(one).collect()
}

/// Takes what is live at these places into the policies, or shows the changes alone. Nothing is written where a policy has
/// faults. The exit code is 3 if something was refused.
pub fn run(
    context: &RunContext,
    policies: &Policies,
    estate: &Estate,
    wanted: &[Pointer],
    shows_only: bool,
) -> Result<u8, CliError> {
    let variables = context.variables();
    let reread = |name: &str, text: &str| {
        let input = Input::Text(name, text);
        let sources = context.sources.clone();
        Policies::of(
            &context.tree,
            input,
            &context.catalogue,
            &variables,
            sources,
            Vec::new(),
        )
    };
    let (mut drawn, mut refused, mut idle) = (String::new(), false, true);
    for change in accept(policies, estate, wanted, &reread) {
        for why in &change.settled.refused {
            (refused, idle) = (true, false);
            output::say(&format!("{}:{why}", change.name));
        }
        if change.settled.done.is_empty() {
            continue;
        }
        idle = false;
        if shows_only {
            drawn.push_str(&fix::draw(&change, context.colour));
            continue;
        }
        fix::save(&context.tree, &change)?;
        let count = text::count(change.settled.done.len(), "live value", "live values");
        output::say(&format!(
            "{}: {count} accepted: {}",
            change.name,
            change.settled.done.join(", ")
        ));
    }
    if idle {
        output::say("nothing to accept: no policy differs there from what was read");
    }
    // A line of a text may look like a workflow command, whatever stands before it.
    output::write(render::for_log(&drawn).as_bytes())?;
    Ok(if refused { 3 } else { 0 })
}
