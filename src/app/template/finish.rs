//! What becomes of the templates that were read: their cases, what was before, and what is said of the run as a whole.

use std::collections::BTreeSet;

use crate::app::template::load::Loader;
use crate::app::template::{Templates, estate_of, leave_out, scan};
use crate::app::unseen;
use crate::fault::InputError;
use crate::observe::template::{self, PlanFile, STACK_NAME, Stack, TemplateCase, TemplateSet};
use crate::report::NotChecked;
use crate::span::Span;
use crate::text::{count, nearest};
use crate::yaml::{Node, Value};

/// Names of the members of a mapping; none of what is no mapping.
fn names_of(node: &Node) -> impl Iterator<Item = &str> {
    let members = match &node.value {
        Value::Mapping(members) => Some(members),
        _ => None,
    };
    members
        .into_iter()
        .flat_map(|members| members.iter().map(|entry| entry.key.as_str()))
}

impl Loader<'_> {
    /// Leaves out what other files set, and says in which file each pool is.
    fn complete(&self, cases: &mut [TemplateCase]) {
        for pool in cases.iter_mut().flat_map(|case| &mut case.found.pools) {
            leave_out(&mut pool.observed, &self.terms.elsewhere);
            if let (Some((file, _)), Some(at)) = (&mut pool.home, pool.notes.places.get("")) {
                self.found.file(at.file()).0.clone_into(file);
            }
        }
    }

    /// What plans start from; `None` where there is no plan.
    fn before(&self) -> Option<Vec<TemplateCase>> {
        let plans: Vec<_> = self.set.plans.iter().filter_map(PlanFile::before).collect();
        if plans.is_empty() {
            return None;
        }
        let set = TemplateSet {
            stacks: Vec::new(),
            plans,
        };
        let mut cases = template::evaluate(&set).cases;
        self.complete(&mut cases);
        Some(cases)
    }

    /// Reports parameters that were given and are in no template: a typing error leaves the default.
    fn unknown_parameters(&mut self) {
        let stacks = &self.set.stacks;
        let declared = || stacks.iter().filter_map(|stack| stack.root.get("Parameters"));
        self.found.declared = declared().flat_map(names_of).map(str::to_owned).collect();
        let is_known = |name: &String| {
            name == STACK_NAME || self.found.declared.contains(name) || self.terms.declared.contains(name)
        };
        let unknown = self.terms.parameters.keys().filter(|name| !is_known(name));
        // Where they are declared, else at the first template.
        let place = |stack: &Stack| Some((stack.file, stack.root.entry("Parameters")?.key_span));
        let at = stacks.iter().find_map(place);
        let at = at.or_else(|| Some((stacks.first()?.file, Span::at(0))));
        let Some((file, span)) = at else { return };
        let fault = |name: &String| {
            let names = declared().flat_map(names_of);
            let meant = nearest(name, names).map(|near| format!("; did you mean `{near}`?"));
            let message = format!(
                "no template has the parameter `{name}` that was given{}",
                meant.unwrap_or_default()
            );
            let help = "correct the name on the command line, or leave it out".to_owned();
            (file, InputError::ValueInvalid, span, message, help)
        };
        let faults: Vec<_> = unknown.map(fault).collect();
        self.found.broken.extend(faults);
    }

    /// Notes the parameters that pools depend on, as the templates are read with them. Others are nobody's concern, and may be secrets.
    fn parameters(&mut self, used: &BTreeSet<(usize, String)>) {
        for stack in self.set.stacks.iter().filter(|stack| stack.parent.is_none()) {
            let is_used = |name: &str| used.contains(&(stack.file, name.to_owned()));
            let parameters = stack.parameters_in_use(is_used);
            let defaults = parameters.iter().filter(|parameter| parameter.is_default);
            let defaults: Vec<_> = defaults.take(8).map(|one| format!("`{}`", one.name)).collect();
            if !defaults.is_empty() {
                let defaults = defaults.join(", ");
                let why =
                    format!("only the defaults of {defaults} were tried; give other values with --parameter");
                let name = self.found.file(stack.file).0.to_owned();
                self.found.notes.push(NotChecked::left_out(name, why));
            }
            self.found.parameters.extend(parameters);
        }
    }

    /// A state beside the plan that starts from it says nothing more.
    fn leave_out_states(&mut self) {
        let planned = self.set.plans.iter().flat_map(PlanFile::planned).collect();
        for plan in &mut self.set.plans {
            if let Some((file, number)) = plan.leave_out(&planned) {
                let resources = count(
                    number,
                    "resource of it is left out",
                    "resources of it are left out",
                );
                let why = format!("{resources}: the plan that is given as well says what becomes of them");
                let name = self.found.file(file).0.to_owned();
                self.found.notes.push(NotChecked::left_out(name, why));
                self.found.whole.retain(|whole| *whole != file);
            }
        }
    }

    /// Evaluates what was read.
    pub(super) fn finish(mut self) -> Templates {
        self.unknown_parameters();
        self.leave_out_states();
        let mut cases = template::evaluate(&self.set);
        self.parameters(&cases.notes.parameters);
        self.complete(&mut cases.cases);
        self.found.before = self.before();
        if let Some(before) = &self.found.before {
            let unread = unseen(&estate_of(before)).into_iter().map(NotChecked::before);
            self.found.notes.extend(unread);
        }
        if let Some(of) = cases.of {
            let of = if of == usize::MAX {
                "far more".to_owned()
            } else {
                of.to_string()
            };
            let why = format!(
                "too many open values: {} of at least {of} cases judged; give more with --parameter",
                cases.cases.len()
            );
            self.found
                .notes
                .push(NotChecked::failed("cases of the templates", why));
        }
        let strays: BTreeSet<_> = cases
            .cases
            .iter()
            .flat_map(|case| case.found.strays.iter())
            .cloned()
            .collect();
        for (name, why) in strays {
            self.found.notes.push(NotChecked::left_out(name, why));
        }
        self.found.cases = cases;
        let notes = [self.found.unknown_names(), self.found.without_pools()].concat();
        self.found.notes.extend(notes);
        self.found.pointers = scan::pointers(self.set.stacks, &self.found.cases);
        self.found
    }
}
