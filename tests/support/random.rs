//! Random pools and clients as the service describes them, members that nobody knows included.

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

type Members = Map<String, Value>;

/// Any JSON that a service may add one day.
pub fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e6..1e6).prop_map(|number: f64| json!(number)),
        "[\\PC\n]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map("[A-Za-z/~]{1,8}", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

/// Members that nobody knows; their names are like no other's.
fn unheard() -> impl Strategy<Value = Members> {
    let members = btree_map("[A-Z][a-z]{1,6}Unheard", anything(), 0..3);
    members.prop_map(|members| members.into_iter().collect())
}

/// An object with members that are always, sometimes, and never heard of.
fn object(
    always: impl Strategy<Value = Value>,
    sometimes: impl Strategy<Value = Vec<(&'static str, Option<Value>)>>,
) -> impl Strategy<Value = Value> {
    (always, sometimes, unheard()).prop_map(|(always, sometimes, unheard)| {
        let mut members = match always {
            Value::Object(members) => members,
            other => panic!("not an object: {other}"),
        };
        for (name, value) in sometimes {
            members.extend(value.map(|value| (name.to_owned(), value)));
        }
        members.extend(unheard);
        Value::Object(members)
    })
}

/// Each of these members, or not.
fn some(
    members: Vec<(&'static str, BoxedStrategy<Value>)>,
) -> impl Strategy<Value = Vec<(&'static str, Option<Value>)>> {
    let each = members
        .into_iter()
        .map(|(name, value)| option::of(value).prop_map(move |value| (name, value)));
    each.collect::<Vec<_>>()
}

fn of<T: Into<Value> + std::fmt::Debug + 'static>(
    value: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Value> {
    value.prop_map(Into::into).boxed()
}

fn one(words: &'static [&'static str]) -> BoxedStrategy<Value> {
    proptest::sample::select(words).prop_map(Value::from).boxed()
}

fn arn() -> BoxedStrategy<Value> {
    of("[a-z]{1,8}".prop_map(|name| format!("arn:aws:lambda:us-west-2:123456789012:function:{name}")))
}

fn code_text() -> BoxedStrategy<Value> {
    of("[a-zé ]{0,20}".prop_map(|text| format!("{text}{{####}}")))
}

fn policies() -> impl Strategy<Value = Value> {
    let passwords = object(
        (6..=99_u32, 1..=365_u32).prop_map(
            |(length, days)| json!({ "MinimumLength": length, "TemporaryPasswordValidityDays": days }),
        ),
        some(vec![
            ("RequireUppercase", of(any::<bool>())),
            ("RequireSymbols", of(any::<bool>())),
            ("PasswordHistorySize", of(0..=24_u32)),
        ]),
    );
    let sign_in = json!({ "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] });
    object(
        passwords.prop_map(|passwords| json!({ "PasswordPolicy": passwords })),
        Just(vec![("SignInPolicy", Some(sign_in))]),
    )
}

fn lambda() -> impl Strategy<Value = Value> {
    let twins = option::of((arn(), any::<bool>()));
    let rest = some(vec![
        ("PreSignUp", arn()),
        ("KMSKeyID", arn()),
        (
            "CustomEmailSender",
            arn()
                .prop_map(|arn| json!({ "LambdaVersion": "V1_0", "LambdaArn": arn }))
                .boxed(),
        ),
        (
            "InboundFederation",
            arn()
                .prop_map(|arn| json!({ "LambdaVersion": "V1_0", "LambdaArn": arn }))
                .boxed(),
        ),
    ]);
    object(
        Just(json!({})),
        (rest, twins).prop_map(|(mut rest, twins)| {
            if let Some((arn, both)) = twins {
                rest.push((
                    "PreTokenGenerationConfig",
                    Some(json!({ "LambdaVersion": "V2_0", "LambdaArn": arn })),
                ));
                rest.push(("PreTokenGeneration", both.then_some(arn)));
            }
            rest
        }),
    )
}

/// The verification texts: in the template and flat, or as a link.
fn texts() -> impl Strategy<Value = Members> {
    let link = of("[a-z]{0,9}".prop_map(|text| format!("{text} {{##here##}}")));
    let kinds = prop_oneof![
        4 => code_text().prop_map(|text| ("CONFIRM_WITH_CODE", Some(text), None)),
        4 => link.clone().prop_map(|text| ("CONFIRM_WITH_LINK", None, Some(text))),
        1 => (code_text(), link).prop_map(|(code, link)| ("CONFIRM_WITH_LINK", Some(code), Some(link))),
    ];
    let more = some(vec![
        ("SmsMessage", code_text()),
        ("EmailSubject", of("[a-z]{1,20}")),
    ]);
    (option::of(kinds), more, unheard()).prop_map(|(kind, more, unheard)| {
        let mut template = unheard;
        template.insert("DefaultEmailOption".into(), json!("CONFIRM_WITH_CODE"));
        if let Some((option, code, link)) = kind {
            template.insert("DefaultEmailOption".into(), json!(option));
            template.extend(code.map(|text| ("EmailMessage".to_owned(), text)));
            template.extend(link.map(|text| ("EmailMessageByLink".to_owned(), text)));
        }
        for (name, text) in more {
            template.extend(text.map(|text| (name.to_owned(), text)));
        }
        let mut members = Members::new();
        let twins = [
            ("EmailMessage", "EmailVerificationMessage"),
            ("EmailSubject", "EmailVerificationSubject"),
            ("SmsMessage", "SmsVerificationMessage"),
        ];
        for (inside, flat) in twins {
            members.extend(template.get(inside).map(|text| (flat.to_owned(), text.clone())));
        }
        members.insert("VerificationMessageTemplate".into(), Value::Object(template));
        members
    })
}

fn tags() -> impl Strategy<Value = Value> {
    let of_aws = json!({ "aws:cloudformation:stack-name": "s", "aws:cloudformation:stack-id": "i" });
    (any::<bool>(), btree_map("[a-zäA-Z]{1,6}", "[a-z ]{0,6}", 0..3)).prop_map(move |(stack, own)| {
        let mut tags = json!(own);
        if let (true, Value::Object(tags), Value::Object(of_aws)) = (stack, &mut tags, of_aws.clone()) {
            tags.extend(of_aws);
        }
        tags
    })
}

fn add_ons() -> BoxedStrategy<Value> {
    let flows = object(
        Just(json!({})),
        some(vec![("CustomAuthMode", one(&["AUDIT", "ENFORCED"]))]),
    );
    let mode = one(&["OFF", "AUDIT", "ENFORCED"]).prop_map(|mode| json!({ "AdvancedSecurityMode": mode }));
    let flows = option::of(flows).prop_map(|flows| vec![("AdvancedSecurityAdditionalFlows", flows)]);
    object(mode, flows).boxed()
}

/// What a description always has.
fn always() -> impl Strategy<Value = Value> {
    let mails = object(
        Just(json!({ "EmailSendingAccount": "DEVELOPER" })),
        some(vec![
            ("From", of("[a-z]{1,5}@example.com")),
            ("ReplyToEmailAddress", of("[a-z]{1,5}@example.com")),
        ]),
    );
    let invitations = object(
        any::<bool>().prop_map(|only| json!({ "AllowAdminCreateUserOnly": only })),
        some(vec![(
            "InviteMessageTemplate",
            Just(json!({ "EmailSubject": "Hello" })).boxed(),
        )]),
    );
    let parts = (
        policies(),
        lambda(),
        mails,
        invitations,
        one(&["ACTIVE", "INACTIVE"]),
        one(&["OFF", "ON", "OPTIONAL"]),
        one(&["AWS_OWNED_KEY", "CUSTOMER_MANAGED_KEY"]),
        one(&["ORIGINAL", "UPDATED"]),
    );
    parts.prop_map(|(policies, lambda, mails, invitations, deletion, mfa, key, issuer)| {
        json!({
            "Name": "customers", "CreationDate": 1_780_000_000.25, "LastModifiedDate": 1_790_000_000.5,
            "EstimatedNumberOfUsers": 42, "Status": "Enabled", "SchemaAttributes": [{ "Name": "sub" }],
            "UsernameConfiguration": { "CaseSensitive": false }, "UsernameAttributes": ["email"],
            "Policies": policies, "LambdaConfig": lambda, "EmailConfiguration": mails,
            "AdminCreateUserConfig": invitations, "DeletionProtection": deletion, "MfaConfiguration": mfa,
            "KeyConfiguration": { "KeyType": key }, "IssuerConfiguration": { "Type": issuer },
            "AccountRecoverySetting": { "RecoveryMechanisms": [{ "Priority": 1, "Name": "verified_email" }] },
        })
    })
}

/// What a description sometimes has.
fn sometimes() -> impl Strategy<Value = Vec<(&'static str, Option<Value>)>> {
    let sms = object(
        arn().prop_map(|arn| json!({ "SnsCallerArn": arn })),
        some(vec![("ExternalId", of("[a-z]{1,9}"))]),
    );
    let devices = (any::<bool>(), any::<bool>()).prop_map(|(challenge, prompt)| {
        json!({ "ChallengeRequiredOnNewDevice": challenge, "DeviceOnlyRememberedOnUserPrompt": prompt })
    });
    let registration = object(
        Just(json!({})),
        some(vec![("EnableStatus", one(&["Enabled", "Disabled"]))]),
    );
    let levels = of("[a-z]{1,9}").prop_map(|name| json!({ "Level1": { "AcrValue": name } }));
    some(vec![
        ("Domain", of("[a-z]{1,9}")),
        ("CustomDomain", of("[a-z]{1,9}")),
        ("AliasAttributes", Just(json!(["email"])).boxed()),
        ("SmsConfigurationFailure", of("[a-z]{1,9}")),
        ("SmsAuthenticationMessage", code_text()),
        ("SmsConfiguration", sms.boxed()),
        ("DeviceConfiguration", devices.boxed()),
        ("DcrConfiguration", registration.boxed()),
        ("AcrConfiguration", levels.boxed()),
        ("UserPoolTags", tags().boxed()),
        ("UserPoolAddOns", add_ons()),
        (
            "AutoVerifiedAttributes",
            Just(json!(["email", "phone_number"])).boxed(),
        ),
    ])
}

/// A pool of a plan, as the service describes it.
pub fn pool() -> impl Strategy<Value = Members> {
    let plan = one(&["LITE", "ESSENTIALS", "PLUS", "PLUS", "PLUS"]);
    let updates = option::of(Just(
        json!({ "AttributesRequireVerificationBeforeUpdate": ["email"] }),
    ));
    (object(always(), sometimes()), texts(), plan, updates).prop_map(|(pool, texts, plan, updates)| {
        let Value::Object(mut pool) = pool else {
            panic!("objects are made of objects")
        };
        pool.extend(texts);
        // No pool of that plan has threat protection.
        if plan == "ESSENTIALS" {
            pool.remove("UserPoolAddOns");
        }
        pool.insert("UserPoolTier".into(), plan);
        if pool.contains_key("AutoVerifiedAttributes") {
            pool.extend(updates.map(|updates| ("UserAttributeUpdateSettings".to_owned(), updates)));
        }
        pool
    })
}

/// A client, as the service describes it.
pub fn client() -> impl Strategy<Value = Members> {
    let always = (1..=3650_u32, 3..=15_u32, any::<[bool; 3]>()).prop_map(|(refresh, session, flags)| {
        json!({
            "ClientName": "web", "ClientSecret": crate::support::aws::SECRET, "CreationDate": 1_780_000_000.25,
            "LastModifiedDate": 1_790_000_000.5, "ClientType": "REGULAR",
            "RefreshTokenValidity": refresh, "AuthSessionValidity": session,
            "EnableTokenRevocation": flags[0], "AllowedOAuthFlowsUserPoolClient": flags[1],
            "EnablePropagateAdditionalUserContextData": flags[2],
        })
    });
    let flows = [
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
    ];
    let flows = proptest::sample::subsequence(flows.to_vec(), 0..=3).prop_shuffle();
    let always = (always, flows, one(&["LEGACY", "ENABLED"])).prop_map(|(mut client, flows, errors)| {
        client["ExplicitAuthFlows"] = json!(flows);
        client["PreventUserExistenceErrors"] = errors;
        client
    });
    let sometimes = some(vec![
        ("AccessTokenValidity", of(1..=24_u32)),
        (
            "TokenValidityUnits",
            Just(json!({ "AccessToken": "hours", "RefreshToken": "days" })).boxed(),
        ),
        ("ReadAttributes", of(vec("[a-z]{1,5}", 0..3))),
        ("WriteAttributes", of(vec("[a-z]{1,5}", 0..3))),
        ("CallbackURLs", of(vec("https://[a-z]{1,5}", 0..3))),
        ("AllowedOAuthFlows", Just(json!(["code"])).boxed()),
        (
            "SupportedIdentityProviders",
            Just(json!(["COGNITO", "Google"])).boxed(),
        ),
        (
            "RefreshTokenRotation",
            Just(json!({ "Feature": "ENABLED" })).boxed(),
        ),
    ]);
    object(always, sometimes).prop_map(|client| match client {
        Value::Object(client) => client,
        other => panic!("objects are made of objects: {other}"),
    })
}
