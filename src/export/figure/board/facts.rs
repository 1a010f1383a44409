//! The page in words, for readers who cannot see it.

use crate::export::figure::gap;
use crate::export::page::Page;
use crate::export::words::NO_RIGHTS;

/// Everything that the page shows, as rows.
pub(in crate::export::figure) fn table(page: &Page) -> Vec<Vec<String>> {
    let row = |cells: &[&str]| cells.iter().map(|&cell| cell.to_owned()).collect::<Vec<_>>();
    let mut rows = gap::table("subject", std::slice::from_ref(&page.total));
    rows.push(row(&["class", page.class.as_deref().unwrap_or("none"), &page.because]));
    rows.extend(page.facts.iter().map(|fact| row(&[fact.title, &fact.value, &fact.note])));
    rows.extend(gap::table("domain", &page.domains));
    rows.extend(gap::table("class", &page.classes));
    for gate in &page.gates {
        rows.push(row(&[
            "gate",
            &gate.id,
            &gate.title,
            if gate.is_open { "open" } else { "closed" },
            &gate.note,
        ]));
    }
    rows.extend(page.signs.iter().map(|sign| row(&["sign", &sign.id, &sign.title, &sign.value])));
    rows.extend(
        page.findings.iter().map(|found| row(&["over-claimed", &found.id, &found.title, &found.note])),
    );
    for reference in &page.references {
        for (value, label) in &reference.figures {
            rows.push(row(&["reference", value, label, &reference.survey, &reference.population]));
        }
    }
    match &page.privileges {
        Some(told) => rows.extend(
            told.spreads
                .classes
                .iter()
                .map(|spread| row(&["over-privilege", spread.title, &spread.headline()])),
        ),
        None => rows.push(row(&["over-privilege", NO_RIGHTS])),
    }
    rows.push(row(&[page.footer.caution]));
    rows
}
