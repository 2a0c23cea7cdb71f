//! The view's values as the engine sees them: shared, so that handing one on costs nothing.
//!
//! The engine copies the element of a list for every turn of `exists`, `filter` or `map`, and its own
//! maps copy deeply. Elements of the view are large and never change, so they are counted references
//! here. Lists are the engine's own, of such elements: they add up and compare with literals.

use std::sync::Arc;

use cel::ExecutionError;
use cel::common::traits::{self, Container, Indexer, Iterable, Sizer};
use cel::common::types::{
    CelBool, CelDouble, CelInt, CelList, CelMap, CelNull, CelString, CelUInt, LIST_TYPE, MAP_TYPE, Type,
};
use cel::common::value::{CowVal, StaticVal, Val};
use serde_json::Value as Json;

/// Any value of an expression.
pub type Item = Box<dyn Val>;

/// A mapping of the view. Fields keep their order; there are few, so a look-up goes through them.
#[derive(Clone, Debug)]
pub struct MapTree(Arc<Fields>);

/// Names and values of fields, in the same order. Elements of a list mostly have the same fields, and share their names:
/// a policy may have 100,000 clients.
#[derive(Debug)]
struct Fields {
    names: Arc<[CelString<'static>]>,
    values: Vec<Item>,
}

/// The elements of a list of the view, made one at a time.
pub fn list(elements: impl Iterator<Item = Json>) -> Item {
    let mut names = Arc::default();
    let items: Vec<Item> = elements.map(|element| item_like(element, &mut names)).collect();
    Box::new(CelList::from(items))
}

/// A value, with the names of fields of a mapping before it where its own are the same.
fn item_like(json: Json, names: &mut Arc<[CelString<'static>]>) -> Item {
    let Json::Object(map) = json else {
        return item(json);
    };
    let same = names.len() == map.len()
        && map
            .keys()
            .zip(names.iter())
            .all(|(key, name)| key == name.inner());
    if !same {
        *names = map.keys().cloned().map(CelString::from).collect();
    }
    Box::new(MapTree(Arc::new(Fields {
        names: Arc::clone(names),
        values: map.into_iter().map(|(_, value)| item(value)).collect(),
    })))
}

/// JSON as a value of the engine. Whole numbers become `int`, so that they compare and add up with
/// literals; those beyond its range become `double`.
pub fn item(json: Json) -> Item {
    match json {
        Json::Null => Box::new(CelNull),
        Json::Bool(truth) => Box::new(CelBool::from(truth)),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Box::new(CelInt::from(whole)),
            None => Box::new(CelDouble::from(number.as_f64().unwrap_or(f64::NAN))),
        },
        Json::String(text) => Box::new(CelString::from(text)),
        Json::Array(elements) => list(elements.into_iter()),
        Json::Object(_) => item_like(json, &mut Arc::default()),
    }
}

/// A value as JSON, deeply; what JSON does not have becomes `null`.
pub fn json(value: &dyn Val) -> Json {
    if let Some(truth) = value.downcast_ref::<CelBool>() {
        return (*truth.inner()).into();
    }
    if let Some(whole) = value.downcast_ref::<CelInt>() {
        return (*whole.inner()).into();
    }
    if let Some(number) = value.downcast_ref::<CelDouble>() {
        return (*number.inner()).into();
    }
    if let Some(text) = text(value) {
        return text.into();
    }
    if let Some(map) = value.downcast_ref::<MapTree>() {
        return Json::Object(
            map.fields()
                .map(|(key, value)| (key.inner().to_owned(), json(value.as_ref())))
                .collect(),
        );
    }
    if let Some(map) = value.downcast_ref::<CelMap>() {
        let entries = map
            .inner()
            .iter()
            .filter_map(|(key, value)| Some((text(key.inner())?, json(value.as_ref()))));
        let mut entries: Vec<_> = entries.collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        return Json::Object(entries.into_iter().collect());
    }
    match items(value) {
        Some(items) => items.iter().map(|item| json(item.as_ref())).collect(),
        None => Json::Null,
    }
}

/// Whether a value is a mapping, of the view or of an expression.
pub fn is_map(value: &dyn Val) -> bool {
    *value.get_type() == MAP_TYPE
}

/// The text of a text value.
pub fn text(value: &dyn Val) -> Option<String> {
    value
        .downcast_ref::<CelString>()
        .map(|text| text.inner().to_owned())
}

/// The number of a whole number, signed or not.
pub fn whole(value: &dyn Val) -> Option<i128> {
    let signed = value
        .downcast_ref::<CelInt>()
        .map(|number| i128::from(*number.inner()));
    signed.or_else(|| {
        value
            .downcast_ref::<CelUInt>()
            .map(|number| i128::from(*number.inner()))
    })
}

/// The elements of a list, copied; `None` for anything else (a map's keys are no list).
pub fn items(value: &dyn Val) -> Option<Vec<Item>> {
    if *value.get_type() != LIST_TYPE {
        return None;
    }
    let mut elements = value.as_iterable()?.iter();
    let mut items = Vec::new();
    while let Some(element) = elements.next() {
        items.push(owned(element));
    }
    Some(items)
}

/// A value that borrows from nothing. Parts of the view are shared, anything else is copied.
pub fn owned(value: &dyn Val) -> Item {
    if let Some(map) = value.downcast_ref::<MapTree>() {
        return Box::new(map.clone());
    }
    if let Some(text) = text(value) {
        return Box::new(CelString::from(text));
    }
    if let Some(map) = value.downcast_ref::<CelMap>() {
        let fields = map
            .inner()
            .iter()
            .filter_map(|(key, value)| Some((CelString::from(text(key.inner())?), owned(value.as_ref()))));
        let mut fields: Vec<_> = fields.collect();
        // The engine's maps have another order in each run.
        fields.sort_by(|(a, _), (b, _)| a.inner().cmp(b.inner()));
        let (names, values): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
        return Box::new(MapTree(Arc::new(Fields {
            names: names.into(),
            values,
        })));
    }
    match items(value) {
        Some(items) => Box::new(CelList::from(items)),
        None => item(json(value)),
    }
}

/// The text member of a mapping, such as `it.pointer`.
pub fn text_member(value: &dyn Val, key: &str) -> Option<String> {
    let member = value.as_indexer()?.get(&CelString::from(key.to_owned())).ok()?;
    text(member.as_ref())
}

impl MapTree {
    fn fields(&self) -> impl Iterator<Item = (&CelString<'static>, &Item)> {
        self.0.names.iter().zip(&self.0.values)
    }

    fn find(&self, key: &str) -> Option<&Item> {
        self.fields()
            .find(|(name, _)| name.inner() == key)
            .map(|(_, value)| value)
    }
}

impl StaticVal for MapTree {}

impl Val for MapTree {
    fn get_type(&self) -> &Type {
        &MAP_TYPE
    }

    fn cel_type() -> &'static Type {
        &MAP_TYPE
    }

    fn as_container(&self) -> Option<&dyn Container> {
        Some(self)
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_iterable<'b, 'v>(&'b self) -> Option<&'b (dyn Iterable + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_sizer(&self) -> Option<&dyn Sizer> {
        Some(self)
    }

    fn equals(&self, other: &dyn Val) -> bool {
        if let Some(other) = other.downcast_ref::<Self>() {
            let same = |(key, value): (&CelString<'static>, &Item)| {
                other
                    .find(key.inner())
                    .is_some_and(|found| value.equals(found.as_ref()))
            };
            return Arc::ptr_eq(&self.0, &other.0)
                || (self.0.values.len() == other.0.values.len() && self.fields().all(same));
        }
        *other.get_type() == MAP_TYPE && json(self) == json(other)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn std::any::Any> {
        Some(self)
    }
}

impl Indexer for MapTree {
    fn get<'b, 'v>(&'b self, key: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let key = key.downcast_ref::<CelString>().map_or("", |key| key.inner());
        match self.find(key) {
            Some(value) => Ok(CowVal::Borrowed(value.as_ref())),
            None => Err(ExecutionError::no_such_key(key)),
        }
    }

    fn steal<'v>(self: Box<Self>, key: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.get(key).map(CowVal::into_owned)
    }
}

impl Container for MapTree {
    fn contains(&self, value: &dyn Val) -> Result<bool, ExecutionError> {
        Ok(value
            .downcast_ref::<CelString>()
            .is_some_and(|key| self.find(key.inner()).is_some()))
    }
}

impl Sizer for MapTree {
    fn size(&self) -> CelInt {
        CelInt::from(i64::try_from(self.0.values.len()).unwrap_or(i64::MAX))
    }
}

impl Iterable for MapTree {
    fn iter<'b, 'v>(&'b self) -> Box<dyn traits::Iterator<'b, 'v> + 'b>
    where
        Self: 'v,
    {
        Box::new(Elements(
            self.0.names.iter().map(|key| -> &'b (dyn Val + 'static) { key }),
        ))
    }
}

/// The engine's iterator over borrowed elements.
struct Elements<I>(I);

impl<'b, 'v, I: Iterator<Item = &'b (dyn Val + 'static)>> traits::Iterator<'b, 'v> for Elements<I> {
    fn next(&mut self) -> Option<&'b (dyn Val + 'v)> {
        self.0.next().map(|element| -> &'b (dyn Val + 'v) { element })
    }
}
