//! Addresses: what may be asked, and what is shown of it.

use std::net::IpAddr;

use reqwest::Url;

use super::super::ConnectorError;

/// The key of the setting.
pub const ADDRESS: &str = "address";

/// A kind of addresses.
struct Kind {
    /// How those begin that nobody between can read.
    safe: &'static str,
    /// How those begin that others could read.
    open: &'static str,
    /// Whether the open ones are taken for other machines too, because they are made safe before anything is sent.
    is_made_safe: bool,
    /// What it is.
    word: &'static str,
    example: &'static str,
}

const WEB: Kind = Kind {
    safe: "https",
    open: "http",
    is_made_safe: false,
    word: "web address",
    example: "https://id.example.com/scim/v2",
};
const DIRECTORY: Kind = Kind {
    safe: "ldaps",
    open: "ldap",
    is_made_safe: true,
    word: "address of a directory",
    example: "ldaps://dc1.corp.example",
};

/// The address of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// As it is asked and shown: `ldaps://dc1.corp.example`, with the port where one is named.
    pub address: String,
    pub host: String,
    /// Whether the connection begins encrypted.
    pub is_safe: bool,
    /// Whether it is on this machine.
    pub is_here: bool,
}

/// Reads the address of a system: `https`, or `http` on this machine alone, because a token goes with each request.
pub fn read(text: &str) -> Result<Url, ConnectorError> {
    let mut url = checked(text, &WEB)?;
    // So that what is put behind it stays below it.
    let path = format!("{}/", url.path().trim_end_matches('/'));
    url.set_path(&path);
    Ok(url)
}

/// Reads the address of a directory: `ldaps`, or `ldap`, which is encrypted before a password is sent, but on this
/// machine.
pub fn directory(text: &str) -> Result<Directory, ConnectorError> {
    let url = checked(text, &DIRECTORY)?;
    if !matches!(url.path(), "" | "/") {
        return Err(wrong("it holds a path", "leave it out; where to look has a setting of its own, `base`"));
    }
    let host = url.host_str().unwrap_or_default().to_lowercase();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Ok(Directory {
        address: format!("{}://{host}{port}", url.scheme()),
        is_safe: url.scheme() == DIRECTORY.safe,
        is_here: is_here(&url),
        host,
    })
}

fn wrong(reason: &str, help: &str) -> ConnectorError {
    ConnectorError::Value { key: ADDRESS, reason: reason.to_owned(), help: help.to_owned() }
}

fn checked(text: &str, kind: &Kind) -> Result<Url, ConnectorError> {
    let whole = format!("write it whole, such as {}", kind.example);
    let url =
        Url::parse(text.trim()).map_err(|error| wrong(&format!("it is no address: {error}"), &whole))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(
            "it holds a name or a password",
            "take them out; secrets have settings of their own",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it holds a `?` or a `#`", "leave out what follows the path"));
    }
    let begin = format!("begin it with {}://", kind.safe);
    match url.scheme() {
        scheme if scheme == kind.safe => {}
        scheme if scheme == kind.open && (kind.is_made_safe || is_here(&url)) => {}
        scheme if scheme == kind.open => {
            return Err(wrong("it would send the token unencrypted", &begin));
        }
        _ => return Err(wrong(&format!("it is no {}", kind.word), &begin)),
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(wrong("it names no host", &whole));
    }
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
    fn addresses_of_directories_are_told_from_others() {
        let read = |text: &str| directory(text).unwrap();
        let own = read("ldaps://DC1.corp.example");
        assert_eq!(
            (own.address.as_str(), own.is_safe, own.is_here),
            ("ldaps://dc1.corp.example", true, false)
        );
        let here = read("ldap://127.0.0.1:3389/");
        assert_eq!(
            (here.address.as_str(), here.is_safe, here.is_here),
            ("ldap://127.0.0.1:3389", false, true)
        );
        assert!(read("ldap://localhost").is_here && !read("ldap://dc1.corp.example").is_here);
        for (bad, word) in [
            ("https://dc1.corp.example", "no address of a directory"),
            ("ldap:dc1", "no host"),
            ("ldap://", "no host"),
            ("dc1.corp.example", "no address"),
            ("ldaps://cn=me:secret@dc1.corp.example", "password"),
            ("ldaps://dc1.corp.example/dc=corp", "path"),
            ("ldaps://dc1.corp.example/??sub", "`?`"),
        ] {
            let error = directory(bad).unwrap_err().to_string();
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
