//! Files that no run lists and policies name: layers and bodies of emails. They are checked by the
//! policies that use them, but for credentials, which are found where they are.

use std::collections::HashMap;

use crate::finding::{Finding, Suppression};
use crate::lint::evaluate::override_severities;
use crate::lint::resolve::{self, Ground};
use crate::lint::settings::Settings;
use crate::lint::suppress;
use crate::policy::parse::ParsedFile;
use crate::policy::place::Places;
use crate::rule::catalogue::Catalogue;
use crate::rule::compiled::Rule;
use crate::rule::file::Stage;
use crate::rule::inputs::{Facts, view};
use crate::source::Source;

/// Credentials of one such file. Ignores in it cover them; waivers belong to policies and cannot.
pub fn referenced_files(
    file: &ParsedFile,
    source: &Source,
    catalogue: &Catalogue,
    settings: &Settings,
) -> Vec<Finding> {
    let view = view(Facts {
        name: source.name(),
        secrets: suppress::secret_views((1, source.lines()), file, source),
        today: settings.today,
        ..Facts::default()
    });
    let places = Places::without_text(file.source);
    let ground = Ground {
        places: &places,
        file,
        others: &[],
    };
    // There is no policy here, so only rules about credentials have anything to see.
    let wanted = |rule: &Rule| rule.names("secrets") && !settings.disabled.contains_key(&rule.meta.id);
    let mut found = resolve::findings(catalogue.run(Stage::Posture, &view, &wanted), &ground, None);
    override_severities(&mut found, settings);
    let mut lines = HashMap::new();
    for finding in found.iter_mut().filter(|finding| !finding.is_input_fault) {
        let line = source.line(finding.primary.span.start);
        let ignores = lines
            .entry(line)
            .or_insert_with(|| suppress::ignores_of(line, file));
        let ignore = ignores.get(finding.rule.as_str());
        finding.suppressed = ignore
            .and_then(|group| group.covers)
            .map(|index| Suppression::Ignore {
                reason: file.ignores[index].reason.clone(),
            });
    }
    found
}
