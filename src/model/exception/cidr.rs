//! Judges one text that should be CIDR. docs/facts.md, "IP exceptions".

use std::net::IpAddr;

use ipnet::IpNet;

/// What a text that should be CIDR is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CidrCheck {
    /// The range as written, host bits included; `None` where the text is not CIDR.
    pub net: Option<IpNet>,
    /// The text is an address without a prefix length, which Cognito rejects (docs/facts.md, "IP exceptions").
    pub bare_address: bool,
    /// Bits beyond the prefix are set: `10.0.0.1/8`. Whether Cognito accepts that is unconfirmed.
    pub host_bits: bool,
    /// Readable, but not written as the standard does: leading zeros (`010.0.0.0/8`, `/08`),
    /// IPv6 in upper case or not shortened, blanks around it.
    pub non_canonical: bool,
    /// The text that is plainly meant, where it differs from what is written; `None` where
    /// nothing is plain.
    pub canonical: Option<String>,
}

impl CidrCheck {
    /// Whether the text is CIDR and nothing is to be said about it.
    pub fn is_clean(&self) -> bool {
        self.net.is_some() && !self.host_bits && !self.non_canonical
    }

    /// A part of an IPv4 address has a leading zero, which some software reads as octal: what
    /// `net` holds (decimal) may not be what Cognito understands, and there is no plain fix.
    pub fn is_ambiguous(&self) -> bool {
        self.net.is_some() && self.non_canonical && self.canonical.is_none()
    }
}

/// Reads a text. Never fails: what is not CIDR has no `net`.
pub fn check(text: &str) -> CidrCheck {
    let trimmed = text.trim();
    let blanks = trimmed != text;
    if let Ok(address) = trimmed.parse::<IpAddr>() {
        return CidrCheck {
            bare_address: true,
            non_canonical: blanks || address.to_string() != trimmed,
            canonical: Some(IpNet::from(address).to_string()),
            ..CidrCheck::default()
        };
    }
    let Some(net) = read(trimmed) else {
        return CidrCheck::default();
    };
    let ambiguous = ipv4_leading_zero(trimmed);
    let canonical = net.trunc().to_string();
    CidrCheck {
        net: (!blanks).then_some(net),
        bare_address: false,
        host_bits: net != net.trunc(),
        non_canonical: net.to_string() != text,
        canonical: (!ambiguous && canonical != text).then_some(canonical),
    }
}

/// The library's reading, narrowed to digits where it is less strict than the standard's notation.
fn read(text: &str) -> Option<IpNet> {
    let (_, length) = text.rsplit_once('/')?;
    if length.is_empty() || !length.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Whether the IPv4 part has a component such as `010`; `00` and `0` mean the same in any base.
fn ipv4_leading_zero(text: &str) -> bool {
    let address = text.split('/').next().unwrap_or_default();
    let dotted = address.rsplit(':').next().unwrap_or_default();
    dotted.contains('.')
        && dotted
            .split('.')
            .any(|part| part.len() > 1 && part.starts_with('0') && part.bytes().any(|b| b != b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(text: &str) -> Option<String> {
        check(text).canonical
    }

    #[test]
    fn clean_ranges_have_nothing_to_fix() {
        for text in [
            "192.0.2.0/24",
            "192.0.2.1/32",
            "0.0.0.0/0",
            "2001:db8::/32",
            "::/0",
            "::ffff:192.0.2.0/120",
        ] {
            let found = check(text);
            assert!(found.is_clean(), "{text}: {found:?}");
            assert_eq!(found.canonical, None, "{text}");
        }
    }

    #[test]
    fn no_cidr_at_all() {
        for text in [
            "",
            "/",
            "office",
            "10.0.0.0/33",
            "2001:db8::/129",
            "10.0.0.0/255.0.0.0",
            "10.0.0/8",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0.0/ 8",
            "10.0.0.0/8/8",
            "256.0.0.0/8",
            "10.0.0.0/٨",
            "010.0.0.1",
            "fe80::1%eth0/64",
            "10.0.0.0-10.0.0.9",
        ] {
            assert_eq!(check(text), CidrCheck::default(), "{text}");
        }
    }

    #[test]
    fn bare_addresses_are_one_address_wide() {
        let found = check("192.0.2.7");
        assert!(found.bare_address && found.net.is_none() && !found.is_clean());
        assert_eq!(found.canonical.as_deref(), Some("192.0.2.7/32"));
        assert_eq!(fix("2001:DB8::1").as_deref(), Some("2001:db8::1/128"));
    }

    #[test]
    fn host_bits_are_cut_off() {
        let found = check("10.0.0.1/8");
        assert!(found.host_bits && !found.non_canonical);
        assert_eq!(found.canonical.as_deref(), Some("10.0.0.0/8"));
        assert_eq!(fix("2001:db8::1/32").as_deref(), Some("2001:db8::/32"));
    }

    #[test]
    fn odd_spellings_with_a_plain_meaning() {
        for (text, meant) in [
            ("10.0.0.0/08", "10.0.0.0/8"),
            ("2001:DB8::/32", "2001:db8::/32"),
            ("2001:db8:0:0:0:0:0:0/32", "2001:db8::/32"),
            ("2001:0db8::/32", "2001:db8::/32"),
            ("10.00.0.0/8", "10.0.0.0/8"),
        ] {
            let found = check(text);
            assert!(
                found.non_canonical && !found.is_ambiguous() && found.net.is_some(),
                "{text}: {found:?}"
            );
            assert_eq!(found.canonical.as_deref(), Some(meant), "{text}");
        }
    }

    /// Leading zeros in IPv4 have no plain meaning.
    #[test]
    fn ipv4_leading_zeros_ambiguous() {
        for text in ["010.0.0.0/8", "10.0.0.08/32", "::ffff:010.0.0.0/120"] {
            let found = check(text);
            assert!(found.net.is_none() || found.is_ambiguous(), "{text}: {found:?}");
            assert_eq!(found.canonical, None, "{text}");
            assert!(!found.is_clean(), "{text}");
        }
    }

    /// Blanks around are no CIDR with a plain fix.
    #[test]
    fn surrounding_blanks_have_a_fix() {
        let found = check(" 192.0.2.0/24\n");
        assert!(found.net.is_none() && found.non_canonical);
        assert_eq!(found.canonical.as_deref(), Some("192.0.2.0/24"));
    }
}
