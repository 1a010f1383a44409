//! Queries: one that reads, and nothing behind it. The database holds them to that as well.

/// The words that a reading statement begins with.
const READS: [&str; 4] = ["select", "with", "values", "table"];

/// A query without its last semicolon; a reason where it is not a single one that reads.
pub fn single(sql: &str) -> Result<&str, String> {
    let bare = bare(sql);
    let ends = bare.trim_end();
    let body = ends.trim_end_matches(';').trim_end();
    if body.contains(';') {
        return Err("it holds more than one statement".to_owned());
    }
    let start = body.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
    let first: String = start.chars().take_while(char::is_ascii_alphabetic).collect();
    if !READS.contains(&first.to_ascii_lowercase().as_str()) {
        return Err(if first.is_empty() {
            "it is empty".to_owned()
        } else {
            format!("it begins with `{first}`, and only queries are sent")
        });
    }
    // What is left out of the bare text was as long, so the same place ends both.
    sql.get(..body.len()).ok_or_else(|| "it cannot be read".to_owned())
}

/// The same text, of the same length, with blanks for comments and for what stands in quotes.
fn bare(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(letter) = rest.chars().next() {
        let taken = match letter {
            '\'' | '"' | '`' => {
                1 + rest.get(1..).and_then(|rest| rest.find(letter)).map_or(rest.len(), |at| at + 1)
            }
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |at| at + 2),
            '$' => dollar(rest),
            _ => 0,
        };
        let taken = taken.min(rest.len());
        if taken == 0 {
            out.push(letter);
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        } else {
            // A quoted name is a word and no blank, so that what begins with one is not taken for empty.
            let sign = if letter.is_ascii_punctuation() && !matches!(letter, '-' | '/') { '_' } else { ' ' };
            out.extend(std::iter::repeat_n(sign, taken));
            rest = rest.get(taken..).unwrap_or_default();
        }
    }
    out
}

/// How long text in dollar quotes is, such as `$tag$ … $tag$`; 0 where none begins.
fn dollar(rest: &str) -> usize {
    let Some(end) = rest.get(1..).and_then(|rest| rest.find('$')) else { return 0 };
    let Some(tag) = rest.get(..end + 2) else { return 0 };
    if !tag.trim_matches('$').chars().all(|c| c.is_alphanumeric() || c == '_') {
        return 0;
    }
    let body = rest.get(tag.len()..).unwrap_or_default();
    body.find(tag).map_or(rest.len(), |at| tag.len() * 2 + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_query_is_taken_and_its_last_semicolon_left_out() {
        for (sql, left) in [
            ("select 1", "select 1"),
            (" SELECT ';' as a, \"b;c\" -- x; y\n ; ", " SELECT ';' as a, \"b;c\""),
            ("with a as (select 1) select * from a;", "with a as (select 1) select * from a"),
            ("/* first; */ (select 1)", "/* first; */ (select 1)"),
            ("select $a$ ; drop table x; $a$ as x;", "select $a$ ; drop table x; $a$ as x"),
            ("values ('é;ö')", "values ('é;ö')"),
        ] {
            assert_eq!(single(sql).map(str::trim_end), Ok(left), "{sql}");
        }
    }

    #[test]
    fn what_may_write_or_is_several_is_refused() {
        for sql in [
            "",
            " ; ",
            "-- only a comment",
            "insert into a values (1)",
            "select 1; drop table a",
            "select 1;;select 2",
            "select 'a'; delete from b --'",
            "update a set b = 'select'",
            "'select'",
            "call x()",
            "select $a$ $a$; drop table x",
        ] {
            assert!(single(sql).is_err(), "{sql}");
        }
    }
}
