//! Gives the program's imports short names.
//!
//! wasm-bindgen names each import after what it does plus sixteen hex digits of a hash, once in the program and once in
//! its module. Compression doesn't help against random digits.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};
use wasm_encoder::{
    ImportSection, Module, RawSection,
    reencode::{Reencode as _, RoundtripReencoder},
};
use wasmparser::{Parser, Payload};

/// The prefix of wasm-bindgen's own imports.
const PREFIX: &str = "__wb";

/// Renames the imports of `program` that come from `module`, in both files.
pub fn shorten(program: &Path, module: &Path) -> Result<()> {
    let bytes = fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
    let text =
        fs::read_to_string(module).with_context(|| format!("cannot read {}", module.display()))?;
    let (bytes, names) = renamed(&bytes)?;
    fs::write(program, bytes)?;
    Ok(fs::write(module, rename_keys(text, &names)?)?)
}

/// Returns the program with short names, and the old names in the order of the new ones.
fn renamed(bytes: &[u8]) -> Result<(Vec<u8>, Vec<String>)> {
    let mut names = Vec::new();
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload?;
        if let Payload::ImportSection(section) = payload {
            let mut imports = ImportSection::new();
            for import in section.into_imports() {
                let import = import?;
                let ty = RoundtripReencoder.entity_type(import.ty)?;
                if import.name.starts_with(PREFIX) {
                    imports.import(import.module, &short(names.len()), ty);
                    names.push(import.name.to_owned());
                } else {
                    imports.import(import.module, import.name, ty);
                }
            }
            module.section(&imports);
        } else if let Some((id, range)) = payload.as_section() {
            let data = &bytes[usize::try_from(range.start)?..usize::try_from(range.end)?];
            module.section(&RawSection { id, data });
        }
    }
    Ok((module.finish(), names))
}

/// Returns the module with its functions under the new names.
fn rename_keys(mut text: String, names: &[String]) -> Result<String> {
    for (index, old) in names.iter().enumerate() {
        let key = format!(" {old}: function");
        if text.matches(&key).count() != 1 {
            bail!("the module does not define {old} in the expected way");
        }
        text = text.replace(&key, &format!(" {}: function", short(index)));
    }
    Ok(text)
}

/// Returns the name at this index, none of which wasm-bindgen uses: `a` to `z`, then `ba`, `bb`, …
fn short(index: usize) -> String {
    let letter = char::from(b'a' + (index % 26) as u8);
    match index / 26 {
        0 => letter.to_string(),
        rest => format!("{}{letter}", short(rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn short_names_are_unique() {
        let all: BTreeSet<_> = (0..2000).map(short).collect();
        assert_eq!(all.len(), 2000);
        assert_eq!(
            ["a", "z", "ba"],
            [0, 25, 26].map(short).each_ref().map(String::as_str)
        );
    }

    #[test]
    fn program_and_module_are_renamed_alike() {
        let mut imports = ImportSection::new();
        let memory = wasm_encoder::MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        };
        for name in ["__wbg_now_0123", "memory", "__wbindgen_string_new"] {
            imports.import("./m.js", name, memory);
        }
        let mut program = Module::new();
        program.section(&imports);
        let (bytes, names) = renamed(&program.finish()).unwrap();
        assert_eq!(names, ["__wbg_now_0123", "__wbindgen_string_new"]);
        let mut found = Vec::new();
        for payload in Parser::new(0).parse_all(&bytes) {
            if let Payload::ImportSection(section) = payload.unwrap() {
                found.extend(section.into_imports().map(|import| import.unwrap().name));
            }
        }
        assert_eq!(found, ["a", "memory", "b"]);
        let module = "{ __wbg_now_0123: function() { __wbg_now_0123x }, __wbindgen_string_new: function() {} }";
        let expected = "{ a: function() { __wbg_now_0123x }, b: function() {} }";
        assert_eq!(rename_keys(module.to_owned(), &names).unwrap(), expected);
        rename_keys("{}".to_owned(), &names).unwrap_err();
    }
}
