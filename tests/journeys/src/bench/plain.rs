//! The page that the portal is compared with: a hand-written log page, served like the portal.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};
use credit_desk_hosting::compress;

/// The portal's own styles, so that both pages have the same layout and paint work.
const STYLES: [&str; 5] = [
    include_str!("../../../../style/tokens.css"),
    include_str!("../../../../style/base.css"),
    include_str!("../../../../style/widgets.css"),
    include_str!("../../../../style/pages.css"),
    include_str!("../../../../style/log.css"),
];

/// Writes the page to `folder`, with compressed copies beside it like in a build of the portal.
pub fn write(folder: &Path) -> Result<()> {
    for (name, content) in [
        ("index.html", include_str!("plain/index.html")),
        ("plain.js", include_str!("plain/plain.js")),
        ("plain.css", &STYLES.concat()),
        ("icon.svg", include_str!("../../../../public/icon.svg")),
    ] {
        let file = folder.join(name);
        fs::write(&file, content).with_context(|| format!("cannot write {}", file.display()))?;
    }
    compress::write_copies(folder).map(drop)
}
