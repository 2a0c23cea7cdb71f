//! Differences of every shape for the sample report.

use cogward::difference::{Difference, Shape};
use cogward::model::client::{Client, Override};
use cogward::model::effective::{Direction, Table, compare};
use cogward::model::mode::Mode;
use cogward::model::posture::Posture;
use cogward::model::response::{Action, Response, RiskConfiguration};
use cogward::pointer::Pointer;
use serde_json::{Value, json};

use crate::render::sample::HOSTILE;

/// A value with cells, a set, a text, a whole configuration, and hostile ones.
pub fn all() -> Vec<Difference> {
    let hostile = Difference {
        pool_name: HOSTILE.to_owned(),
        client: Some(HOSTILE.to_owned()),
        ..plain(
            Shape::Text,
            "/x",
            Some(HOSTILE.into()),
            Some("```\n</pre>\n- x\n+ y\n".into()),
        )
    };
    let set = Difference {
        live_is: Direction::Stronger,
        ..plain(
            Shape::Set,
            "/risk_exceptions/always_block",
            Some(json!(["192.0.2.0/24", "198.51.100.0/24"])),
            Some(json!(["192.0.2.0/24", "203.0.113.0/24"])),
        )
    };
    let text = plain(
        Shape::Text,
        "/account_takeover/notifications/block_email/text",
        Some("Hello {username},\n\nwe blocked a sign-in.\n\n\n\n\n\nCall us.\n".into()),
        Some("Hello {username},\n\nwe stopped a sign-in.\n\n\n\n\n\nWrite to us.\n".into()),
    );
    let whole = Difference {
        client: Some("web".to_owned()),
        live_is: Direction::Undefined,
        ..plain(
            Shape::Value,
            "/clients/web",
            Some(json!({ "account_takeover": { "high": { "action": "NO_ACTION", "notify": false } } })),
            Some("inherit".into()),
        )
    };
    vec![value(), set, text, whole, hostile]
}

/// A lower answer at high risk, with what it does to every flow.
fn value() -> Difference {
    let answer = |action| Response { action, notify: true };
    let cells = compare(&table(Action::NoAction), &table(Action::Block)).changes;
    let word = |answer: Response| json!({ "action": answer.action.as_str(), "notify": answer.notify });
    Difference {
        live_is: Direction::Weaker,
        cells,
        ..plain(
            Shape::Value,
            "/account_takeover/high",
            Some(word(answer(Action::NoAction))),
            Some(word(answer(Action::Block))),
        )
    }
}

fn table(high: Action) -> Table {
    let mut responses = RiskConfiguration::default();
    responses.account_takeover.get_or_insert_default().high = Some(Response {
        action: high,
        notify: true,
    });
    let mut posture = Posture {
        responses,
        clients: vec![Client {
            key: "web".to_owned(),
            risk: Override::Inherit,
            ..Client::default()
        }],
        ..Posture::default()
    };
    posture.mode.standard = Some(Mode::Enforced);
    Table::of(&posture)
}

fn plain(shape: Shape, pointer: &str, live: Option<Value>, policy: Option<Value>) -> Difference {
    Difference {
        pool: "us-west-2_EXAMPLE".to_owned(),
        pool_name: "customers-prod".to_owned(),
        client: None,
        pointer: Pointer::parse(pointer).unwrap(),
        shape,
        live,
        policy,
        live_is: Direction::Neutral,
        cells: Vec::new(),
        addresses: Vec::new(),
        cause: None,
    }
}
