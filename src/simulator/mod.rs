//! A simulated AWS on loopback: enough of Cognito, CloudWatch, SNS and STS for tests, benches and the demo.
