//! Taking over a pack file of the user's own, so that its assessments can be opened from then on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Ctx, Error, export};
use crate::export::File;
use crate::model::PackId;
use crate::packs::Library;

/// A pack that was taken over.
pub struct Adopted {
    /// The same context, knowing the pack.
    pub ctx: Ctx,
    pub pack: PackId,
    /// Where its copy lies.
    pub kept: PathBuf,
}

/// Checks a pack file and keeps a copy of it in the folder of the user's packs.
///
/// A faulty pack is refused with every fault; so is one whose id another pack there has with other content.
pub fn adopt(ctx: &Ctx, file: &Path, folder: &Path) -> Result<Adopted, Error> {
    let mut library = Library::clone(&ctx.library);
    let pack = library.include(file)?;
    let bytes = std::fs::read(file).map_err(|error| Error::file("read", file, &error))?;
    let kept = folder.join(format!("{pack}.toml"));
    match std::fs::read(&kept) {
        Ok(present) if present == bytes => {}
        Ok(_) => {
            return Err(Error::Unknown {
                what: format!("another pack `{pack}` lies in {} already", folder.display()),
                help: "give this one an id of its own, so that earlier assessments keep their questions; or remove the other file"
                    .to_owned(),
            });
        }
        Err(_) => {
            export::write(folder, &[File { name: format!("{pack}.toml"), bytes }])?;
        }
    }
    let mut library = Library::open(Some(folder))?;
    library.weights = Arc::clone(&ctx.library.weights);
    let library = Arc::new(library);
    Ok(Adopted { ctx: Ctx { library, ..ctx.clone() }, pack, kept })
}
