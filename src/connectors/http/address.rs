//! Addresses: what may be asked, and what is shown of it.

use std::net::IpAddr;

use reqwest::Url;

use super::super::ConnectorError;

/// The key of the setting.
pub const ADDRESS: &str = "address";

/// Reads the address of a system: `https`, or `http` on this machine alone, because a token goes with each request.
pub fn read(text: &str) -> Result<Url, ConnectorError> {
    let wrong = |reason: &str, help: &str| ConnectorError::Value {
        key: ADDRESS,
        reason: reason.to_owned(),
        help: help.to_owned(),
    };
    let mut url = Url::parse(text.trim()).map_err(|error| {
        wrong(&format!("it is no address: {error}"), "write it whole, such as https://id.example.com/scim/v2")
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(
            "it holds a name or a password",
            "take them out; secrets have settings of their own",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it holds a `?` or a `#`", "leave out what follows the path"));
    }
    match url.scheme() {
        "https" => {}
        "http" if is_here(&url) => {}
        "http" => {
            return Err(wrong("it would send the token unencrypted", "begin it with https://"));
        }
        _ => return Err(wrong("it is no web address", "begin it with https://")),
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(wrong("it names no host", "write it whole, such as https://id.example.com/scim/v2"));
    }
    // So that what is put behind it stays below it.
    let path = format!("{}/", url.path().trim_end_matches('/'));
    url.set_path(&path);
    Ok(url)
}

/// Whether an address leads to this machine.
fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether two addresses lead to the same system: scheme, host and port.
pub fn is_same_origin(one: &Url, other: &Url) -> bool {
    one.origin() == other.origin()
}

/// An address as it is shown: without what may be secret.
pub fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.as_str().trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_keep_a_token_safe_are_taken() {
        for good in
            ["https://a.example/scim/v2", "http://127.0.0.1:8080", "http://[::1]:8080/x", "http://localhost"]
        {
            assert!(read(good).unwrap().path().ends_with('/'), "{good}");
        }
        for (bad, word) in [
            ("http://a.example", "unencrypted"),
            ("http://127.0.0.1.example", "unencrypted"),
            ("https://me:secret@a.example", "password"),
            ("ftp://a.example", "web"),
            ("a.example", "no address"),
            ("https://a.example/?x=1", "`?`"),
            ("", "no address"),
        ] {
            let error = read(bad).unwrap_err().to_string();
            assert!(error.contains(word) && !error.contains("secret"), "{bad}: {error}");
        }
    }

    #[test]
    fn another_port_is_another_origin() {
        let url = |text: &str| Url::parse(text).unwrap();
        assert!(is_same_origin(&url("https://a.example/x"), &url("https://a.example:443/y?z")));
        for other in ["https://a.example:8443/x", "http://a.example/x", "https://b.a.example/x"] {
            assert!(!is_same_origin(&url("https://a.example/x"), &url(other)), "{other}");
        }
    }
}
