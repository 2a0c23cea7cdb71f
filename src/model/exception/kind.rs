//! Ranges that the public internet does not carry.

use ipnet::IpNet;

/// Special ranges and their names (IANA special-purpose address registries).
const SPECIAL: [(&str, &str); 23] = [
    ("0.0.0.0/8", "unspecified"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "carrier-grade NAT"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.2.0/24", "documentation"),
    ("192.168.0.0/16", "private"),
    ("198.18.0.0/15", "benchmarking"),
    ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
    ("::/128", "unspecified"),
    ("::1/128", "loopback"),
    ("2001:2::/48", "benchmarking"),
    ("2001:db8::/32", "documentation"),
    ("3fff::/20", "documentation"),
    ("fc00::/7", "unique local"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
    ("64:ff9b:1::/48", "private"),
];

/// The kind of a range that lies wholly in a special range, such as `private` or `documentation`:
/// requests never come from there unless context data is forwarded (docs/facts.md, "Addresses behind a server").
/// `None` for public ranges and for ranges that hold public addresses as well.
pub fn kind(net: &IpNet) -> Option<&'static str> {
    let inside = |special: &str| special.parse::<IpNet>().is_ok_and(|s| s.contains(&net.trunc()));
    SPECIAL
        .iter()
        .find(|(special, _)| inside(special))
        .map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<&'static str> {
        kind(&text.parse().unwrap())
    }

    /// Every special range parses has no host bits and names itself.
    #[test]
    fn special_ranges_parse() {
        for (text, name) in SPECIAL {
            let net: IpNet = text.parse().unwrap();
            assert_eq!(net, net.trunc(), "{text}");
            assert_eq!(kind(&net), Some(name), "{text}");
        }
    }

    #[test]
    fn edges_of_ranges() {
        for (text, expected) in [
            ("172.15.255.255/32", None),
            ("172.16.0.0/32", Some("private")),
            ("172.31.255.255/32", Some("private")),
            ("172.32.0.0/32", None),
            ("100.63.255.255/32", None),
            ("100.127.255.255/32", Some("carrier-grade NAT")),
            ("255.255.255.255/32", Some("reserved")),
            ("198.20.0.0/16", None),
            ("192.0.2.77/24", Some("documentation")),
            ("10.0.0.0/7", None),
            ("0.0.0.0/0", None),
            ("8.8.8.0/24", None),
            ("::/0", None),
            ("2001:db9::/32", None),
            ("2600::/16", None),
            ("fdff::/16", Some("unique local")),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }
}
