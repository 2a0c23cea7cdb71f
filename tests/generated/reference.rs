//! The reference of the policy language, made from its schema: a section for each object, named by where it stands.

use std::fmt::Write as _;

use serde_json::Value;

const HEAD: &str = "# Policy reference

Generated from `schemas/policy.json`. A policy is one or more YAML documents a file. What a policy does not name is
unmanaged: never compared, never changed. Unknown keys are errors.

A key with a *Default* that is left out of a section that the policy names has that default, in `lint`, `diff`, `apply` and
`rollback` alike: where the pool has something else, that is a difference. The exceptions are an alarm's `name` and `actions`:
left out, they are not compared and stay as they are. `init` writes every key out.

A whole policy, `policies/examples/customers-prod.yaml`:
";

const TAIL: &str = r#"
## Variables

*text or variable* says that the value may come from the environment: `${NAME}`, or `${NAME:-default}`. Only values can come
from there, never keys.

Whoever may change a policy may name any variable in it. So those without a default are read only if
[`cogward.toml`](settings.md#a-whole-repository-cogwardtoml) names them, above its first table; where it has the key, no others are:

```toml
variables = ["ACCOUNT_ID", "STAGE"]
```

Another variable is an error, and so is one that is not set and has no default. Variables whose names suggest credentials
(`*_TOKEN`, `*_SECRET*`, …) are never read, and those that may hold some (`*_KEY`, `*_URL`, `*_AUTH`, …) only if they are named.
Reports of `lint`, `diff` and `gate` show `${NAME}` in place of what a variable
holds, unless that is a word of the policy language; a plan of `apply` shows what it writes.
"#;

/// The page.
pub fn page(schema: &Value, example: &str) -> String {
    let book = Book { schema };
    let mut sections = vec![Section {
        path: String::new(),
        name: String::new(),
        also: Vec::new(),
    }];
    let mut at = 0;
    while at < sections.len() {
        let path = sections[at].path.clone();
        for (key, property) in properties(book.object(&sections[at].name)) {
            let path = if path.is_empty() {
                key.clone()
            } else {
                format!("{path}.{key}")
            };
            for (path, name) in book.objects(&path, property) {
                match sections.iter_mut().find(|section| section.name == name) {
                    Some(section) => section.also.push(path),
                    None => sections.push(Section {
                        path,
                        name,
                        also: Vec::new(),
                    }),
                }
            }
        }
        at += 1;
    }
    let mut page = format!("{HEAD}\n```yaml\n{}\n```\n", example.trim_end());
    for section in &sections {
        book.section(section, &sections, &mut page);
    }
    page.push_str(TAIL);
    page
}

/// An object of the language.
struct Section {
    /// Where it stands first, such as `account_takeover.low`; the policy itself is empty.
    path: String,
    /// Its name in the schema.
    name: String,
    /// Where else it stands.
    also: Vec<String>,
}

struct Book<'a> {
    schema: &'a Value,
}

impl<'a> Book<'a> {
    /// A definition; the empty name is the policy.
    fn object(&self, name: &str) -> &'a Value {
        if name.is_empty() {
            self.schema
        } else {
            &self.schema["$defs"][name]
        }
    }

    /// The definition that a value refers to, with its name; or the value itself.
    fn resolved(&self, value: &'a Value) -> (Option<&'a str>, &'a Value) {
        match value["$ref"]
            .as_str()
            .and_then(|text| text.strip_prefix("#/$defs/"))
        {
            Some(name) => (Some(name), self.object(name)),
            None => (None, value),
        }
    }

    /// Objects with keys of their own in a value, with their places.
    fn objects(&self, path: &str, value: &'a Value) -> Vec<(String, String)> {
        let (name, value) = self.resolved(value);
        if value["properties"].is_object() {
            return vec![(path.to_owned(), name.unwrap_or_default().to_owned())];
        }
        let mut found: Vec<_> = alternatives(value)
            .flat_map(|each| self.objects(path, each))
            .collect();
        if value["items"].is_object() {
            found.extend(self.objects(&format!("{path}[]"), &value["items"]));
        }
        if value["additionalProperties"].is_object() {
            found.extend(self.objects(&format!("{path}.NAME"), &value["additionalProperties"]));
        }
        found
    }

    fn section(&self, section: &Section, sections: &[Section], page: &mut String) {
        let object = self.object(&section.name);
        let title = if section.path.is_empty() {
            "The policy".to_owned()
        } else {
            format!("`{}`", section.path)
        };
        write!(page, "\n## {title}\n\n{}\n", text(&object["description"])).unwrap();
        if !section.also.is_empty() {
            let also: Vec<_> = section.also.iter().map(|path| format!("`{path}`")).collect();
            write!(page, "\nThe same at {}.\n", also.join(", ")).unwrap();
        }
        page.push_str("\n| key | value | meaning |\n|---|---|---|\n");
        let required: Vec<_> = object["required"].as_array().into_iter().flatten().collect();
        let mut lists: Vec<(String, Vec<String>)> = Vec::new();
        for (key, property) in properties(object) {
            let needed = if required.iter().any(|name| *name == key) {
                " (required)"
            } else {
                ""
            };
            let kind = self.kind(property, sections).replace('|', "\\|");
            let meaning = text(&property["description"]).replace('|', "\\|");
            writeln!(page, "| `{key}`{needed} | {kind} | {meaning} |").unwrap();
            let values = self.values(property);
            match lists.iter_mut().find(|(list, _)| *list == values) {
                _ if values.is_empty() => {}
                Some((_, keys)) => keys.push(format!("`{key}`")),
                None => lists.push((values, vec![format!("`{key}`")])),
            }
        }
        for (values, keys) in lists {
            write!(page, "\nValues of {}:\n\n{values}", keys.join(" and ")).unwrap();
        }
    }

    /// The kind of a value in words.
    fn kind(&self, value: &'a Value, sections: &[Section]) -> String {
        let (name, value) = self.resolved(value);
        if value["properties"].is_object() {
            let found = sections
                .iter()
                .find(|section| Some(section.name.as_str()) == name);
            return found.map_or_else(String::new, |section| {
                format!("[`{}`](#{})", section.path, anchor(&section.path))
            });
        }
        match &value["const"] {
            Value::Null => {}
            Value::String(word) => return format!("`{word}`"),
            other => return format!("`{other}`"),
        }
        if let Some(words) = value["enum"].as_array() {
            let words: Vec<_> = words.iter().map(|word| format!("`{}`", text(word))).collect();
            return words.join(", ");
        }
        if is_variable(value) {
            return "variable".to_owned();
        }
        let kinds: Vec<_> = alternatives(value)
            .map(|each| self.kind(each, sections))
            .collect();
        if value["oneOf"].is_array() {
            return kinds.join(", ");
        }
        if !kinds.is_empty() {
            return kinds.join(" or ");
        }
        match value["type"].as_str() {
            Some("array") => format!("list of {}", self.kind(&value["items"], sections)),
            Some("object") => format!(
                "names, each with {}",
                self.kind(&value["additionalProperties"], sections)
            ),
            Some("string") => format!("text{}", limits(value)),
            Some("boolean") => "`true`, `false`".to_owned(),
            Some(number) => format!("{number}{}", limits(value)),
            None => "anything".to_owned(),
        }
    }

    /// A list of the words that a value may be, where each is described.
    fn values(&self, value: &'a Value) -> String {
        let (_, value) = self.resolved(value);
        if value["properties"].is_object() {
            return String::new();
        }
        if let (Some(word), Some(meaning)) = (value["const"].as_str(), value["description"].as_str()) {
            return format!("- `{word}`: {}\n", meaning.replace('\n', " "));
        }
        let mut list: String = alternatives(value).map(|each| self.values(each)).collect();
        if value["items"].is_object() {
            list.push_str(&self.values(&value["items"]));
        }
        list
    }
}

fn properties(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object["properties"].as_object().into_iter().flatten()
}

fn alternatives(value: &Value) -> impl Iterator<Item = &Value> {
    ["anyOf", "oneOf"]
        .into_iter()
        .flat_map(|key| value[key].as_array().into_iter().flatten())
}

fn is_variable(value: &Value) -> bool {
    value["pattern"]
        .as_str()
        .is_some_and(|pattern| pattern.starts_with("\\$\\{"))
}

/// What a text or number is limited to.
fn limits(value: &Value) -> String {
    let mut found = Vec::new();
    if let Some(pattern) = value["pattern"].as_str() {
        found.push(format!("`{pattern}`"));
    }
    let range = |low: &str, high: &str| match (&value[low], &value[high]) {
        (Value::Null, Value::Null) => None,
        (low, Value::Null) => Some(format!("{low} or more")),
        (Value::Null, high) => Some(format!("at most {high}")),
        (low, high) if high.as_u64() == Some(u64::from(u32::MAX)) => Some(format!("{low} or more")),
        (low, high) => Some(format!("{low} to {high}")),
    };
    found.extend(range("minLength", "maxLength").map(|text| format!("{text} characters")));
    found.extend(range("minimum", "maximum"));
    if found.is_empty() {
        String::new()
    } else {
        format!(" ({})", found.join(", "))
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().replace('\n', " ")
}

/// The anchor that GitHub and mdBook make of a heading.
fn anchor(path: &str) -> String {
    path.chars()
        .filter(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect::<String>()
        .to_lowercase()
}
