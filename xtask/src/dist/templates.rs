//! Builds the static parts of the views without the browser's HTML parser.
//!
//! Leptos keeps them as markup and sets it as the `innerHTML` of a template. The page's policy forbids turning text
//! into HTML (`trusted-types 'none'`), so the only such place in wasm-bindgen's module calls `templates.js` instead.
//! That builds the elements one by one, and only from text in the program's data section, which is fixed at build time.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};
use wasmparser::{Parser, Payload};

const BUILDER: &str = include_str!("templates.js");
/// The end of the program's static data. Text created at run time is on the heap, which follows.
const DATA_END: &str = "__data_end";
/// Other APIs that turn text into HTML.
const SINKS: [&str; 8] = [
    ".createContextualFragment",
    ".insertAdjacentHTML",
    ".outerHTML",
    ".parseFromString",
    ".parseHTMLUnsafe",
    ".setHTMLUnsafe",
    ".srcdoc",
    "document.write",
];

/// Replaces the setter in `module`, as wasm-bindgen wrote it for `program`.
pub fn replace(program: &Path, module: &Path) -> Result<()> {
    let bytes = fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
    if !exports(&bytes, DATA_END)? {
        bail!("the program does not export {DATA_END}, so its static data is not known");
    }
    let text =
        fs::read_to_string(module).with_context(|| format!("cannot read {}", module.display()))?;
    Ok(fs::write(module, replaced(&text)?)?)
}

fn replaced(module: &str) -> Result<String> {
    if let Some(sink) = SINKS.iter().find(|sink| module.contains(**sink)) {
        bail!("the module uses {sink}, which the page's policy forbids");
    }
    let setter = ".innerHTML";
    if module.matches(setter).count() != 1 {
        bail!("the module does not use {setter} exactly once");
    }
    let line = module.lines().find(|line| line.contains(setter));
    let line = line.unwrap_or_default().trim();
    let call = call(line).with_context(|| format!("the module sets {setter} by `{line}`"))?;
    Ok(module.replace(line, &call) + BUILDER)
}

/// Returns the replacement for `target.innerHTML = getStringFromWasm0(start, length);`.
fn call(line: &str) -> Option<String> {
    let (target, value) = line.split_once(".innerHTML = ")?;
    let text = value.strip_suffix(';')?;
    let arguments = text
        .strip_prefix("getStringFromWasm0(")?
        .strip_suffix(')')?;
    let (start, length) = arguments.split_once(", ")?;
    let is_name = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric());
    [target, start, length].into_iter().all(is_name).then(|| {
        format!("setMarkup({target}, {text}, ({start} >>> 0) + {length} <= wasm.{DATA_END}.value);")
    })
}

fn exports(program: &[u8], name: &str) -> Result<bool> {
    for payload in Parser::new(0).parse_all(program) {
        if let Payload::ExportSection(section) = payload? {
            for export in section {
                if export?.name == name {
                    return Ok(true);
                }
            }
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODULE: &str = "
            __wbg_set_innerHTML_0123456789abcdef: function(arg0, arg1, arg2) {
                arg0.innerHTML = getStringFromWasm0(arg1, arg2);
            },
";

    #[test]
    fn the_only_setter_is_replaced() {
        let new = replaced(MODULE).unwrap();
        let call = "setMarkup(arg0, getStringFromWasm0(arg1, arg2), (arg1 >>> 0) + arg2 <= wasm.__data_end.value);";
        let expected = MODULE.replace("arg0.innerHTML = getStringFromWasm0(arg1, arg2);", call);
        assert_eq!(new, expected + BUILDER);
        assert!(!new.contains(".innerHTML"));
        assert!(BUILDER.contains("\nfunction setMarkup(target, markup, isStatic) {\n"));
    }

    #[test]
    fn any_other_way_to_create_html_fails_the_build() {
        for module in [
            "".to_owned(),
            MODULE.repeat(2),
            MODULE.replace("getStringFromWasm0", "getCachedStringFromWasm0"),
            MODULE.replace("arg0.", "getObject(arg0)."),
            MODULE.replace(" = getStringFromWasm0(arg1, arg2)", " += x"),
            format!("{MODULE}const text = element.innerHTML;"),
            format!("{MODULE}element.outerHTML = text;"),
            format!("{MODULE}document.write(text);"),
        ] {
            replaced(&module).unwrap_err();
        }
    }

    #[test]
    fn the_projects_own_scripts_create_no_html() {
        for script in [BUILDER, include_str!("../../../public/loader.js")] {
            for sink in SINKS.into_iter().chain([".innerHTML", "createPolicy"]) {
                assert!(!script.contains(sink), "{sink}");
            }
        }
    }

    #[test]
    fn exports_are_found_by_name() {
        let mut section = wasm_encoder::ExportSection::new();
        section.export("memory", wasm_encoder::ExportKind::Memory, 0);
        section.export(DATA_END, wasm_encoder::ExportKind::Global, 1);
        let mut program = wasm_encoder::Module::new();
        program.section(&section);
        let program = program.finish();
        assert!(exports(&program, DATA_END).unwrap());
        assert!(!exports(&program, "__heap_base").unwrap());
    }
}
