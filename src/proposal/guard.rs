//! Refusals: which guard, of which pool, and what would let the plan through.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use strum::VariantArray as _;

use crate::finding::{RuleMeta, Severity};
use crate::ident::all;
use crate::text;

crate::ident::spelled!(Guard);

/// What keeps a plan from being carried out.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::VariantArray, strum::IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Guard {
    /// Nobody can be asked, and `--yes` was not given.
    Unconfirmed,
    /// The plan that was reviewed is not the plan of now.
    StalePlan,
    /// A change weakens protection and was not named.
    #[strum(serialize = "weakening-not-named")]
    Weakening,
    /// A change newly blocks or challenges users, and was not named.
    #[strum(serialize = "blocking-not-named")]
    Blocking,
    /// A rule finds an error in the policy, and it was not allowed.
    LintErrors,
    /// A mode would be enforced without enough days in AUDIT.
    #[strum(serialize = "audit-gate-unmet")]
    AuditGate,
    /// More pools would change than may.
    TooManyPools,
    /// The credentials belong to another account than the policy's.
    OtherAccount,
    /// The region that was typed is not the policy's.
    OtherRegion,
    /// Something of a pool could not be read.
    PoolPartial,
    /// A policy's pool does not exist.
    PoolMissing,
    /// A policy's client does not exist.
    ClientMissing,
    /// A whole object cannot be known to be sent back without a loss.
    #[strum(serialize = "not-carried-over")]
    NotCarried,
    /// The service is known to refuse where the plan leads to.
    ServiceRefuses,
    /// Several policies are for one pool.
    SeveralPolicies,
    /// The name of an alarm that is to be made is another one's.
    #[strum(serialize = "alarm-name-taken")]
    AlarmName,
}

/// What [`Guard::Weakening`] refuses, and what is needed.
const WEAKENING: [&str; 2] = [
    "a change that weakens protection, or may, where AWS does not document what happens. What happens to requests \
     decides, not the names of settings. These weaken, too: MFA for fewer users, a way to sign in that is not \
     covered, or weaker than all others of the client (`AUDIT` only, or SRP, which hides passwords), an address \
     that is no longer passed on, alarms that fire less often or notify fewer people, logs sent elsewhere, and \
     enforcing where there is nothing to enforce",
    "`--allow-weaken POINTER`, for what is at or below it; `POOL:POINTER` where several pools change. At a terminal, \
     for a rollback of one pool, you can type the pool's name instead, if nothing else is refused. `audit` needs \
     none: it is the permission to weaken the mode",
];

/// What [`Guard::Blocking`] refuses, and what is needed.
const BLOCKING: [&str; 2] = [
    "a change that newly keeps users out who sign in by a client that exists, judged by what sign-ins meet before \
     and after the whole plan. In any mode: MFA that every sign-in needs, a factor that is not taken any more, a \
     flow, OAuth flow or identity provider that a client loses. Where the mode is `ENFORCED` afterwards: \
     requests that are newly blocked, newly need MFA or may not be able to meet it, addresses that are newly always \
     blocked, and addresses that are not always allowed any more where others are blocked or need MFA, also \
     because a client gets responses of its own. What is unknown today counts as let in. The plan shows what, \
     and about how many users the pool has. A step to `ENFORCED` by itself is the audit gate's; responses that are new in \
     the same plan are compared with those of today as if these were enforced already",
    "`--allow-block POINTER`, written as for `--allow-weaken`; at a terminal the name of the one pool, where \
     nothing else is refused",
];

impl Guard {
    /// All guards.
    pub const ALL: [Self; 16] = all(Self::VARIANTS);

    /// What a refusal ends the run with: a pool that is not there is wrong input, as for every command.
    pub fn exit_code(self) -> u8 {
        if self == Self::PoolMissing { 2 } else { 5 }
    }

    /// What it refuses, and what is needed to go on. Markdown, for `cogward explain` and docs/apply.md.
    pub fn text(self) -> [&'static str; 2] {
        match self {
            Self::Unconfirmed => ["writing without a confirmation", "a terminal, or `--yes`"],
            Self::StalePlan => [
                "a saved plan that is out of date or was edited; it says what changed since",
                "a new plan",
            ],
            Self::Weakening => WEAKENING,
            Self::Blocking => BLOCKING,
            Self::LintErrors => [
                "a policy in which a rule finds an error. The rules, settings, waivers, ignore comments and baseline are those \
                 of `lint`; the plan shows everything that they find",
                "a corrected policy, a waiver, or `--allow-finding RULE=REASON`, which is recorded in the journal",
            ],
            Self::AuditGate => [
                "the step from AUDIT to ENFORCED without evidence of `minimum_days` in AUDIT, for each authentication type",
                "more evidence, or `--override-gate REASON`, which is recorded in the journal",
            ],
            Self::TooManyPools => ["more pools than `--max-pools` (1)", "a larger number"],
            Self::OtherAccount => [
                "credentials of another account than the policy's; nothing else is read",
                "the right credentials",
            ],
            Self::OtherRegion => [
                "a `--region` other than the policy's; nothing is read",
                "the right region",
            ],
            Self::PoolPartial => [
                "a pool of which something that is compared or sent back could not be read, or was not understood",
                "permissions: [the role that applies](iam/)",
            ],
            Self::PoolMissing => ["a policy for a pool that does not exist", "a corrected policy"],
            Self::ClientMissing => ["a policy for a client that does not exist", "a corrected policy"],
            Self::NotCarried => [
                "a call that replaces a whole object and might lose something: [what each refusal rests \
                 on](facts.md#what-each-refusal-rests-on)",
                "a fix at the location that it names",
            ],
            Self::ServiceRefuses => [
                "a change that AWS is known to refuse: threat protection or the export of user activity on a feature plan \
                 without them ([plans](facts.md#feature-plans)), MFA on without a factor, or off with one, email as a \
                 factor of a pool that does not send through Amazon SES",
                "what the refusal names, in the same policy or before",
            ],
            Self::SeveralPolicies => [
                "a pool with two policies, one of which would change it",
                "one policy for each pool",
            ],
            Self::AlarmName => [
                "a new alarm under the name of another one: of another pool, on an expression, composite, or of the same plan",
                "another `name`",
            ],
        }
    }
}

impl Guard {
    /// What it says of itself, for reports that list rules.
    pub fn meta(self) -> RuleMeta {
        let [refuses, needed] = self.text();
        let words = [
            &*format!("Refused: {refuses}"),
            "A guard: nothing is written.",
            &*format!("To go on you need {needed}."),
        ];
        RuleMeta::of(self.as_str(), Severity::Error, words)
    }
}

impl Serialize for Guard {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// An option that lets through what a guard refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accept {
    /// The option: `--allow-weaken`.
    pub option: &'static str,
    /// Its value. Hostile text.
    pub value: String,
}

impl Accept {
    /// What stands where somebody has to say why.
    pub const REASON: &'static str = "REASON";

    /// Whether the option may stand once only.
    pub fn is_single(&self) -> bool {
        matches!(self.option, "--max-pools" | "--override-gate")
    }

    /// Option and value as they are typed in a shell.
    pub fn typed(&self) -> String {
        format!("{} {}", self.option, text::shell(&self.value))
    }
}

impl Serialize for Accept {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [self.option, &self.value].serialize(serializer)
    }
}

/// A refusal.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1Refused")]
pub struct Refused {
    /// The guard, such as `weakening-not-named`.
    #[schemars(with = "String")]
    pub guard: Guard,
    /// Pool id; absent for the run.
    pub pool: Option<String>,
    // Lower case, no full stop. Hostile text.
    /// What is refused and why, for people.
    pub message: String,
    // Likewise; words to type are written for a shell.
    /// What to do, for people.
    pub next: String,
    /// Option and value that let it through; absent where none does.
    #[schemars(with = "Option<Vec<String>>")]
    pub accept: Option<Accept>,
}
