//! Who asked: the address of the client in a line, and whether the line says that it was refused.

use std::net::IpAddr;

use memchr::memmem::find;

/// The keys of JSON under which the client stands.
const KEYS: &[&[u8]] = &[
    b"\"client\"",
    b"\"client_ip\"",
    b"\"clientip\"",
    b"\"clientIP\"",
    b"\"ClientIP\"",
    b"\"c-ip\"",
    b"\"c_ip\"",
    b"\"src\"",
    b"\"src_ip\"",
    b"\"srcip\"",
    b"\"source_ip\"",
    b"\"sourceIp\"",
    b"\"id.orig_h\"",
    b"\"orig_h\"",
    b"\"remote_ip\"",
    b"\"internal_ip\"",
];
/// What resolvers and proxies write where they let nobody through.
const REFUSED: &[&[u8]] =
    &[b"DENIED", b"\"Blocked\"", b"\"blocked\"", b" blocked ", b"gravity blocked", b"REFUSED"];

/// The client that asked. A line of dnsmasq that only answers names none.
pub fn client(line: &[u8]) -> Option<IpAddr> {
    if line.trim_ascii_start().starts_with(b"{") {
        let named = |key: &&[u8]| {
            let from = find(line, key)? + key.len();
            let rest = line.get(from..)?;
            first(rest.get(..64).unwrap_or(rest))
        };
        return KEYS.iter().find_map(named);
    }
    if find(line, b"dnsmasq").is_some() || find(line, b"query[").is_some() {
        return first(line.get(find(line, b" from ")?..)?);
    }
    first(line)
}

/// Whether a line says that it was not let through.
pub fn is_refused(line: &[u8]) -> bool {
    REFUSED.iter().any(|word| find(line, word).is_some())
}

/// The first address in a text.
pub fn first(text: &[u8]) -> Option<IpAddr> {
    let is_sign = |byte: u8| byte.is_ascii_hexdigit() || byte == b'.' || byte == b':';
    let mut at = 0;
    while let Some(from) = text.get(at..)?.iter().position(|byte| is_sign(*byte)) {
        let start = at + from;
        let run = text.get(start..)?;
        let length = run.iter().position(|byte| !is_sign(*byte)).unwrap_or(run.len());
        let ends = [start.checked_sub(1).and_then(|before| text.get(before)), text.get(start + length)];
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-' || *byte == b'_';
        if !ends.into_iter().flatten().any(is_word)
            && let Some(address) = run.get(..length).and_then(address)
        {
            return Some(address);
        }
        at = start + length;
    }
    None
}

/// An address, also one that a port or a colon follows.
fn address(run: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(run).ok()?;
    let plain = || text.trim_end_matches(['.', ':']).parse().ok();
    let with_port = || text.split_once(':').filter(|(host, _)| host.contains('.'))?.0.parse().ok();
    plain().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_is_found_as_each_kind_of_log_writes_it() {
        for (line, expected) in [
            (
                "1774944550.123 45 10.0.0.1 TCP_TUNNEL/200 5 CONNECT chatgpt.com:443 - HIER_DIRECT/1.2.3.4",
                "10.0.0.1",
            ),
            ("12:30:45 client @0x7f0a 10.0.0.2#53123 (claude.ai): query: claude.ai IN A", "10.0.0.2"),
            ("Mar 31 dnsmasq[12]: query[AAAA] claude.ai from fd00::7", "fd00::7"),
            ("1774944550.1\tCabc\t10.0.0.3\t53\t1.1.1.1\t53\tudp\tclaude.ai", "10.0.0.3"),
            ("\"2026-03-31 08:09:10\",\"me\",\"me\",\"10.0.0.4\",\"8.8.8.8\",\"Allowed\"", "10.0.0.4"),
            ("{\"dest\": \"1.2.3.4\", \"src_ip\": \"10.0.0.5\", \"host\": \"claude.ai\"}", "10.0.0.5"),
            ("10.0.0.6:5000 - - [31/Mar/2026]", "10.0.0.6"),
        ] {
            assert_eq!(client(line.as_bytes()), Some(expected.parse().unwrap()), "{line}");
        }
        for line in [
            "Mar 31 dnsmasq[12]: reply claude.ai is 160.79.104.10",
            "12:30:45 no address",
            "v10.0.0.1",
            "{\"dest\": \"1.2.3.4\"}",
            "",
        ] {
            assert_eq!(client(line.as_bytes()), None, "{line}");
        }
    }
}
