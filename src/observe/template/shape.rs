//! Which kind of value each property has. A value of another kind is a fault of its file, and nothing is known in its place.

use crate::fault::InputError;
use crate::observe::template::naming::FileNotes;
use crate::observe::template::read::FileFault;
use crate::observe::template::value::{At, Open, Val, ValueData, boolean_of_1_1};

/// Properties by name.
pub type Members = &'static [(&'static str, PropertyShape)];

/// A kind of value. Numbers and booleans are texts, as `CloudFormation` converts them.
#[derive(Clone, Copy, Debug)]
pub enum PropertyShape {
    /// Whatever it is.
    Any,
    /// A text.
    Text,
    /// A text that is a number.
    Number,
    /// A text that is `true` or `false`.
    Flag,
    /// A list.
    List(&'static Self),
    /// A mapping with all names that AWS knows in it.
    Map(Members),
    /// A mapping whose names are free.
    Keys(&'static Self),
}

impl PropertyShape {
    fn wanted(self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Flag => "true or false",
            Self::List(_) => "a list",
            Self::Map(_) | Self::Keys(_) => "a mapping",
        }
    }

    /// Whether a value has this kind itself; what is not known has any.
    fn is_of(self, value: &Val) -> bool {
        let is_text = |fits: &dyn Fn(&str) -> bool| match &value.data {
            ValueData::Text(_) => value.known().is_none_or(|text| fits(&text)),
            _ => false,
        };
        match self {
            _ if matches!(value.data, ValueData::Absent | ValueData::Open(_)) => true,
            Self::Any => true,
            Self::Text => is_text(&|_| true),
            Self::Number => is_text(&|text| text.trim().parse::<f64>().is_ok()),
            Self::Flag => is_text(&|text| ["true", "false"].contains(&&*text.to_ascii_lowercase())),
            Self::List(_) => matches!(value.data, ValueData::List(_)),
            Self::Map(_) | Self::Keys(_) => matches!(value.data, ValueData::Map(..)),
        }
    }

    /// Takes what is of another kind out of a value, as a fault.
    pub fn fit(self, value: &mut Val, wrong: &mut FileNotes) {
        // A macro that stands for the whole value may give any kind.
        if let ValueData::Map(entries, Some(open)) = &value.data
            && entries.is_empty()
            && !matches!(self, Self::Map(_) | Self::Keys(_))
        {
            value.data = ValueData::Open(open.clone());
        }
        // CloudFormation reads YAML 1.1.
        if matches!(self, Self::Flag)
            && value.loose
            && let Some(flag) = value.known().as_deref().and_then(boolean_of_1_1)
        {
            *value = Val::text(value.at.clone(), flag.to_string());
        }
        if !self.is_of(value) {
            let wanted = self.wanted();
            wrong.faults.insert(fault(&value.at, wanted));
            let why = format!("it is not {wanted}");
            value.data = ValueData::Open(Open::invalid(why));
        }
        match (self, &mut value.data) {
            (Self::List(inner), ValueData::List(items)) => {
                for item in items {
                    inner.fit(item, wrong);
                }
            }
            (Self::Keys(inner), ValueData::Map(entries, _)) => {
                for (_, entry) in entries {
                    inner.fit(entry, wrong);
                }
            }
            (Self::Map(members), ValueData::Map(entries, open)) => {
                // A macro may make anything of a name.
                if open.is_none() {
                    wrong.name(entries, &members.iter().map(|(name, _)| *name));
                }
                for (name, entry) in entries {
                    if let Some((_, shape)) = members.iter().find(|(own, _)| own == name) {
                        shape.fit(entry, wrong);
                    }
                }
            }
            _ => {}
        }
    }
}

fn fault(at: &At, wanted: &str) -> FileFault {
    let (message, help) = match at {
        At::Text { .. } => (
            format!("this has to be {wanted}: the deployment fails"),
            format!("write {wanted} here"),
        ),
        At::Address { path, .. } => {
            let name = path.trim_start_matches('/').replace('/', ".");
            // A provider may have a block or a mapping where the API has a list.
            let message = match wanted {
                "a list" | "a mapping" => {
                    format!("`{name}` has a different type from what the provider writes")
                }
                _ => format!("`{name}` has to be {wanted}"),
            };
            (
                message,
                "write the file again with `terraform show -json`".to_owned(),
            )
        }
    };
    FileFault {
        at: at.clone(),
        check: InputError::ValueInvalid,
        message,
        help,
    }
}

/// Texts by free names.
pub const TEXTS: PropertyShape = PropertyShape::Keys(&PropertyShape::Text);

/// A list of texts.
pub const LIST: PropertyShape = PropertyShape::List(&PropertyShape::Text);

const FUNCTION: PropertyShape = PropertyShape::Map(&[
    ("LambdaArn", PropertyShape::Text),
    ("LambdaVersion", PropertyShape::Text),
]);

/// The triggers of a pool, and the key of some of them.
pub const TRIGGERS: PropertyShape = PropertyShape::Map(&[
    ("CreateAuthChallenge", PropertyShape::Text),
    ("CustomEmailSender", FUNCTION),
    ("CustomMessage", PropertyShape::Text),
    ("CustomSMSSender", FUNCTION),
    ("DefineAuthChallenge", PropertyShape::Text),
    ("InboundFederation", FUNCTION),
    ("KMSKeyID", PropertyShape::Text),
    ("PostAuthentication", PropertyShape::Text),
    ("PostConfirmation", PropertyShape::Text),
    ("PreAuthentication", PropertyShape::Text),
    ("PreSignUp", PropertyShape::Text),
    ("PreTokenGeneration", PropertyShape::Text),
    ("PreTokenGenerationConfig", FUNCTION),
    ("UserMigration", PropertyShape::Text),
    ("VerifyAuthChallengeResponse", PropertyShape::Text),
]);

/// Both modes.
pub const ADD_ONS: PropertyShape = PropertyShape::Map(&[
    ("AdvancedSecurityMode", PropertyShape::Text),
    (
        "AdvancedSecurityAdditionalFlows",
        PropertyShape::Map(&[("CustomAuthMode", PropertyShape::Text)]),
    ),
]);

const RESPONSE: PropertyShape = PropertyShape::Map(&[
    ("EventAction", PropertyShape::Text),
    ("Notify", PropertyShape::Flag),
]);

const EMAIL: PropertyShape = PropertyShape::Map(&[
    ("Subject", PropertyShape::Text),
    ("HtmlBody", PropertyShape::Text),
    ("TextBody", PropertyShape::Text),
]);

/// Responses to account takeover.
pub const TAKEOVER: PropertyShape = PropertyShape::Map(&[
    (
        "Actions",
        PropertyShape::Map(&[
            ("LowAction", RESPONSE),
            ("MediumAction", RESPONSE),
            ("HighAction", RESPONSE),
        ]),
    ),
    (
        "NotifyConfiguration",
        PropertyShape::Map(&[
            ("SourceArn", PropertyShape::Text),
            ("From", PropertyShape::Text),
            ("ReplyTo", PropertyShape::Text),
            ("BlockEmail", EMAIL),
            ("MfaEmail", EMAIL),
            ("NoActionEmail", EMAIL),
        ]),
    ),
]);

/// The response to compromised credentials.
pub const CREDENTIALS: PropertyShape = PropertyShape::Map(&[
    (
        "Actions",
        PropertyShape::Map(&[("EventAction", PropertyShape::Text)]),
    ),
    ("EventFilter", LIST),
]);

/// IP exceptions.
pub const RANGES: PropertyShape =
    PropertyShape::Map(&[("BlockedIPRangeList", LIST), ("SkippedIPRangeList", LIST)]);

/// Log delivery.
pub const DELIVERIES: PropertyShape = PropertyShape::List(&PropertyShape::Map(&[
    ("EventSource", PropertyShape::Text),
    ("LogLevel", PropertyShape::Text),
    (
        "CloudWatchLogsConfiguration",
        PropertyShape::Map(&[("LogGroupArn", PropertyShape::Text)]),
    ),
    (
        "S3Configuration",
        PropertyShape::Map(&[("BucketArn", PropertyShape::Text)]),
    ),
    (
        "FirehoseConfiguration",
        PropertyShape::Map(&[("StreamArn", PropertyShape::Text)]),
    ),
]));

/// Dimensions of an alarm.
pub const DIMENSIONS: PropertyShape = PropertyShape::List(&PropertyShape::Map(&[
    ("Name", PropertyShape::Text),
    ("Value", PropertyShape::Text),
]));

/// Metrics of an expression.
pub const METRICS: PropertyShape = PropertyShape::List(&PropertyShape::Map(&[
    ("AccountId", PropertyShape::Any),
    ("Id", PropertyShape::Any),
    ("Label", PropertyShape::Any),
    ("Period", PropertyShape::Any),
    ("ReturnData", PropertyShape::Any),
    ("Expression", PropertyShape::Text),
    (
        "MetricStat",
        PropertyShape::Map(&[
            (
                "Metric",
                PropertyShape::Map(&[
                    ("Namespace", PropertyShape::Text),
                    ("MetricName", PropertyShape::Text),
                    ("Dimensions", DIMENSIONS),
                ]),
            ),
            ("Stat", PropertyShape::Text),
            ("Period", PropertyShape::Number),
            ("Unit", PropertyShape::Any),
        ]),
    ),
]));

/// A query in place of a metric.
pub const CRITERIA: PropertyShape = PropertyShape::Map(&[(
    "PromQLCriteria",
    PropertyShape::Map(&[
        ("PendingPeriod", PropertyShape::Any),
        ("Query", PropertyShape::Text),
        ("RecoveryPeriod", PropertyShape::Any),
    ]),
)]);

/// Events of a SAM function.
pub const EVENTS: PropertyShape = PropertyShape::Keys(&PropertyShape::Map(&[
    ("Type", PropertyShape::Text),
    // Each type of event has its own.
    ("Properties", PropertyShape::Keys(&PropertyShape::Any)),
]));

/// Senders and factors that decide nothing themselves, or only together.
pub const BESIDE_POOL: Members = &[
    (
        "EmailConfiguration",
        PropertyShape::Map(&[
            ("ConfigurationSet", PropertyShape::Text),
            ("EmailSendingAccount", PropertyShape::Text),
            ("From", PropertyShape::Text),
            ("ReplyToEmailAddress", PropertyShape::Text),
            ("SourceArn", PropertyShape::Text),
        ]),
    ),
    (
        "SmsConfiguration",
        PropertyShape::Map(&[
            ("EumsSms", PropertyShape::Any),
            ("ExternalId", PropertyShape::Text),
            ("SnsCallerArn", PropertyShape::Text),
            ("SnsRegion", PropertyShape::Text),
        ]),
    ),
];

/// Factors, as Terraform's provider alone has them.
pub const FACTORS: Members = &[
    (
        "EmailMfaConfiguration",
        PropertyShape::Map(&[("Message", PropertyShape::Text), ("Subject", PropertyShape::Text)]),
    ),
    (
        "SoftwareTokenMfaConfiguration",
        PropertyShape::Map(&[("Enabled", PropertyShape::Flag)]),
    ),
];
