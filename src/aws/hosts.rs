//! Where AWS was asked: a variable, or a line of a profile, can lead every call to somebody else's service.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::aws::redact::clean;

/// Where the names of AWS's own hosts end, whatever the partition.
const OF_AWS: [&str; 7] = [
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".amazonaws.eu",
    ".api.aws",
    ".api.amazonwebservices.com.cn",
    ".c2s.ic.gov",
    ".sc2s.sgov.gov",
];

/// The addresses that were asked and are none of AWS's; clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Hosts(Arc<Mutex<BTreeSet<String>>>);

impl Hosts {
    /// Keeps the address of a request, unless it is AWS's.
    pub(super) fn asked(&self, uri: &str) {
        if let Some(address) = elsewhere(uri) {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(clean(address));
        }
    }

    /// All of them, in order.
    pub(super) fn all(&self) -> Vec<String> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().cloned().collect()
    }
}

/// Scheme and host of an address that is none of AWS's.
pub(super) fn elsewhere(uri: &str) -> Option<&str> {
    let (scheme, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let name = host.split(':').next()?.to_ascii_lowercase();
    let ours = scheme == "https" && OF_AWS.iter().any(|end| name.ends_with(end));
    (!ours).then(|| &uri[..scheme.len() + "://".len() + authority.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is not AWS is kept once and without who asks.
    #[test]
    fn foreign_hosts_kept_once_anonymized() {
        let hosts = Hosts::default();
        for uri in [
            "https://cognito-idp.us-west-2.amazonaws.com/",
            "https://cognito-idp.cn-north-1.amazonaws.com.cn",
            "https://vpce-1-2.cognito-idp.us-west-2.vpce.amazonaws.com/?x=1",
            "https://sts.us-west-2.api.aws/",
        ] {
            hosts.asked(uri);
        }
        assert_eq!(hosts.all(), Vec::<String>::new());
        for uri in [
            "http://127.0.0.1:4566/",
            "http://127.0.0.1:4566/?Action=x",
            "https://amazonaws.com.example.com/",
            "https://notamazonaws.com",
            "http://cognito-idp.us-west-2.amazonaws.com/",
            "https://user:hunter2hunter2@proxy.example:8443/x",
        ] {
            hosts.asked(uri);
        }
        assert_eq!(
            hosts.all(),
            [
                "http://127.0.0.1:4566",
                "http://cognito-idp.us-west-2.amazonaws.com",
                "https://(not shown)@proxy.example:8443",
                "https://amazonaws.com.example.com",
                "https://notamazonaws.com",
            ]
        );
    }
}
