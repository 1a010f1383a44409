//! The control by which answers are parted into pages (RFC 2696).

use ldap3::asn1::{PL, parse_tag};
use ldap3::controls::{Control, MakeCritical as _, PagedResults, RawControl};

/// Its name.
const PAGED: &str = "1.2.840.113556.1.4.319";

/// Asks for a page after the one that ended with a cookie. A server that does not know the control has to say so,
/// instead of sending a part that looks like all.
pub fn control(size: usize, cookie: &[u8]) -> RawControl {
    let size = i32::try_from(size).unwrap_or(i32::MAX);
    PagedResults { size, cookie: cookie.to_vec() }.critical().into()
}

/// What to send for the next page; empty at the end.
pub fn cookie(controls: &[Control]) -> Vec<u8> {
    let own = controls.iter().map(|Control(_, raw)| raw).find(|raw| raw.ctype == PAGED);
    own.and_then(|raw| read(raw.val.as_deref()?)).unwrap_or_default()
}

fn read(value: &[u8]) -> Option<Vec<u8>> {
    let (_, tag) = parse_tag(value).ok()?;
    let PL::C(parts) = tag.payload else { return None };
    match parts.into_iter().nth(1)?.payload {
        PL::P(cookie) => Some(cookie),
        PL::C(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_cookie_ends_the_pages() {
        let of = |value: &[u8]| {
            let val = Some(value.to_vec());
            cookie(&[Control(None, RawControl { ctype: PAGED.to_owned(), crit: false, val })])
        };
        assert_eq!(of(&[0x30, 8, 2, 1, 0, 4, 3, 7, 8, 9]), [7, 8, 9]);
        for odd in [&[0x30, 5, 2, 1, 0, 4, 0][..], &[], &[0x30, 3, 2, 1, 0], &[4, 1, 1], &[0x30, 200, 1]] {
            assert_eq!(of(odd), Vec::<u8>::new(), "{odd:?}");
        }
    }
}
