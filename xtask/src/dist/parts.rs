//! Splits the program into parts: what is needed first, and what is fetched when a screen needs it.
//!
//! cargo builds one program in which some functions are marked (feature `split`, `src/app/lazy_views.rs`).
//! wasm_split_cli_support splits it, wasm-bindgen and wasm-opt process the parts, and this module names them by their
//! content and gives them an integrity hash that the browser enforces.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use credit_desk_hosting::routes::ROUTES;

use super::{
    bindgen::{self, NAME},
    imports,
    links::{Program, Served},
    minify,
    names::{hashed, integrity},
    templates,
};
use crate::{project::Project, run, tools::Tools};

/// The module that fetches parts, as the splitter names it.
const LINK: &str = "__wasm_split.js";
/// The wasm features that rustc uses, which browsers have supported for years. Not `--all-features`: wasm-opt would
/// emit types that no browser supports.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// A wasm-opt warning about each part, which can be ignored.
const LABELS: &str = "unknown name subsection with id 3";

/// The files that each marked part needs, including itself, by the splitter's names without their extension.
type Needs = BTreeMap<String, Vec<String>>;

/// Builds the program and puts its parts into `folder`.
pub fn build(project: &Project, tools: &Tools, folder: &Path) -> Result<Program> {
    compile(project)?;
    let work = project.state_dir()?.join("parts");
    if work.exists() {
        fs::remove_dir_all(&work)?;
    }
    fs::create_dir_all(&work)?;
    let needs = split(&project.wasm("release"), &work)?;
    finish(project, tools, &work)?;
    let parts = named(&work)?;
    link(&work, &needs, &parts)?;
    let modules = [LINK, &format!("{NAME}.js")].map(|name| work.join(name));
    minify::in_place(project, tools, &modules)?;
    for (old, new) in &parts {
        fs::copy(work.join(old), folder.join(new))?;
    }
    place(&work, &parts, folder)
}

fn compile(project: &Project) -> Result<()> {
    // Splitting the program requires relocations.
    let flags = format!("{} -Clink-arg=--emit-relocs", remap_paths(project)?);
    let mut cargo = super::cargo(project);
    cargo
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags)
        .args(["--release", "--features", "split"]);
    run::run(&mut cargo)
}

/// Returns compiler flags that keep the builder's folders out of the deployed program, where panic locations would
/// contain them.
fn remap_paths(project: &Project) -> Result<String> {
    let home = home::cargo_home()?;
    let map = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    let flags = [
        map(&home.join("registry/src"), "crates"),
        map(&project.root, "credit-desk"),
    ];
    if flags.iter().any(|flag| flag.contains(' ')) {
        // Flags are separated by spaces, so a folder with a space in its path cannot be remapped.
        return Ok(String::new());
    }
    Ok(flags.join(" "))
}

/// Splits the program; the main part becomes `main.wasm`.
fn split(whole: &Path, folder: &Path) -> Result<Needs> {
    let program = fs::read(whole).with_context(|| format!("cannot read {}", whole.display()))?;
    let main = folder.join("main.wasm");
    let module = format!("./{NAME}.js");
    let mut options = wasm_split_cli_support::Options::new(&program);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = &module;
    let parts = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow::anyhow!("the program cannot be split: {error:?}"))?;
    Ok(parts.prefetch_map.into_iter().collect())
}

/// Runs wasm-bindgen on the main part, and wasm-opt on all parts.
fn finish(project: &Project, tools: &Tools, folder: &Path) -> Result<()> {
    let main = folder.join("main.wasm");
    bindgen::run(project, tools, &main, folder)?;
    fs::remove_file(main)?;
    let [program, module] = ["_bg.wasm", ".js"].map(|end| folder.join(format!("{NAME}{end}")));
    templates::replace(&program, &module)?;
    imports::shorten(&program, &module)?;
    // Two at a time: one part is as large as all others together.
    let mut running = Vec::new();
    for file in files(folder, "wasm")? {
        let mut optimize: Command = run::program(project, "wasm-opt");
        optimize
            .args(["-Oz", "--quiet"])
            .args(FEATURES)
            .arg(&file)
            .arg("-o")
            .arg(&file);
        optimize.stderr(Stdio::piped());
        running.push(
            tools
                .add_to_path(&mut optimize)?
                .spawn()
                .context("cannot run wasm-opt")?,
        );
        if running.len() == 2 {
            wait_for_first(&mut running)?;
        }
    }
    while !running.is_empty() {
        wait_for_first(&mut running)?;
    }
    Ok(())
}

fn wait_for_first(running: &mut Vec<Child>) -> Result<()> {
    let done = running.remove(0).wait_with_output()?;
    let stderr = String::from_utf8_lossy(&done.stderr);
    // The splitter writes names of labels, which wasm-opt doesn't know. It strips all names anyway.
    for line in stderr.lines().filter(|line| !line.contains(LABELS)) {
        eprintln!("{line}");
    }
    if !done.status.success() {
        bail!("wasm-opt failed ({})", done.status);
    }
    Ok(())
}

/// Names the two modules, copies them to `folder`, and returns what the page loads first.
fn place(work: &Path, parts: &BTreeMap<String, String>, folder: &Path) -> Result<Program> {
    let link = text(&work.join(LINK))?;
    let main = text(&work.join(format!("{NAME}.js")))?;
    // The two modules import each other, so both are named by the content of both, and by the main part, because a page
    // is identified by its module.
    let program = format!("{NAME}_bg.wasm");
    let wasm = &parts[&program];
    let both = format!("{wasm}{link}{main}");
    let link_name = hashed("parts.js", both.as_bytes());
    let main_name = hashed(&format!("{NAME}.js"), both.as_bytes());
    let link = with_import_renamed(&link, &format!("{NAME}.js"), &main_name)?;
    // The program's own imports keep the module's old name.
    let main = with_import_renamed(&main, LINK, &link_name)?;
    Ok(Program {
        module: Served::write(folder, main_name, main.into_bytes())?,
        parts: Some(Served::write(folder, link_name, link.into_bytes())?),
        wasm: Served {
            name: wasm.clone(),
            content: fs::read(work.join(program))?,
        },
    })
}

/// Returns the served names of the parts, keyed by those in the folder.
fn named(folder: &Path) -> Result<BTreeMap<String, String>> {
    let files = files(folder, "wasm")?.into_iter();
    let both = |file: PathBuf| Ok((name(&file), hashed(&name(&file), &fs::read(&file)?)));
    files.map(both).collect()
}

/// Added to the splitter's module: each part is fetched and compiled once, no matter who requests it first, and a part
/// that failed to load is requested again.
const FETCHING: &str = r#"
const pending = {};
const load = (name) => WebAssembly.compileStreaming(fetch(new URL(name, import.meta.url), { integrity: hashes[name] }));
const take = (name) => {
    const started = pending[name];
    delete pending[name];
    return started ? started.catch(() => load(name)) : load(name);
};
export const fetchScreen = (screen) => {
    for (const name of files[screens[screen] ?? screens[""]]) (pending[name] ??= load(name)).catch(() => {});
};
"#;

/// Gives the module that fetches parts their names and integrity hashes, and lets the loader prefetch them.
fn link(folder: &Path, needs: &Needs, parts: &BTreeMap<String, String>) -> Result<()> {
    let mut link = text(&folder.join(LINK))?;
    let mut hashes = String::new();
    for (old, new) in parts {
        if *old == format!("{NAME}_bg.wasm") {
            continue;
        }
        let fetch = format!("fetch(new URL(\"./{old}\", import.meta.url))");
        link = replace_in(&link, LINK, &fetch, &format!("take(\"./{new}\")"))?;
        let hash = integrity(&fs::read(folder.join(old))?);
        hashes.push_str(&format!("  \"./{new}\": \"{hash}\",\n"));
    }
    let instantiate = "WebAssembly.instantiateStreaming(src, imports)";
    let compiled = "WebAssembly.instantiate(await src, imports)";
    link = replace_in(&link, LINK, instantiate, compiled)?;
    // The page itself reports a part that cannot be fetched, where the user is waiting for it.
    link = replace_in(&link, LINK, "console.error(e)", "console.warn(e)")?;
    let files = files_of(needs, parts)?;
    let screens = screens(needs)?;
    link.push_str(&format!(
        "const hashes = {{\n{hashes}}};\n{files}{screens}{FETCHING}"
    ));
    Ok(fs::write(folder.join(LINK), link)?)
}

/// Renames an import in a minified module.
fn with_import_renamed(module: &str, old: &str, new: &str) -> Result<String> {
    let [old_import, new_import] = [old, new].map(|name| format!("from\"./{name}\""));
    replace_in(module, new, &old_import, &new_import)
}

/// Replaces every `old` in the text of a generated file. Fails if there is none, because then a new version of the tool
/// writes it in another way.
fn replace_in(text: &str, file: &str, old: &str, new: &str) -> Result<String> {
    if !text.contains(old) {
        bail!("{file} does not contain `{old}`");
    }
    Ok(text.replace(old, new))
}

/// Returns the map from each part to its files, as JavaScript.
fn files_of(needs: &Needs, parts: &BTreeMap<String, String>) -> Result<String> {
    let mut text = "const files = {\n".to_owned();
    for (part, stems) in needs {
        let mut names = String::new();
        for stem in stems {
            let name = parts
                .get(&format!("{stem}.wasm"))
                .with_context(|| format!("{part} needs {stem}, which is missing"))?;
            names.push_str(&format!("\"./{name}\", "));
        }
        text.push_str(&format!("  {part}: [{names}],\n"));
    }
    text.push_str("};\n");
    Ok(text)
}

/// Returns the map from each screen's path to its part, as JavaScript.
fn screens(needs: &Needs) -> Result<String> {
    let mut text = "const screens = {\n".to_owned();
    for route in &ROUTES {
        let Some(part) = route.part else { continue };
        if !needs.contains_key(part) {
            bail!(
                "the screen {} is in the part {part}, which is missing",
                route.path
            );
        }
        let path = route.path.trim_start_matches('/');
        text.push_str(&format!("  \"{path}\": \"{part}\",\n"));
    }
    text.push_str("};\n");
    Ok(text)
}

fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut files: Vec<_> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|kind| kind == extension));
    files.sort();
    Ok(files)
}

fn text(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

fn name(file: &Path) -> String {
    file.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
