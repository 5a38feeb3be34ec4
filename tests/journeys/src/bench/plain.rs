//! The page that the portal is measured beside: the log as one writes it by hand, served as the portal is.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};

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
        let context = || format!("cannot write {}", file.display());
        fs::write(&file, content).with_context(context)?;
        let copy = folder.join(format!("{name}.br"));
        fs::write(&copy, brotli(content.as_bytes())?).with_context(context)?;
    }
    Ok(())
}

/// As `cargo xtask build` does it.
fn brotli(mut content: &[u8]) -> Result<Vec<u8>> {
    let mut copy = Vec::new();
    let settings = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: content.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut content, &mut copy, &settings)?;
    Ok(copy)
}
