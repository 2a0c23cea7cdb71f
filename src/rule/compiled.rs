//! A rule as it runs: metadata, compiled expressions, and what it gives for one view.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::finding::RuleMeta;
use crate::finding::{Edit, Fix, Severity};
use crate::ident::RuleId;
use crate::pointer::Pointer;
use crate::rule::engine::tree::{self, Item};
use crate::rule::engine::{Bindings, EvaluationScope, Expression, Reader};
use crate::rule::file::{Examples, FixTemplate, Need, RelatedPlace, RuleFile, RuleGuard, Sees, Stage};
use crate::rule::lazy::Lazy;
use crate::rule::memo::{self, Memo};
use crate::rule::template::Template;
use crate::source::SourceId;

/// A rule that can be run.
#[derive(Debug)]
pub struct Rule {
    /// What it says of itself.
    pub meta: RuleMeta,
    /// Which postures it checks.
    pub sees: Vec<Sees>,
    /// Parts of an observed posture that it needs.
    pub needs: Vec<Need>,
    /// When it runs.
    pub stage: Stage,
    /// The guard of `apply` that its findings are left to.
    pub guard: Option<RuleGuard>,
    /// Its file, for findings against the rule itself.
    pub source: SourceId,
    /// Its examples; not read for built-in rules in a normal run.
    pub examples: Option<Examples>,
    each: Option<Lazy<Expression>>,
    /// `None` for `true`: what `each` gives is what is found.
    when: Option<Lazy<Expression>>,
    at: Option<Lazy<Expression>>,
    severity_of: Option<Lazy<Expression>>,
    message: Lazy<Template>,
    label: Option<Lazy<Template>>,
    related: Vec<Related>,
    fix: Option<Mend>,
    /// First sentence of the remediation: the findings' help.
    help: String,
    /// Work done in this run beyond what is free, over all views.
    spent: AtomicU64,
    memo: Memo<Hit>,
}

#[derive(Debug)]
struct Related {
    each: Option<Lazy<Expression>>,
    at: Lazy<Expression>,
    label: Lazy<Template>,
}

#[derive(Debug)]
struct Mend {
    when: Option<Lazy<Expression>>,
    title: Lazy<Template>,
    at: Lazy<Expression>,
    value: Option<Lazy<Expression>>,
}

/// What a rule found in one view; places are pointers, not bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The fault's place.
    pub at: String,
    /// How much it matters, before overrides.
    pub severity: Severity,
    /// The sentence.
    pub message: String,
    /// Words under the marked place.
    pub label: String,
    /// Other places with their words.
    pub related: Vec<(String, String)>,
    /// The next step.
    pub help: String,
    /// A safe fix.
    pub fix: Option<Fix>,
}

/// A rule's own failure: which of its expressions, and the engine's sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// Key of the expression in the rule file.
    pub key: &'static str,
    /// What went wrong.
    pub message: String,
}

impl Rule {
    /// Makes a rule of a decoded file.
    pub fn new(file: RuleFile, id: RuleId, source: SourceId, builtin: bool) -> Self {
        let reader = if builtin {
            Reader::Quick
        } else {
            Reader::Documented
        };
        let expression = |text: &str| Lazy::new(text, reader);
        Self {
            help: first_sentence(&file.remediation),
            meta: RuleMeta {
                id,
                severity: file.severity,
                summary: file.summary,
                rationale: file.rationale.trim().to_owned(),
                remediation: file.remediation.trim().to_owned(),
                references: file.references,
                frameworks: file.frameworks,
                builtin,
            },
            sees: file.sees,
            needs: file.needs,
            stage: file.stage,
            guard: file.guard,
            source,
            examples: file.examples,
            each: file.each.as_deref().map(expression),
            when: (file.when.trim() != "true").then(|| expression(&file.when)),
            at: file.at.as_deref().map(expression),
            severity_of: file.severity_of.as_deref().map(expression),
            message: Lazy::new(&file.message, reader),
            label: file.label.as_deref().map(|label| Lazy::new(label, reader)),
            related: file.related.iter().map(|place| related(place, reader)).collect(),
            fix: file.fix.as_ref().map(|fix| mend(fix, reader)),
            spent: AtomicU64::new(0),
            memo: Memo::default(),
        }
    }

    /// What `run` gives, which is known already where the rule has seen the same values of all that it may read.
    pub(in crate::rule) fn run_once(
        &self,
        variables: &Bindings<'_>,
        run: impl FnOnce() -> Result<Vec<Hit>, RuleError>,
    ) -> Result<Vec<Hit>, RuleError> {
        let key = self.memo.key(&self.texts(), variables);
        if let Some(hits) = self.memo.get(&key) {
            return Ok(hits);
        }
        let hits = run()?;
        self.memo.keep(key, &hits);
        Ok(hits)
    }

    /// The texts of all expressions. Without `each`, `it` is the policy.
    fn texts(&self) -> impl Iterator<Item = &str> + Clone {
        let is_policy = |text: &str| self.each.is_none() && memo::names(text, "it");
        let with_it = move |text| {
            [Some(text), is_policy(text).then_some("policy")]
                .into_iter()
                .flatten()
        };
        let expressions = [&self.each, &self.when, &self.at, &self.severity_of];
        let expressions = expressions.into_iter().flatten().map(Lazy::text);
        let templates = std::iter::once(&self.message).chain(&self.label).map(Lazy::text);
        let related = self.related.iter().flat_map(|related| {
            let each = related.each.as_ref().map(Lazy::text);
            each.into_iter().chain([related.at.text(), related.label.text()])
        });
        let fix = self.fix.iter().flat_map(|fix| {
            let optional = fix.when.iter().chain(&fix.value).map(Lazy::text);
            optional.chain([fix.title.text(), fix.at.text()])
        });
        let all = expressions.chain(templates).chain(related).chain(fix);
        all.flat_map(with_it)
    }

    /// Runs the rule. An error is the rule's own fault and never means that nothing was found.
    /// `share` is the work that it may do in this run beyond what is free.
    pub fn run(&self, scope: &EvaluationScope<'_>, policy: &Item, share: u64) -> Result<Vec<Hit>, RuleError> {
        scope.begin(share.saturating_sub(self.spent()));
        let hits = self.hits(scope, policy);
        self.spent.fetch_add(scope.beyond_free(), Ordering::Relaxed);
        hits
    }

    /// Units that were used in this run beyond what is free for each view.
    pub(in crate::rule) fn spent(&self) -> u64 {
        self.spent.load(Ordering::Relaxed)
    }

    /// Forgets what was used.
    pub(in crate::rule) fn rest(&self) {
        self.spent.store(0, Ordering::Relaxed);
    }

    fn hits(&self, scope: &EvaluationScope<'_>, policy: &Item) -> Result<Vec<Hit>, RuleError> {
        let mut hits = Vec::new();
        let mut judge = |it: &Item| -> Result<(), RuleError> {
            let inner = scope.with("it", it);
            let holds = match &self.when {
                Some(when) => inner.truth(compiled("when", when)?).map_err(failed("when"))?,
                None => true,
            };
            if holds {
                hits.push(self.hit(&inner, it)?);
            }
            Ok(())
        };
        match &self.each {
            None => judge(policy)?,
            Some(each) => {
                let items = scope.list(compiled("each", each)?).map_err(failed("each"))?;
                items.iter().try_for_each(&mut judge)?;
            }
        }
        Ok(hits)
    }

    /// Whether an expression that runs whether something is found or not has a text in it. A fast look
    /// before [`Rule::always`], which compiles.
    pub(in crate::rule) fn mentions(&self, word: &str) -> bool {
        let mut texts = self.each.iter().chain(&self.when).map(Lazy::text);
        texts.any(|text| text.contains(word))
    }

    /// The expressions that run whether something is found or not, as far as they compile.
    pub(in crate::rule) fn always(&self) -> impl Iterator<Item = &Expression> {
        self.each
            .iter()
            .chain(&self.when)
            .filter_map(|lazy| lazy.get().ok())
    }

    fn hit(&self, scope: &EvaluationScope<'_>, it: &Item) -> Result<Hit, RuleError> {
        let at = match &self.at {
            Some(at) => scope.text(compiled("at", at)?).map_err(failed("at"))?,
            None => tree::text_member(it.as_ref(), "pointer").ok_or_else(|| RuleError {
                key: "at",
                message: "`it` has no `pointer`, so the rule must say where the problem is".to_owned(),
            })?,
        };
        let severity = match &self.severity_of {
            Some(expression) => {
                let word = scope
                    .text(compiled("severity_of", expression)?)
                    .map_err(failed("severity_of"))?;
                severity(&word).ok_or_else(|| failed("severity_of")(format!("`{word}` is not a severity")))?
            }
            None => self.meta.severity,
        };
        let render =
            |key, template: &Lazy<Template>| compiled(key, template)?.render(scope).map_err(failed(key));
        Ok(Hit {
            at,
            severity,
            message: render("message", &self.message)?,
            label: self
                .label
                .as_ref()
                .map(|label| render("label", label))
                .transpose()?
                .unwrap_or_default(),
            related: self.related_places(scope, it)?,
            help: self.help.clone(),
            fix: self
                .fix
                .as_ref()
                .map(|fix| fix.make(scope))
                .transpose()?
                .flatten(),
        })
    }

    fn related_places(
        &self,
        scope: &EvaluationScope<'_>,
        it: &Item,
    ) -> Result<Vec<(String, String)>, RuleError> {
        let mut places = Vec::new();
        for related in &self.related {
            let others = match &related.each {
                Some(each) => scope
                    .list(compiled("related", each)?)
                    .map_err(failed("related"))?,
                None => vec![it.clone()],
            };
            for other in &others {
                let inner = scope.with("other", other);
                let at = inner
                    .text(compiled("related", &related.at)?)
                    .map_err(failed("related"))?;
                let label = compiled("related", &related.label)?
                    .render(&inner)
                    .map_err(failed("related"))?;
                if !at.is_empty() {
                    places.push((at, label));
                }
            }
        }
        Ok(places)
    }
}

impl Mend {
    fn make(&self, scope: &EvaluationScope<'_>) -> Result<Option<Fix>, RuleError> {
        if let Some(when) = &self.when
            && !scope.truth(compiled("fix", when)?).map_err(failed("fix"))?
        {
            return Ok(None);
        }
        let at = scope.text(compiled("fix", &self.at)?).map_err(failed("fix"))?;
        let value = match &self.value {
            Some(value) => Some(writable(
                &scope.value(compiled("fix", value)?).map_err(failed("fix"))?,
            )?),
            None => None,
        };
        let title = compiled("fix", &self.title)?
            .render(scope)
            .map_err(failed("fix"))?;
        let at = Pointer::parse(&at).ok_or_else(|| failed("fix")(format!("`{at}` is not a pointer")))?;
        Ok(Some(Fix {
            title,
            edits: vec![Edit { at, value }],
        }))
    }
}

/// What a fix puts into a policy: a scalar or a list of texts. Parts of the view are none, and every
/// finding would hold a copy.
fn writable(value: &Item) -> Result<serde_json::Value, RuleError> {
    let is_text = |value: &Item| tree::text(value.as_ref()).is_some();
    let list = tree::items(value.as_ref());
    if tree::is_map(value.as_ref()) || list.is_some_and(|list| !list.iter().all(is_text)) {
        return Err(failed("fix")(
            "`value` gives no text and no list of texts".to_owned(),
        ));
    }
    Ok(tree::json(value.as_ref()))
}

fn related(place: &RelatedPlace, reader: Reader) -> Related {
    Related {
        each: place.each.as_deref().map(|each| Lazy::new(each, reader)),
        at: Lazy::new(&place.at, reader),
        label: Lazy::new(&place.label, reader),
    }
}

fn mend(fix: &FixTemplate, reader: Reader) -> Mend {
    let expression = |text: &str| Lazy::new(text, reader);
    Mend {
        when: fix.when.as_deref().map(expression),
        title: Lazy::new(&fix.title, reader),
        at: expression(&fix.at),
        value: fix.value.as_deref().map(expression),
    }
}

fn compiled<'a, T: crate::rule::lazy::Compile>(
    key: &'static str,
    lazy: &'a Lazy<T>,
) -> Result<&'a T, RuleError> {
    lazy.get().map_err(|fault| RuleError {
        key,
        message: fault.message.clone(),
    })
}

fn failed(key: &'static str) -> impl Fn(String) -> RuleError {
    move |message| RuleError { key, message }
}

/// `error`, `warning` or `note`.
pub fn severity(word: &str) -> Option<Severity> {
    [Severity::Note, Severity::Warning, Severity::Error]
        .into_iter()
        .find(|severity| severity.as_str() == word)
}

/// Up to the first full stop that ends a sentence, as one line.
fn first_sentence(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = line
        .match_indices(". ")
        .map(|(at, _)| at + 1)
        .find(|end| !line[..*end].ends_with("e.g."));
    end.map_or_else(|| line.clone(), |end| line[..end].to_owned())
}
