//! The page that the portal is measured beside: the log as one writes it by hand, served as the portal is.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};
use credit_desk_hosting::compress;

/// The portal's own styles, so that both have the same to lay out and to paint.
const STYLES: [&str; 5] = [
    include_str!("../../../../style/tokens.css"),
    include_str!("../../../../style/base.css"),
    include_str!("../../../../style/widgets.css"),
    include_str!("../../../../style/pages.css"),
    include_str!("../../../../style/log.css"),
];

/// Writes it into `folder`, with compressed copies beside, as a build of the portal has them.
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
    compress::beside(folder).map(drop)
}
