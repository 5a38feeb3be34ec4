//! The program in parts: what is needed first, and what is fetched when a screen asks for it.
//!
//! cargo gives one program in which some functions are marked (feature `split`, `src/app/rooms.rs`).
//! wasm_split_cli_support takes it apart, wasm-bindgen and wasm-opt finish the parts, and here they get names by
//! their content and an integrity that the browser enforces. trunk has built the page around the whole program; its
//! two files are replaced.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use super::{
    imports, minify,
    names::{hashed, integrity},
    tag::Tag,
    templates,
};
use crate::{project::Project, run, tools::Tools};

/// The name of the program, as cargo, trunk and wasm-bindgen know it.
const NAME: &str = "credit-desk";
/// The module that fetches parts, as the splitter calls it.
const LINK: &str = "__wasm_split.js";
/// What browsers of the last years have and rustc uses. Never all: wasm-opt would write types that none has.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Said of each part, and of no interest.
const LABELS: &str = "unknown name subsection with id 3";

/// What each marked part needs, itself among it, by the names that the splitter gives, without their ending.
type Needs = BTreeMap<String, Vec<String>>;

/// Replaces the program in `dist` by its parts.
pub fn replace(project: &Project, tools: &Tools, dist: &Path) -> Result<()> {
    let whole = project.wasm(NAME);
    let folder = project.notes()?.join("parts");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let needs = split(&whole, &folder)?;
    finish(project, tools, &folder)?;
    let parts = named(&folder)?;
    link(&folder, &needs, &parts)?;
    let modules = [LINK, &format!("{NAME}.js")].map(|name| folder.join(name));
    minify::files(project, tools, &modules)?;
    Named::of(&folder, parts)?.place(&folder, dist)
}

/// Takes the program apart; its main part is left as `main.wasm`.
fn split(whole: &Path, folder: &Path) -> Result<Needs> {
    let program = fs::read(whole).with_context(|| format!("cannot read {}", whole.display()))?;
    let main = folder.join("main.wasm");
    let module = format!("./{NAME}.js");
    let mut options = wasm_split_cli_support::Options::new(&program);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = &module;
    let parts = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow::anyhow!("the program cannot be taken apart: {error:?}"))?;
    Ok(parts.prefetch_map.into_iter().collect())
}

/// wasm-bindgen for the main part, wasm-opt for all.
fn finish(project: &Project, tools: &Tools, folder: &Path) -> Result<()> {
    let main = folder.join("main.wasm");
    let mut bindgen = run::program(project, "wasm-bindgen");
    bindgen
        .args(["--target", "web", "--no-typescript", "--keep-lld-exports"])
        .args(["--out-name", NAME, "--out-dir"])
        .arg(folder)
        .arg(&main);
    run::through(tools.lend(&mut bindgen)?)?;
    fs::remove_file(main)?;
    let [program, module] = ["_bg.wasm", ".js"].map(|end| folder.join(format!("{NAME}{end}")));
    templates::replace(&program, &module)?;
    imports::shorten(&program, &module)?;
    if folder.join("snippets").exists() {
        bail!("wasm-bindgen has written snippets, which nothing here puts in place");
    }
    // Two at a time: one part is as large as all others together.
    let mut running = Vec::new();
    for file in files(folder, "wasm")? {
        let mut optimise: Command = run::program(project, "wasm-opt");
        optimise
            .args(["-Oz", "--quiet"])
            .args(FEATURES)
            .arg(&file)
            .arg("-o")
            .arg(&file);
        optimise.stderr(Stdio::piped());
        running.push(
            tools
                .lend(&mut optimise)?
                .spawn()
                .context("cannot run wasm-opt")?,
        );
        if running.len() == 2 {
            await_one(&mut running)?;
        }
    }
    while !running.is_empty() {
        await_one(&mut running)?;
    }
    Ok(())
}

fn await_one(running: &mut Vec<Child>) -> Result<()> {
    let done = running.remove(0).wait_with_output()?;
    let said = String::from_utf8_lossy(&done.stderr);
    // The splitter names labels, which wasm-opt does not know; and it leaves every name out in the end.
    for line in said.lines().filter(|line| !line.contains(LABELS)) {
        eprintln!("{line}");
    }
    if !done.status.success() {
        bail!("wasm-opt failed ({})", done.status);
    }
    Ok(())
}

/// The parts under the names that they are served by.
struct Named {
    /// From the name in the folder.
    parts: BTreeMap<String, String>,
    link: Module,
    main: Module,
}

struct Module {
    name: String,
    text: String,
}

impl Named {
    fn of(folder: &Path, parts: BTreeMap<String, String>) -> Result<Self> {
        let link = text(&folder.join(LINK))?;
        let main = text(&folder.join(format!("{NAME}.js")))?;
        // The two modules name each other, so both are named by what both contain; and by the main part, since a page is known
        // by its module.
        let program = &parts[&format!("{NAME}_bg.wasm")];
        let both = format!("{program}{link}{main}");
        let link_name = hashed("parts.js", both.as_bytes());
        let main_name = hashed(&format!("{NAME}.js"), both.as_bytes());
        Ok(Self {
            parts,
            link: Module {
                text: imported(&link, &format!("{NAME}.js"), &main_name)?,
                name: link_name.clone(),
            },
            main: Module {
                // What the program calls the module stays as it is.
                text: imported(&main, LINK, &link_name)?,
                name: main_name,
            },
        })
    }

    /// Puts everything into `dist`, and its names into the page.
    fn place(&self, folder: &Path, dist: &Path) -> Result<()> {
        let index = dist.join("index.html");
        let mut page = text(&index)?;
        let wasm = &self.parts[&format!("{NAME}_bg.wasm")];
        let content = fs::read(folder.join(format!("{NAME}_bg.wasm")))?;
        for (rel, ending, new, content) in [
            (
                "modulepreload",
                ".js",
                &self.main.name,
                self.main.text.as_bytes(),
            ),
            ("preload", ".wasm", wasm, &content[..]),
        ] {
            let tag = Tag::link(&page, rel)?;
            let file = tag.file()?;
            if !file.ends_with(ending) {
                bail!("the page preloads {file}, which is no {ending}");
            }
            let mut renewed = tag.renewed(new, content)?;
            // The module that fetches parts is needed as early as the one that asks for them.
            if ending == ".js" {
                let also = tag.renewed(&self.link.name, self.link.text.as_bytes())?;
                renewed.push_str(&also.replace("<link ", "<link data-parts "));
            }
            page = page.replace(&tag.text, &renewed);
            fs::remove_file(dist.join(file))?;
        }
        fs::write(index, page)?;
        for module in [&self.link, &self.main] {
            fs::write(dist.join(&module.name), &module.text)?;
        }
        for (old, new) in &self.parts {
            fs::copy(folder.join(old), dist.join(new))?;
        }
        Ok(())
    }
}

/// The names of the parts, from those in the folder.
fn named(folder: &Path) -> Result<BTreeMap<String, String>> {
    let files = files(folder, "wasm")?.into_iter();
    let both = |file: PathBuf| Ok((name(&file), hashed(&name(&file), &fs::read(&file)?)));
    files.map(both).collect()
}

/// What the module that fetches parts has besides the splitter's own: each part is fetched and compiled once, whoever asks
/// first, and one that could not be had is asked for anew.
const FETCHING: &str = r#"
const coming = {};
const ask = (name) => WebAssembly.compileStreaming(fetch(new URL(name, import.meta.url), { integrity: hashes[name] }));
const take = (name) => {
    const asked = coming[name];
    delete coming[name];
    return asked ? asked.catch(() => ask(name)) : ask(name);
};
export const fetchPart = (part) => {
    for (const name of files[part]) (coming[name] ??= ask(name)).catch(() => {});
};
"#;

/// Makes the module that fetches parts know their names and their integrity, and fetch them when the loader wants them.
fn link(folder: &Path, needs: &Needs, parts: &BTreeMap<String, String>) -> Result<()> {
    let mut link = text(&folder.join(LINK))?;
    let mut hashes = String::new();
    for (old, new) in parts {
        if *old == format!("{NAME}_bg.wasm") {
            continue;
        }
        let fetched = format!("fetch(new URL(\"./{old}\", import.meta.url))");
        if !link.contains(&fetched) {
            bail!("{LINK} does not fetch {old} in the way that is known here");
        }
        link = link.replace(&fetched, &format!("take(\"./{new}\")"));
        let hash = integrity(&fs::read(folder.join(old))?);
        hashes.push_str(&format!("  \"./{new}\": \"{hash}\",\n"));
    }
    let streamed = "WebAssembly.instantiateStreaming(src, imports)";
    if !link.contains(streamed) {
        bail!("{LINK} does not instantiate parts in the way that is known here");
    }
    link = link.replace(streamed, "WebAssembly.instantiate(await src, imports)");
    // What cannot be fetched is told on the page, where somebody waits for it.
    link = link.replace("console.error(e)", "console.warn(e)");
    let files = files_of(needs, parts)?;
    link.push_str(&format!(
        "const hashes = {{\n{hashes}}};\n{files}{FETCHING}"
    ));
    Ok(fs::write(folder.join(LINK), link)?)
}

/// A minified module that imports another one by this name.
fn imported(module: &str, old: &str, new: &str) -> Result<String> {
    let import = format!("from\"./{old}\"");
    if !module.contains(&import) {
        bail!("no module imports {old} in the way that is known here");
    }
    Ok(module.replace(&import, &format!("from\"./{new}\"")))
}

/// The files of each part.
fn files_of(needs: &Needs, parts: &BTreeMap<String, String>) -> Result<String> {
    let mut text = "const files = {\n".to_owned();
    for (part, stems) in needs {
        let mut names = String::new();
        for stem in stems {
            let name = parts
                .get(&format!("{stem}.wasm"))
                .with_context(|| format!("{part} needs {stem}, which is not there"))?;
            names.push_str(&format!("\"./{name}\", "));
        }
        text.push_str(&format!("  {part}: [{names}],\n"));
    }
    text.push_str("};\n");
    Ok(text)
}

fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let mut files: Vec<_> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|kind| kind == ending));
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
