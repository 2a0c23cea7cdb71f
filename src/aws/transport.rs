//! How requests reach AWS: through the proxy that the environment names, and to this machine without one.

use std::collections::BTreeMap;
use std::error::Error;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::{Builder, Connector as HyperConnector, tls};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use hyper::Uri;
use hyper_util::client::legacy::Error as HyperError;
use hyper_util::client::proxy::matcher::Matcher;

use crate::aws::causes::causes;

/// Attempts to connect to a host that never answered, over all calls of a run. More would only take time: nobody is there. A host
/// that did answer is tried as often as the limits say.
const UNANSWERED: u32 = 3;

/// No connection came about, so that nothing was sent.
#[derive(Debug, thiserror::Error)]
#[error("could not connect to {address}")]
pub(super) struct Unreached {
    /// Scheme, host and port that were to be reached. May hold a password.
    pub(super) address: String,
    /// The proxy that was asked to connect, if one was. May hold a password.
    pub(super) proxy: Option<String>,
    source: ConnectorError,
}

/// The HTTP client of every session of a connector; clones share what they know of hosts.
#[derive(Clone, Debug)]
pub(super) struct Transport {
    direct: SharedHttpClient,
    by_environment: SharedHttpClient,
    hosts: Arc<Mutex<BTreeMap<String, Host>>>,
}

/// What is known of a host.
#[derive(Clone, Copy, Debug, Default)]
struct Host {
    failures: u32,
    answered: bool,
}

impl Transport {
    /// A client. Nothing is opened, and no certificate is read, before the first request.
    pub(super) fn new() -> Self {
        Self {
            direct: client(ProxyConfig::disabled),
            by_environment: client(ProxyConfig::from_env),
            hosts: Arc::default(),
        }
    }

    fn host(&self, address: &str, change: impl FnOnce(&mut Host)) -> Host {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let host = hosts.entry(address.to_owned()).or_default();
        change(host);
        *host
    }

    /// The error of an attempt, with the address; one that is not worth another attempt once the host has had its number.
    fn failed(&self, address: String, proxy: Option<String>, source: ConnectorError) -> ConnectorError {
        if !never_connected(&source) {
            return source;
        }
        let host = self.host(&address, |host| host.failures += 1);
        let late = source.is_timeout();
        let error = Box::new(Unreached {
            address,
            proxy,
            source,
        });
        if !host.answered && host.failures >= UNANSWERED {
            ConnectorError::other(error, None)
        } else if late {
            ConnectorError::timeout(error)
        } else {
            ConnectorError::io(error)
        }
    }
}

impl HttpClient for Transport {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Route {
            transport: self.clone(),
            settings: settings.clone(),
            components: components.clone(),
        })
    }
}

/// The way of one call.
#[derive(Debug)]
struct Route {
    transport: Transport,
    settings: HttpConnectorSettings,
    components: RuntimeComponents,
}

impl HttpConnector for Route {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let uri: Option<Uri> = request.uri().parse().ok();
        let local = uri.as_ref().is_some_and(is_loopback);
        let transport = self.transport.clone();
        let client = if local {
            &transport.direct
        } else {
            &transport.by_environment
        };
        let answer = client
            .http_connector(&self.settings, &self.components)
            .call(request);
        HttpConnectorFuture::new(async move {
            let address = uri.as_ref().map(address).unwrap_or_default();
            match answer.await {
                Ok(response) => {
                    transport.host(&address, |host| host.answered = true);
                    Ok(response)
                }
                Err(error) => {
                    let proxy = uri.as_ref().filter(|_| !local).and_then(proxy);
                    Err(transport.failed(address, proxy, error))
                }
            }
        })
    }
}

/// As the SDK's own client, but for the proxy.
fn client(proxy: fn() -> ProxyConfig) -> SharedHttpClient {
    Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = HyperConnector::builder()
            .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc));
        connector.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            connector.set_sleep_impl(components.sleep_impl());
        }
        connector.set_proxy_config(Some(proxy()));
        connector.build()
    })
}

/// Whether an address is of this machine, which no proxy reaches.
pub(super) fn is_loopback(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default().trim_end_matches('.');
    let name = host.to_ascii_lowercase();
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    name == "localhost"
        || name.ends_with(".localhost")
        || literal.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

fn address(uri: &Uri) -> String {
    let scheme = uri.scheme_str().unwrap_or("https");
    let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
    format!("{scheme}://{authority}")
}

/// The proxy that the environment names for an address.
fn proxy(uri: &Uri) -> Option<String> {
    let found = Matcher::from_env().intercept(uri)?;
    Some(address(found.uri()))
}

/// Whether no connection came about: it was refused, the name has no address, the proxy did not connect, or nobody answered in
/// time.
fn never_connected(error: &ConnectorError) -> bool {
    error.is_timeout() || refused(error)
}

/// Whether no connection came about for another reason than time, so that nothing was sent.
pub(super) fn refused(error: &ConnectorError) -> bool {
    let mut hyper = causes(error).filter_map(<dyn Error>::downcast_ref);
    hyper.any(HyperError::is_connect)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_this_machine() {
        for (uri, local) in [
            ("http://127.0.0.1:4566/", true),
            ("http://127.8.9.1/", true),
            ("http://localhost:80/", true),
            ("http://LOCALHOST./", true),
            ("http://cognito-idp.localhost:4566/", true),
            ("http://[::1]:4566/", true),
            ("http://10.0.0.1/", false),
            ("http://[::2]/", false),
            ("http://localhost.example.com/", false),
            ("https://cognito-idp.us-west-2.amazonaws.com/", false),
            ("http://169.254.169.254/", false),
        ] {
            assert_eq!(is_loopback(&uri.parse().unwrap()), local, "{uri}");
        }
    }

    fn refusal() -> ConnectorError {
        ConnectorError::timeout("nobody answered".into())
    }

    /// A host that never answered is given up; one that did is not.
    #[test]
    fn a_host_that_never_answered_is_given_up() {
        let transport = Transport::new();
        let fail = || {
            transport
                .failed("http://a".to_owned(), None, refusal())
                .is_timeout()
        };
        assert_eq!([fail(), fail(), fail(), fail()], [true, true, false, false]);
        transport.host("http://a", |host| host.answered = true);
        assert!(fail(), "it may come back");
        let other = transport.failed("http://b".to_owned(), None, refusal());
        assert!(other.is_timeout(), "another host is another matter");
        let sent = ConnectorError::io("reset".into());
        let same = transport.failed("http://c".to_owned(), None, sent);
        assert!(
            same.is_io() && !never_connected(&same),
            "it was sent, or may have been"
        );
    }
}
