//! The settings of a client beside its risk configuration: one row each. From a row follow how it is read from AWS, kept
//! in a snapshot, shown to rules, compared, copied, planned, sent and rolled back. The key under `clients` of a policy,
//! with what editors show, is in `policy::file`.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A set of names, in the API's words, known or not. Order and repetition mean nothing.
pub type Names = BTreeSet<String>;

/// What a setting holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingValue<'a> {
    /// A set of names.
    Names(&'a Names),
    /// Whether something is on.
    Flag(bool),
}

/// The kinds of values, where a setting of each kind is read from: a member that is absent is an empty set, or off.
pub trait SettingReader {
    /// Why a member cannot be read.
    type Error;

    /// A set of names.
    ///
    /// # Errors
    /// The member holds something else.
    fn names(&mut self, member: &'static str) -> Result<Names, Self::Error>;

    /// A flag.
    ///
    /// # Errors
    /// The member holds something else.
    fn flag(&mut self, member: &'static str) -> Result<bool, Self::Error>;
}

/// The type of a setting's value.
trait Kind: Sized {
    const IS_SET: bool;
    fn value(&self) -> SettingValue<'_>;
    fn read<R: SettingReader>(from: &mut R, member: &'static str) -> Result<Self, R::Error>;
}

impl Kind for Names {
    const IS_SET: bool = true;

    fn value(&self) -> SettingValue<'_> {
        SettingValue::Names(self)
    }

    fn read<R: SettingReader>(from: &mut R, member: &'static str) -> Result<Self, R::Error> {
        from.names(member)
    }
}

impl Kind for bool {
    const IS_SET: bool = false;

    fn value(&self) -> SettingValue<'_> {
        SettingValue::Flag(*self)
    }

    fn read<R: SettingReader>(from: &mut R, member: &'static str) -> Result<Self, R::Error> {
        from.flag(member)
    }
}

/// Makes [`ClientSetting`] and [`ClientSettings`] of the rows. A macro, because a struct with a field a row lets rules and
/// engines say `settings.auth_flows`, with its type, where a map would not.
macro_rules! client_settings {
    ($($(#[$doc:meta])* $name:ident $key:ident: $kind:ty = $member:literal;)+) => {
        /// Which setting of a client.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ClientSetting {
            $($(#[$doc])* $name,)+
        }

        impl ClientSetting {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The key in a policy, in a snapshot and in the view of rules.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($key),)+ }
            }

            /// The member of `UserPoolClient` and of `UpdateUserPoolClient`.
            pub fn member(self) -> &'static str {
                match self { $(Self::$name => $member,)+ }
            }

            /// Whether it is a set, of which order and repetition mean nothing.
            pub fn is_set(self) -> bool {
                match self { $(Self::$name => <$kind as Kind>::IS_SET,)+ }
            }
        }

        /// Settings of a client; what is not there is unknown, or not managed by the policy.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub struct ClientSettings {
            $(
                $(#[$doc])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $key: Option<$kind>,
            )+
        }

        impl ClientSettings {
            /// Nothing is known.
            pub const UNKNOWN: Self = Self { $($key: None,)+ };

            /// What one of them holds.
            pub fn get(&self, setting: ClientSetting) -> Option<SettingValue<'_>> {
                match setting { $(ClientSetting::$name => self.$key.as_ref().map(Kind::value),)+ }
            }

            /// Takes one of them from another client; what is unknown there is unknown here then.
            pub fn copy(&mut self, setting: ClientSetting, from: &Self) {
                match setting { $(ClientSetting::$name => self.$key.clone_from(&from.$key),)+ }
            }

            /// All settings of a client, so that none is unknown.
            ///
            /// # Errors
            /// A member cannot be read.
            pub fn read<R: SettingReader>(from: &mut R) -> Result<Self, R::Error> {
                Ok(Self { $($key: Some(Kind::read(from, $member)?),)+ })
            }
        }
    };
}

client_settings! {
    /// `ExplicitAuthFlows` as the API has them; absent or `null` when unknown.
    AuthFlows auth_flows: Names = "ExplicitAuthFlows";
    /// `AllowedOAuthFlows` as the API has them; absent or `null` when unknown.
    OAuthFlows oauth_flows: Names = "AllowedOAuthFlows";
    /// `SupportedIdentityProviders`; absent or `null` when unknown.
    IdentityProviders identity_providers: Names = "SupportedIdentityProviders";
    /// `EnablePropagateAdditionalUserContextData`; absent or `null` when unknown.
    PropagateUserContext propagate_user_context: bool = "EnablePropagateAdditionalUserContextData";
}

impl From<SettingValue<'_>> for serde_json::Value {
    fn from(value: SettingValue<'_>) -> Self {
        match value {
            SettingValue::Names(names) => names.iter().map(String::as_str).collect(),
            SettingValue::Flag(flag) => flag.into(),
        }
    }
}

/// Writes every setting, with `null` for what is unknown: rules tell unknown from absent.
///
/// # Errors
/// The serializer's.
pub fn with_unknown<S: serde::Serializer>(
    settings: &ClientSettings,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let values = ClientSetting::ALL.iter().map(|setting| {
        (
            setting.as_str(),
            settings.get(*setting).map(serde_json::Value::from),
        )
    });
    serializer.collect_map(values)
}
