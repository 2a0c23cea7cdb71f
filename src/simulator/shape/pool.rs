//! The shapes of the writes to a pool, as in the API reference of each call. docs/facts.md, "Ids, names and ARNs".

use crate::model::arn;
use crate::simulator::shape::check::{Shape, may, must};
use crate::simulator::shape::common::{ARN, POOL_ID, TEXT};

pub(super) const UPDATE: Shape = Shape::Of(&[
    must("UserPoolId", &POOL_ID),
    may("PoolName", &Shape::Text(1, 128)),
    may("Policies", &POLICIES),
    may("DeletionProtection", &Shape::OneOf(&["ACTIVE", "INACTIVE"])),
    may("LambdaConfig", &LAMBDA),
    may("AutoVerifiedAttributes", &VERIFIED),
    may("SmsVerificationMessage", &SMS),
    may("EmailVerificationMessage", &EMAIL),
    may("EmailVerificationSubject", &SUBJECT),
    may("VerificationMessageTemplate", &TEMPLATE),
    may("SmsAuthenticationMessage", &SMS),
    may("UserAttributeUpdateSettings", &ATTRIBUTE_UPDATES),
    may("MfaConfiguration", &MFA),
    may("DeviceConfiguration", &DEVICES),
    may("EmailConfiguration", &EMAIL_SENDER),
    may("SmsConfiguration", &SMS_SENDER),
    may("UserPoolTags", &Shape::Texts),
    may("AdminCreateUserConfig", &ADMIN_CREATE),
    may("UserPoolAddOns", &ADD_ONS),
    may("AccountRecoverySetting", &RECOVERY),
    may("UserPoolTier", &Shape::OneOf(&["LITE", "ESSENTIALS", "PLUS"])),
    may("KeyConfiguration", &KEY),
    may("IssuerConfiguration", &ISSUER),
    may("AcrConfiguration", &Shape::Of(&[])),
    may("DcrConfiguration", &Shape::Of(&[])),
]);

pub(super) const SET_MFA: Shape = Shape::Of(&[
    must("UserPoolId", &POOL_ID),
    may(
        "SmsMfaConfiguration",
        &Shape::Of(&[
            may("SmsAuthenticationMessage", &SMS),
            may("SmsConfiguration", &SMS_SENDER),
        ]),
    ),
    may(
        "SoftwareTokenMfaConfiguration",
        &Shape::Of(&[may("Enabled", &Shape::Flag)]),
    ),
    may(
        "EmailMfaConfiguration",
        &Shape::Of(&[may("Message", &EMAIL), may("Subject", &SUBJECT)]),
    ),
    may("MfaConfiguration", &MFA),
    may("WebAuthnConfiguration", &WEB_AUTHN),
]);

pub(super) const SET_LOG_DELIVERY: Shape = Shape::Of(&[
    must("UserPoolId", &POOL_ID),
    must("LogConfigurations", &Shape::List(0, 2, &LOG_CONFIGURATION)),
]);

const MFA: Shape = Shape::OneOf(&["OFF", "ON", "OPTIONAL"]);
const SMS: Shape = Shape::Like(6, 140, has_code, r".*\{####\}.*");
const EMAIL: Shape = Shape::Text(6, 20_000);
const SUBJECT: Shape = Shape::Text(1, 140);
const VERIFIED: Shape = Shape::List(0, usize::MAX, &Shape::OneOf(&["phone_number", "email"]));

const POLICIES: Shape = Shape::Of(&[
    may("PasswordPolicy", &PASSWORDS),
    may(
        "SignInPolicy",
        &Shape::Of(&[may("AllowedFirstAuthFactors", &Shape::List(1, 5, &FACTOR))]),
    ),
]);

const FACTOR: Shape = Shape::OneOf(&["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "SOFTWARE_TOKEN"]);

const PASSWORDS: Shape = Shape::Of(&[
    may("MinimumLength", &Shape::Whole(6, 99)),
    may("RequireUppercase", &Shape::Flag),
    may("RequireLowercase", &Shape::Flag),
    may("RequireNumbers", &Shape::Flag),
    may("RequireSymbols", &Shape::Flag),
    may("PasswordHistorySize", &Shape::Whole(0, 24)),
    may("TemporaryPasswordValidityDays", &Shape::Whole(0, 365)),
]);

const LAMBDA: Shape = Shape::Of(&[
    may("PreSignUp", &ARN),
    may("CustomMessage", &ARN),
    may("PostConfirmation", &ARN),
    may("PreAuthentication", &ARN),
    may("PostAuthentication", &ARN),
    may("DefineAuthChallenge", &ARN),
    may("CreateAuthChallenge", &ARN),
    may("VerifyAuthChallengeResponse", &ARN),
    may("PreTokenGeneration", &ARN),
    may("UserMigration", &ARN),
    may(
        "PreTokenGenerationConfig",
        &Shape::Of(&[
            must("LambdaVersion", &Shape::OneOf(&["V1_0", "V2_0", "V3_0"])),
            must("LambdaArn", &ARN),
        ]),
    ),
    may("CustomSMSSender", &SENDER),
    may("CustomEmailSender", &SENDER),
    may("KMSKeyID", &ARN),
]);

const SENDER: Shape = Shape::Of(&[
    must("LambdaVersion", &Shape::OneOf(&["V1_0"])),
    must("LambdaArn", &ARN),
]);

const TEMPLATE: Shape = Shape::Of(&[
    may("SmsMessage", &SMS),
    may("EmailMessage", &EMAIL),
    may("EmailSubject", &SUBJECT),
    may("EmailMessageByLink", &EMAIL),
    may("EmailSubjectByLink", &SUBJECT),
    may(
        "DefaultEmailOption",
        &Shape::OneOf(&["CONFIRM_WITH_LINK", "CONFIRM_WITH_CODE"]),
    ),
]);

const ATTRIBUTE_UPDATES: Shape = Shape::Of(&[may("AttributesRequireVerificationBeforeUpdate", &VERIFIED)]);

const DEVICES: Shape = Shape::Of(&[
    may("ChallengeRequiredOnNewDevice", &Shape::Flag),
    may("DeviceOnlyRememberedOnUserPrompt", &Shape::Flag),
]);

const EMAIL_SENDER: Shape = Shape::Of(&[
    may("SourceArn", &ARN),
    may(
        "EmailSendingAccount",
        &Shape::OneOf(&["COGNITO_DEFAULT", "DEVELOPER"]),
    ),
    may("From", &TEXT),
    may("ConfigurationSet", &Shape::Text(1, 64)),
]);

const SMS_SENDER: Shape = Shape::Of(&[
    may("SnsCallerArn", &ARN),
    may("ExternalId", &TEXT),
    may("SnsRegion", &Shape::Text(5, 32)),
]);

const ADMIN_CREATE: Shape = Shape::Of(&[
    may("AllowAdminCreateUserOnly", &Shape::Flag),
    may("UnusedAccountValidityDays", &Shape::Whole(0, 365)),
    may(
        "InviteMessageTemplate",
        &Shape::Of(&[
            may("SMSMessage", &Shape::Text(6, 140)),
            may("EmailMessage", &EMAIL),
            may("EmailSubject", &SUBJECT),
        ]),
    ),
]);

const ADD_ONS: Shape = Shape::Of(&[
    must(
        "AdvancedSecurityMode",
        &Shape::OneOf(&["OFF", "AUDIT", "ENFORCED"]),
    ),
    may(
        "AdvancedSecurityAdditionalFlows",
        &Shape::Of(&[may("CustomAuthMode", &Shape::OneOf(&["AUDIT", "ENFORCED"]))]),
    ),
]);

const RECOVERY: Shape = Shape::Of(&[may("RecoveryMechanisms", &Shape::List(1, 2, &MECHANISM))]);

const MECHANISM: Shape = Shape::Of(&[
    must("Priority", &Shape::Whole(1, 2)),
    must(
        "Name",
        &Shape::OneOf(&["verified_email", "verified_phone_number", "admin_only"]),
    ),
]);

const KEY: Shape = Shape::Of(&[
    may(
        "KeyType",
        &Shape::OneOf(&["AWS_OWNED_KEY", "CUSTOMER_MANAGED_KEY"]),
    ),
    may("KmsKeyArn", &ARN),
]);

const ISSUER: Shape = Shape::Of(&[may("Type", &Shape::OneOf(&["ORIGINAL", "UPDATED"]))]);

const WEB_AUTHN: Shape = Shape::Of(&[
    may("RelyingPartyId", &Shape::Text(1, 127)),
    may("UserVerification", &Shape::OneOf(&["required", "preferred"])),
]);

const LOG_CONFIGURATION: Shape = Shape::Of(&[
    must("LogLevel", &Shape::OneOf(&["ERROR", "INFO"])),
    must(
        "EventSource",
        &Shape::OneOf(&["userNotification", "userAuthEvents"]),
    ),
    may(
        "CloudWatchLogsConfiguration",
        &Shape::Of(&[may("LogGroupArn", &ARN)]),
    ),
    may("S3Configuration", &Shape::Of(&[may("BucketArn", &BUCKET)])),
    may("FirehoseConfiguration", &Shape::Of(&[may("StreamArn", &ARN)])),
]);

const BUCKET: Shape = Shape::Like(
    3,
    1024,
    arn::fits_bucket,
    r"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:::[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?",
);

fn has_code(text: &str) -> bool {
    text.contains("{####}")
}
