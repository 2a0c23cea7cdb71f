//! Terraform and `OpenTofu` plans and states, as `terraform show -json` writes them.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::fault::InputError;
use crate::json;
use crate::observe::template::attribute::Attributes;
use crate::observe::template::plan_change::{is_empty_state, makes_stack, misshapen, unread_stack};
use crate::observe::template::provider;
use crate::observe::template::raw::{NOTHING, Raw, as_before, destroyed, kind_of, leave_out_forgotten};
use crate::observe::template::read::FileFault;
use crate::observe::template::reference::Follower;
use crate::observe::template::resource::{ResourceKind, TemplateResource};
use crate::observe::template::translate;
use crate::observe::template::value::{At, Open, Symbol};

/// Modules inside each other.
const DEEPEST: usize = 64;

/// Members of a plan that repeat what its changes say; they are most of a large one.
const UNUSED: [&str; 2] = ["planned_values", "prior_state"];

/// What is wrong with a file of resources that nobody can name.
const NAMELESS: &str = "a resource in it has no address or no type";

/// One plan or state.
#[derive(Clone, Debug, Default)]
pub struct PlanFile {
    resources: Vec<TemplateResource>,
    /// Why there may be more resources than it shows.
    pub unexpanded: Vec<(At, String)>,
    /// What a plan starts from; `None` of a state.
    before: Option<Vec<TemplateResource>>,
    /// What is worth knowing of how it was read.
    pub notes: Vec<String>,
    /// What is wrong with single resources. Nothing is known of those.
    pub faults: Vec<FileFault>,
    /// The file of it, if something in it may make pools that it does not show.
    pub may_make_pools: Option<usize>,
}

/// What is wrong with a resource, by its address; with the file where that is empty.
type Wrong = Vec<(String, String)>;

impl PlanFile {
    /// Reads one; `region` is that of providers which name none.
    ///
    /// # Errors
    /// Text that is neither a plan nor a state of a known format, in words, and the byte at which it is wrong; 0 for all of it.
    /// Nothing of it is quoted.
    pub fn read(text: &str, file: usize, region: Option<&str>) -> Result<Self, (usize, String)> {
        let json = json::value_without(text.as_bytes(), &UNUSED).map_err(|error| {
            // A name that stands twice is not quoted: it may be a secret.
            let words = if json::doubled(&error) {
                "an object in it has a member twice".to_owned()
            } else {
                json::words(&error)
            };
            (json::offset(text, &error), words)
        })?;
        let Some(version) = json["format_version"].as_str() else {
            return Err((0, "its `format_version` is not a text".to_owned()));
        };
        if !["0", "1"].contains(&version.split('.').next().unwrap_or_default()) {
            let words = format!("its format is version {version}, and this program reads version 1");
            return Err((0, words));
        }
        let mut found = Self::default();
        let (mut raws, mut earlier, mut wrong) = (Vec::new(), Vec::new(), Wrong::new());
        if let Some(changes) = changes_of(&json) {
            Self::changes(changes, &mut raws, &mut wrong);
            earlier.extend(changes.iter().filter_map(as_before));
            leave_out_forgotten(&mut raws, &mut earlier);
            found.before = Some(Vec::new());
            // What says neither that it is complete nor that it is not is older than these members.
            let is = |name: &str, fine: Json| json[name].is_null() || json[name] == fine;
            let is_complete = is("errored", false.into())
                && is("complete", true.into())
                && is("deferred_changes", Json::Array(Vec::new()));
            if !is_complete {
                let why = "the plan is not complete: it contains only some of the changes";
                found.notes.push(why.to_owned());
                found.unexpanded.push((of_file(file, ""), why.to_owned()));
            }
        } else if is_empty_state(&json) || json["values"].is_object() {
            state(&json["values"]["root_module"], &mut raws, &mut wrong, 0);
        } else {
            let words =
                "it is neither a plan nor a state: it has no list `resource_changes` and no mapping `values`";
            return Err((0, words.to_owned()));
        }
        let makers = raws.iter().filter(|raw| makes_stack(raw.kind) && !raw.destroyed);
        let makers: Vec<_> = makers.map(|raw| unread_stack(raw.address)).collect();
        found.may_make_pools = (!makers.is_empty()).then_some(file);
        found.notes.extend(makers);
        raws.retain(|raw| kind_of(raw.kind).is_some());
        wrong.extend(raws.iter().filter_map(Raw::misnamed));
        found.wrong(file, &wrong);
        let wrong: BTreeSet<&str> = wrong.iter().map(|(address, _)| address.as_str()).collect();
        let there = raws.iter().filter(|raw| !raw.destroyed && !raw.forgotten);
        let addresses = there.map(|raw| raw.address);
        let follower = Follower::new(&json["configuration"]["root_module"], addresses);
        let read = |raw: &Raw<'_>| {
            let kind = kind_of(raw.kind)?;
            let kind = if raw.destroyed {
                ResourceKind::DestroyedAnswers
            } else {
                kind
            };
            let unread = wrong.contains(raw.address).then(|| raw.unread());
            let raw = unread.as_ref().unwrap_or(raw);
            Some(resource(raw, kind, file, &follower, &json, region))
        };
        found.resources = raws.iter().filter_map(read).collect();
        if found.before.is_some() {
            found.before = Some(earlier.iter().filter_map(read).collect());
        }
        Ok(found)
    }

    /// Takes over what is wrong. Where the file is, there may be more resources than it shows.
    fn wrong(&mut self, file: usize, wrong: &[(String, String)]) {
        for (address, message) in wrong {
            if address.is_empty() {
                self.unexpanded.push((of_file(file, ""), message.clone()));
            }
            self.faults.push(FileFault {
                at: of_file(file, address),
                check: InputError::ValueInvalid,
                message: message.clone(),
                help: "write it again with `terraform show -json tfplan > tfplan.json`".to_owned(),
            });
        }
    }

    fn changes<'a>(changes: &'a [Json], raws: &mut Vec<Raw<'a>>, wrong: &mut Wrong) {
        for change in changes {
            let (Some(address), Some(kind)) = (change["address"].as_str(), change["type"].as_str()) else {
                wrong.push((String::new(), NAMELESS.to_owned()));
                continue;
            };
            if change["mode"] == "data" {
                continue;
            }
            if kind_of(kind).is_some() {
                wrong.extend(misshapen(&change["change"]).map(|words| (address.to_owned(), words)));
            }
            let actions: Vec<_> = change["change"]["actions"]
                .as_array()
                .into_iter()
                .flatten()
                .collect();
            let has = |word: &str| actions.iter().any(|action| *action == word);
            if has("delete") && kind_of(kind) == Some(ResourceKind::Answers) {
                raws.extend(destroyed(address, kind, &change["change"], &actions));
            }
            // What is forgotten stays as it is; only the file of Terraform no longer has it.
            if has("forget") {
                let has_address = has("create") || change["deposed"].is_string();
                let forgotten = as_before(change).map(|raw| Raw {
                    forgotten: true,
                    mark: if has_address { " (forgotten)" } else { "" },
                    ..raw
                });
                raws.extend(forgotten);
            }
            if (has("delete") || has("forget")) && !has("create") {
                continue;
            }
            let part = |name: &str| change["change"].get(name).unwrap_or(&NOTHING);
            raws.push(Raw {
                unknown: part("after_unknown"),
                before: part("before"),
                replaced: has("delete") || has("forget"),
                ..Raw::known(address, kind, part("after"), part("after_sensitive"))
            });
        }
    }

    /// Its resources under a scope.
    pub fn resources(&self, scope: usize) -> Vec<TemplateResource> {
        scoped(&self.resources, scope)
    }

    /// What it starts from, as a plan of its own that changes nothing; `None` of a state.
    pub fn before(&self) -> Option<Self> {
        // Where something of it is not known, what is absent may have been there.
        let unexpanded = self.faults.iter();
        Some(Self {
            resources: self.before.clone()?,
            unexpanded: unexpanded
                .map(|fault| (fault.at.clone(), fault.message.clone()))
                .collect(),
            ..Self::default()
        })
    }

    /// Addresses and ids of the resources that a plan starts from; none of a state.
    pub fn planned(&self) -> impl Iterator<Item = (String, String)> {
        let known = self.before.iter().flatten();
        known.filter_map(|resource| Some((resource.symbol.id.clone(), resource.id.clone()?)))
    }

    /// Takes the resources out of a state that a plan starts from: the plan says what becomes of them. Gives the file of the
    /// state and how many they are, where there are some.
    pub fn leave_out(&mut self, planned: &BTreeSet<(String, String)>) -> Option<(usize, usize)> {
        let file = self.resources.first()?.at.file();
        if self.before.is_some() {
            return None;
        }
        let before = self.resources.len();
        self.resources.retain(|resource| {
            let id = resource.id.clone().unwrap_or_default();
            !planned.contains(&(resource.symbol.id.clone(), id))
        });
        let left_out = before - self.resources.len();
        (left_out > 0).then_some((file, left_out))
    }
}

/// The changes of a plan, which leaves the member out where there are none.
fn changes_of(json: &Json) -> Option<&[Json]> {
    match &json["resource_changes"] {
        Json::Array(changes) => Some(changes),
        Json::Null if json["configuration"].is_object() => Some(&[]),
        _ => None,
    }
}

fn scoped(resources: &[TemplateResource], scope: usize) -> Vec<TemplateResource> {
    let mut found = resources.to_vec();
    for resource in &mut found {
        resource.symbol.scope = scope;
        for value in resource.properties.values_mut() {
            translate::scoped(value, scope);
        }
        if let Some(open) = &mut resource.open {
            open.scope = scope;
        }
    }
    found
}

fn state<'a>(module: &'a Json, raws: &mut Vec<Raw<'a>>, wrong: &mut Wrong, depth: usize) {
    if depth > DEEPEST {
        let words = format!("its modules are nested deeper than {DEEPEST}");
        return wrong.push((String::new(), words));
    }
    if !module.is_object() && !module.is_null() {
        let words = "a module of it is not an object";
        return wrong.push((String::new(), words.to_owned()));
    }
    let list = |name: &str, wrong: &mut Wrong| match &module[name] {
        Json::Array(items) => items.as_slice(),
        other => {
            if !other.is_null() {
                let words = format!("`{name}` of a module is not a list");
                wrong.push((String::new(), words));
            }
            &[]
        }
    };
    for resource in list("resources", wrong) {
        let (Some(address), Some(kind)) = (resource["address"].as_str(), resource["type"].as_str()) else {
            wrong.push((String::new(), NAMELESS.to_owned()));
            continue;
        };
        if resource["mode"] != "data" {
            if kind_of(kind).is_some() && !resource["values"].is_object() {
                wrong.push((address.to_owned(), "`values` has to be an object".to_owned()));
            }
            raws.push(Raw::known(
                address,
                kind,
                &resource["values"],
                &resource["sensitive_values"],
            ));
        }
    }
    for child in list("child_modules", wrong) {
        state(child, raws, wrong, depth + 1);
    }
}

/// The place of a resource; of the whole file where the address is empty.
fn of_file(file: usize, address: &str) -> At {
    At::Address {
        file,
        address: address.into(),
        path: String::new(),
    }
}

fn resource(
    raw: &Raw<'_>,
    kind: ResourceKind,
    file: usize,
    follower: &Follower<'_>,
    json: &Json,
    region: Option<&str>,
) -> TemplateResource {
    let at = of_file(file, raw.address);
    let config = follower.resource(raw.address);
    // Of one that is replaced nothing stays that is not written: what is left out is the service's default again.
    let before = if raw.replaced { &NOTHING } else { raw.before };
    let attributes = Attributes {
        at: at.clone(),
        address: raw.address,
        is_awscc: raw.is_awscc(),
        after: raw.after,
        unknown: raw.unknown,
        sensitive: raw.sensitive,
        before,
        expressions: config
            .map(|config| &config["expressions"])
            .filter(|all| all.is_object() || all.is_null()),
        follower,
    };
    let own = |name: &str| raw.after[name].as_str().or(before[name].as_str());
    let provider = config
        .and_then(|config| config["provider_config_key"].as_str())
        .unwrap_or_default();
    // The one in its place is in the same account, and where nothing says another region, in that.
    let arn = own("arn").or(raw.before["arn"].as_str());
    let arn = arn
        .map(|arn| arn.split(':').collect::<Vec<_>>())
        .unwrap_or_default();
    let part = |index: usize| arn.get(index).copied().filter(|part| !part.is_empty());
    let of_provider = || provider::region(json, follower, provider, region);
    let region = match own("region") {
        None if raw.replaced => of_provider().or(part(3)),
        known => known.or(part(3)).or_else(of_provider),
    };
    let properties = translate::properties(&attributes, kind);
    TemplateResource {
        kind,
        symbol: Symbol::of(0, raw.name()),
        // One that is replaced gets another; an update keeps it, whatever the plan says of it.
        id: raw
            .id_of(raw.after)
            .or(raw.id_of(before))
            .filter(|_| !raw.replaced)
            .map(ToOwned::to_owned),
        at,
        region: region.map(ToOwned::to_owned),
        account: part(4).map(ToOwned::to_owned),
        candidates: attributes.candidates(),
        properties,
        is_of_terraform: !attributes.is_awscc,
        is_created: raw.before.is_null() || raw.replaced,
        is_kept: false,
        open: (!raw.after.is_object() || *raw.unknown == Json::Bool(true)).then(|| Open {
            // What is a fault of the file has no value, and opens no case.
            domain: raw.unknown.is_null().then(Vec::new),
            ..Open::new(format!("{}: its attributes are not in the file", raw.address), 0)
        }),
    }
}
