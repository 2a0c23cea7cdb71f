//! Amazon Resource Names taken apart, and the shape that Cognito's API takes.

/// An ARN's six parts. Region and account may be empty, as in a bucket's ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: &'a str,
    /// Service, such as `ses`.
    pub service: &'a str,
    /// Region, such as `us-west-2`.
    pub region: &'a str,
    /// Account id.
    pub account: &'a str,
    /// All that follows, colons included: `identity/admin@example.com`, `log-group:name`.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes an ARN apart; `None` where the text is none: six parts between colons, the first
    /// `arn`, partition, service and resource not empty, no blanks or control characters.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (mut before, mut in_open) = (' ', false);
        let is_blank = |letter: char| {
            // What is not known of a text of a template is in words: `${parameter 'Who'}`.
            in_open = (before, letter) == ('$', '{') || (in_open && letter != '}');
            before = letter;
            letter.is_control() || (letter.is_whitespace() && !in_open)
        };
        if text.chars().any(is_blank) {
            return None;
        }
        let mut parts = text.splitn(6, ':');
        let mut part = || parts.next();
        let (prefix, arn) = (
            part()?,
            Self {
                partition: part()?,
                service: part()?,
                region: part()?,
                account: part()?,
                resource: part()?,
            },
        );
        let filled = [arn.partition, arn.service, arn.resource];
        (prefix == "arn" && filled.iter().all(|p| !p.is_empty())).then_some(arn)
    }

    /// The part of the resource before the first `/` or `:`, and what follows it:
    /// `("identity", "admin@example.com")`. A resource without either has an empty first part.
    pub fn kind_and_name(&self) -> (&'a str, &'a str) {
        self.resource
            .split_once(['/', ':'])
            .unwrap_or(("", self.resource))
    }
}

/// Whether a text has the shape that Cognito's API takes for most ARNs: SES identities, log
/// groups, delivery streams: 20 to 2,048 characters (docs/facts.md, "Ids, names and ARNs").
pub fn fits(text: &str) -> bool {
    let parts: Vec<_> = text.split(':').collect();
    (20..=2048).contains(&text.len())
        && parts.len() >= 6
        && parts.first() == Some(&"arn")
        && parts
            .get(4)
            .is_some_and(|account| !account.is_empty() && account.bytes().all(|b| b.is_ascii_digit()))
        && tail_fits(&parts, &[3])
}

/// Whether a text has the shape that Cognito's API takes for a bucket: region and account empty
/// (`BucketArn`, 3 to 1,024 characters; docs/facts.md, "Ids, names and ARNs").
pub fn fits_bucket(text: &str) -> bool {
    let parts: Vec<_> = text.split(':').collect();
    text.len() <= 1024
        && parts.first() == Some(&"arn")
        && parts.get(3..5).is_some_and(|p| p.iter().all(|s| s.is_empty()))
        && tail_fits(&parts, &[3, 4])
}

/// Six to eight parts of the pattern's characters, not empty except where allowed.
fn tail_fits(parts: &[&str], may_be_empty: &[usize]) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || "_+=/,.@-".contains(c);
    (6..=8).contains(&parts.len())
        && parts
            .iter()
            .enumerate()
            .all(|(i, part)| part.chars().all(good) && (!part.is_empty() || may_be_empty.contains(&i)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SES: &str = "arn:aws:ses:us-west-2:123456789012:identity/admin@example.com";

    #[test]
    fn parts_of_an_arn() {
        let arn = Arn::parse(SES).unwrap();
        assert_eq!(
            (arn.partition, arn.service, arn.region, arn.account),
            ("aws", "ses", "us-west-2", "123456789012")
        );
        assert_eq!(arn.kind_and_name(), ("identity", "admin@example.com"));
        let group = Arn::parse("arn:aws:logs:eu-west-1:1:log-group:/aws/vendedlogs:*").unwrap();
        assert_eq!(group.kind_and_name(), ("log-group", "/aws/vendedlogs:*"));
        let bucket = Arn::parse("arn:aws:s3:::logs").unwrap();
        assert_eq!((bucket.region, bucket.account), ("", ""));
        assert_eq!(bucket.kind_and_name(), ("", "logs"));
    }

    #[test]
    fn what_is_no_arn() {
        for text in [
            "",
            "arn",
            "arn:aws:ses:us-west-2:123456789012",
            "arn:aws:ses:us-west-2:123456789012:",
            "arn::ses:r:1:x",
            "arn:aws::r:1:x",
            "ARN:aws:ses:r:1:x",
            "arn:aws:ses:r:1:identity/a b",
            "arn:aws:ses:r:1:x\n",
            " arn:aws:ses:r:1:x",
        ] {
            assert_eq!(Arn::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_shapes_that_the_api_takes() {
        assert!(fits(SES));
        assert!(fits(
            "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vendedlogs"
        ));
        for text in [
            "arn:aws:logs:eu-west-1:123456789012:log-group:name:*",
            "arn:aws:s3:::a-bucket-of-logs",
            "arn:aws:ses:us-west-2:12345678901x:identity/a@b.c",
            "arn:a:s:r:1:x",
            "arn:aws:ses:us-west-2:123456789012:a:b:c:d",
            "arn:aws:ses:us-west-2:123456789012:identity/ä@example.com",
        ] {
            assert!(!fits(text), "{text}");
        }
        assert!(!fits(&format!("{SES}{}", "x".repeat(2048))));
        assert!(fits_bucket("arn:aws:s3:::logs"));
        assert!(!fits_bucket(SES));
        assert!(!fits_bucket("arn:aws:s3:::"));
        assert!(!fits_bucket("logs"));
    }
}
