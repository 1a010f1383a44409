//! Packs and catalogues: what is built in is right, what is wrong is shown well.

use trueup::model::PackId;
use trueup::packs::{BUILT_IN, Library};

#[test]
fn every_built_in_pack_links() {
    let library = Library::open(None).unwrap();
    for (id, _) in BUILT_IN {
        let pack = library
            .pack(&PackId::new(*id))
            .unwrap_or_else(|error| panic!("{:?}", miette::Report::new(error)));
        assert_eq!(pack.id.as_str(), *id);
        let listed: usize = pack.sections.iter().map(|section| section.questions.len()).sum();
        assert_eq!(listed, pack.questions.len());
        eprintln!("{id} {}", pack.questions.len());
    }
}
