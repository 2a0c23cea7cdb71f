//! A small language for shapes, and the check of an input against one.

use serde_json::Value;

use crate::simulator::failure::Failure;

/// What a value must look like.
#[derive(Debug)]
pub(in crate::simulator) enum Shape {
    /// A boolean.
    Flag,
    /// A whole number, least and most.
    Whole(i64, i64),
    /// A text: fewest and most characters.
    Text(usize, usize),
    /// A text of a pattern, with the pattern as AWS prints it.
    Like(usize, usize, fn(&str) -> bool, &'static str),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A list: fewest and most items, and what they are.
    List(usize, usize, &'static Shape),
    /// A map of texts.
    Texts,
    /// An object with these members. Others are not checked, as AWS does not.
    Of(&'static [Member]),
}

/// A member of an object.
#[derive(Debug)]
pub(in crate::simulator) struct Member {
    name: &'static str,
    required: bool,
    shape: &'static Shape,
}

/// A member that must be there.
pub(in crate::simulator) const fn must(name: &'static str, shape: &'static Shape) -> Member {
    Member {
        name,
        required: true,
        shape,
    }
}

/// A member that may be there.
pub(in crate::simulator) const fn may(name: &'static str, shape: &'static Shape) -> Member {
    Member {
        name,
        required: false,
        shape,
    }
}

/// All that is wrong with an input, in Cognito's words.
pub(in crate::simulator) fn check(shape: &Shape, input: &Value) -> Result<(), Failure> {
    let mut faults = Vec::new();
    if let Err(place) = walk(shape, input, "", &mut faults) {
        let message = format!("The value at '{place}' has a type that it cannot have");
        return Err(Failure::new("SerializationException", message));
    }
    match faults.len() {
        0 => Ok(()),
        count => {
            let errors = if count == 1 { "error" } else { "errors" };
            let all = faults.join("; ");
            Err(Failure::invalid(format!(
                "{count} validation {errors} detected: {all}"
            )))
        }
    }
}

/// The place of a value whose type does not fit, if one does not.
fn walk(shape: &Shape, value: &Value, place: &str, faults: &mut Vec<String>) -> Result<(), String> {
    let wrong = || Err(place.to_owned());
    let mut fault = |must: String| {
        faults.push(format!(
            "Value at '{place}' failed to satisfy constraint: Member must {must}"
        ));
    };
    match (shape, value) {
        (Shape::Flag, Value::Bool(_)) => {}
        (Shape::Whole(least, most), Value::Number(number)) => match number.as_i64() {
            None => return wrong(),
            Some(n) if n < *least => fault(format!("have value greater than or equal to {least}")),
            Some(n) if n > *most => fault(format!("have value less than or equal to {most}")),
            Some(_) => {}
        },
        (Shape::Text(least, most), Value::String(text)) => {
            length(text.chars().count(), (*least, *most), &mut fault);
        }
        (Shape::Like(least, most, fits, pattern), Value::String(text)) => {
            length(text.chars().count(), (*least, *most), &mut fault);
            if !fits(text) {
                fault(format!("satisfy regular expression pattern: {pattern}"));
            }
        }
        (Shape::OneOf(words), Value::String(text)) => {
            if !words.contains(&text.as_str()) {
                fault(format!("satisfy enum value set: [{}]", words.join(", ")));
            }
        }
        (Shape::List(least, most, item), Value::Array(items)) => {
            length(items.len(), (*least, *most), &mut fault);
            for (number, value) in items.iter().enumerate() {
                walk(item, value, &format!("{place}.{}.member", number + 1), faults)?;
            }
        }
        (Shape::Texts, Value::Object(members)) => {
            if members.values().any(|value| !value.is_string()) {
                return wrong();
            }
        }
        (Shape::Of(members), Value::Object(values)) => {
            for member in *members {
                let place = join(place, member.name);
                match values.get(member.name).filter(|value| !value.is_null()) {
                    Some(value) => walk(member.shape, value, &place, faults)?,
                    None if member.required => {
                        let what = "failed to satisfy constraint: Member must not be null";
                        faults.push(format!("Value null at '{place}' {what}"));
                    }
                    None => {}
                }
            }
        }
        _ => return wrong(),
    }
    Ok(())
}

fn length(is: usize, (least, most): (usize, usize), fault: &mut impl FnMut(String)) {
    if is < least {
        fault(format!("have length greater than or equal to {least}"));
    } else if is > most {
        fault(format!("have length less than or equal to {most}"));
    }
}

/// Places are written with small first letters.
fn join(place: &str, name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|c| c.to_ascii_lowercase());
    let name: String = first.into_iter().chain(letters).collect();
    if place.is_empty() {
        name
    } else {
        format!("{place}.{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    static SHAPE: Shape = Shape::Of(&[
        must("Name", &Shape::Text(1, 3)),
        may("Mode", &Shape::OneOf(&["A", "B"])),
        may("Items", &Shape::List(0, 2, &Shape::Whole(1, 5))),
        may("On", &Shape::Flag),
    ]);

    fn said(input: &Value) -> String {
        check(&SHAPE, input).map_or_else(|failure| failure.message, |()| String::new())
    }

    /// What fits is silent unknown members and nulls included.
    #[test]
    fn valid_input_with_unknown_and_null() {
        assert_eq!(
            said(&json!({"Name": "日本語", "New": 1, "Mode": null, "Items": [1, 5]})),
            ""
        );
    }

    #[test]
    fn every_fault_is_said_at_its_place() {
        let all = said(&json!({"Mode": "a", "Items": [0, 6, 1]}));
        let constraint = "failed to satisfy constraint: Member must";
        for part in [
            "5 validation errors".to_owned(),
            format!("Value null at 'name' {constraint} not be null"),
            format!("Value at 'mode' {constraint} satisfy enum value set: [A, B]"),
            format!("Value at 'items' {constraint} have length less than or equal to 2"),
            format!("Value at 'items.1.member' {constraint} have value greater than or equal to 1"),
            format!("Value at 'items.2.member' {constraint} have value less than or equal to 5"),
        ] {
            assert!(all.contains(&part), "{part}\n{all}");
        }
        assert!(said(&json!({"Name": ""})).contains("greater than or equal to 1"));
    }

    #[test]
    fn a_wrong_type_is_another_error() {
        for input in [
            json!({"Name": 1}),
            json!({"Name": "a", "On": "true"}),
            json!({"Name": "a", "Items": [1.5]}),
            json!([]),
        ] {
            assert_eq!(check(&SHAPE, &input).unwrap_err().code, "SerializationException");
        }
    }
}
