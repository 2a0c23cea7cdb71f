//! The region of a provider of a Terraform plan.

use serde_json::Value as Json;

use crate::observe::template::reference::{AddressStep, Follower, split};

/// The region of the provider that a resource names; `given` is that of providers whose configuration does not write one. A
/// variable's value counts where it is all that is written, and neither secret nor known after apply.
pub fn region<'a>(
    json: &'a Json,
    follower: &Follower<'a>,
    key: &str,
    given: Option<&'a str>,
) -> Option<&'a str> {
    let providers = &json["configuration"]["provider_config"];
    // One of a module has the module's address before its name; one that a module is given has none.
    let (module, inherited) = key.rsplit_once(':').unwrap_or(("", key));
    let (module, provider) = match providers.get(key) {
        Some(own) => (module, own),
        None => ("", &providers[inherited]),
    };
    let written = &provider["expressions"]["region"];
    let (modules, _) = split(module);
    written["constant_value"]
        .as_str()
        .or(given)
        .or_else(|| variable(json, follower, &modules, written))
        .filter(|region| !region.is_empty())
}

/// The value of the one variable that an expression in a module refers to. A plan does not show what stands around it: what
/// is no region is a part of one.
fn variable<'a>(
    json: &'a Json,
    follower: &Follower<'a>,
    modules: &[AddressStep],
    expression: &'a Json,
) -> Option<&'a str> {
    let [reference] = expression["references"].as_array()?.as_slice() else {
        return None;
    };
    let name = reference.as_str()?.strip_prefix("var.")?;
    let declared = &follower.module(modules)?["variables"][name];
    if declared["sensitive"] == true {
        return None;
    }
    let Some(above) = modules.len().checked_sub(2) else {
        return json["variables"][name]["value"]
            .as_str()
            .filter(|text| is_region(text));
    };
    let (outer, own) = modules.split_at(above);
    let (call, _) = own.get(1)?;
    match follower.module(outer)?["module_calls"][call]["expressions"].get(name) {
        Some(given) => given["constant_value"]
            .as_str()
            .filter(|text| is_region(text))
            .or_else(|| variable(json, follower, outer, given)),
        None => declared["default"].as_str().filter(|text| is_region(text)),
    }
}

/// Whether a text has the form of a region, as `us-gov-west-1`.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    match parts.as_slice() {
        [words @ .., number] => {
            words.len() >= 2
                && words.iter().all(is_word)
                && !number.is_empty()
                && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        [] => false,
    }
}
