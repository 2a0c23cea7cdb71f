//! Who a notification comes from, and whether an SES identity may send it.

/// The address in a `From` or `Reply-To` value: `admin@example.com`, or what stands in the last
/// angle brackets of `Administrator <admin@example.com>` (docs/facts.md, "`SetRiskConfiguration` and its limits").
/// `None` where there is no single address.
pub fn address_of(from: &str) -> Option<&str> {
    let from = from.trim();
    let address = match from.strip_suffix('>') {
        Some(open) => open.rsplit_once('<')?.1.trim(),
        None => from,
    };
    let (local, domain) = address.rsplit_once('@')?;
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>,;@".contains(c);
    let good = !local.is_empty() && !domain.is_empty() && !local.contains(odd) && !domain.contains(odd);
    good.then_some(address)
}

/// Whether an identity may send as an address: the same address, an address in a verified
/// domain, or in a subdomain of it. Letter case is left out of it; whether SES minds it is not
/// confirmed.
pub fn may_send_as(identity: &str, address: &str) -> bool {
    if identity.contains('@') {
        return identity.eq_ignore_ascii_case(address);
    }
    let Some((_, domain)) = address.rsplit_once('@') else {
        return false;
    };
    let (domain, verified) = (domain.to_ascii_lowercase(), identity.to_ascii_lowercase());
    let above = domain
        .strip_suffix(&verified)
        .is_some_and(|sub| sub.is_empty() || sub.ends_with('.'));
    !verified.is_empty() && above
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_bare_and_with_a_name() {
        for (from, address) in [
            ("admin@example.com", Some("admin@example.com")),
            ("Admin <admin@example.com>", Some("admin@example.com")),
            (
                " \"Doe <x>, J\" <j.doe+a@mail.example.com> ",
                Some("j.doe+a@mail.example.com"),
            ),
            ("<a@b>", Some("a@b")),
            ("Admin", None),
            ("", None),
            ("@example.com", None),
            ("admin@", None),
            ("a@b@c", None),
            ("a b@example.com", None),
            ("a@b.c, d@e.f", None),
            ("Admin admin@example.com>", None),
            ("Admin <admin@example.com", None),
        ] {
            assert_eq!(address_of(from), address, "{from}");
        }
    }

    #[test]
    fn identities_and_what_they_send_as() {
        for (identity, address, may) in [
            ("admin@example.com", "admin@example.com", true),
            ("admin@example.com", "Admin@Example.com", true),
            ("admin@example.com", "other@example.com", false),
            ("example.com", "any@example.com", true),
            ("example.com", "any@mail.EXAMPLE.com", true),
            ("example.com", "any@badexample.com", false),
            ("mail.example.com", "any@example.com", false),
            ("example.com", "example.com", false),
            ("", "a@b.c", false),
        ] {
            assert_eq!(may_send_as(identity, address), may, "{identity} {address}");
        }
    }
}
