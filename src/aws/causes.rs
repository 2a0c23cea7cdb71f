//! An error of the SDK and what caused it.

use std::error::Error;

use aws_smithy_types::error::ErrorMetadata;

/// An error and its causes, outermost first.
pub(super) fn causes<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| (*error).source())
}

/// The first cause of a kind.
pub(super) fn cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    causes(error).find_map(<dyn Error>::downcast_ref)
}

/// A service's refusal among the causes: its code, and code and message in the service's words. The SDK shows it as its own
/// structure.
pub(super) fn refusal_in(error: &(dyn Error + 'static)) -> Option<(String, String)> {
    let metadata: &ErrorMetadata = cause(error)?;
    let words = [metadata.code(), metadata.message()];
    let words: Vec<_> = words.into_iter().flatten().collect();
    let code = metadata.code().unwrap_or_default().to_owned();
    (!words.is_empty()).then(|| (code, words.join(": ")))
}

/// An input or output error without the system's number for it.
pub(super) fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    text.to_lowercase()
}

/// An error's words and those of its causes, each once; where a service refused, what it said and nothing around it.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    if let Some((_, said)) = refusal_in(error) {
        return said;
    }
    let mut words: Vec<String> = Vec::new();
    for error in causes(error) {
        let text = error.downcast_ref().map_or_else(|| error.to_string(), plain);
        if !words.iter().any(|word| word.contains(&text)) {
            words.push(text);
        }
    }
    words.join(": ")
}
