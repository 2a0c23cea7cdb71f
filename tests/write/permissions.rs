//! The permissions in `docs/iam/apply.json` are enough to write, and none is too many.

use std::collections::BTreeSet;

use cogward::aws::Effect;
use cogward::model::observed::Failure;
use cogward::simulator::Options;

use crate::write::support::{Write, ports, start};

fn options(allowed: impl IntoIterator<Item = String>) -> Options {
    Options {
        allowed: Some(allowed.into_iter().collect()),
        ..Options::default()
    }
}

#[tokio::test]
async fn the_published_policy_is_enough() {
    let server = start(options(crate::support::iam::allowed("apply")));
    let (_, port) = ports(&server.endpoint()).await;
    for write in Write::ALL {
        write.make(&*port).await.unwrap();
    }
}

#[tokio::test]
async fn what_reads_may_not_write() {
    let server = start(options(crate::support::iam::allowed("read")));
    let (_, port) = ports(&server.endpoint()).await;
    for write in Write::ALL {
        let error = write.make(&*port).await.unwrap_err();
        assert_eq!(
            (error.error.failure(), error.effect),
            (Failure::Denied, Effect::Refused),
            "{write:?}"
        );
    }
}

/// Each permission to write is needed by one write.
#[tokio::test]
async fn each_permission_is_needed_by_one_write() {
    let all: BTreeSet<_> = crate::support::iam::allowed("apply").into_iter().collect();
    let reads: BTreeSet<_> = crate::support::iam::allowed("read").into_iter().collect();
    let writes: BTreeSet<_> = all.difference(&reads).cloned().collect();
    let called = Write::ALL.map(Write::operation);
    let played: BTreeSet<_> = writes
        .iter()
        .filter(|action| {
            called
                .iter()
                .any(|operation| action.ends_with(&format!(":{operation}")))
        })
        .collect();
    assert_eq!(played.len(), Write::ALL.len(), "{writes:?}");
    for left_out in played {
        let server = start(options(all.iter().filter(|action| *action != left_out).cloned()));
        let (_, port) = ports(&server.endpoint()).await;
        for write in Write::ALL {
            let denied = left_out.ends_with(&format!(":{}", write.operation()));
            assert_eq!(write.make(&*port).await.is_err(), denied, "{left_out} {write:?}");
        }
    }
}
