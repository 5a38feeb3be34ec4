//! The files for Netlify and Cloudflare Pages, which use the same format.

use crate::rules::{REVALIDATE, cache_control, headers, is_hashed, screens};

/// Returns the text of `_headers`. Both hosts combine the values of all matching rules, so no header is set twice for a
/// path. The hashed files are listed one by one, because a pattern would also match a missing file.
pub fn headers_file(files: &[String], sources: &[String]) -> String {
    let mut text = String::from("/*\n");
    for (name, value) in headers(sources) {
        text.push_str(&format!("  {name}: {value}\n"));
    }
    let revalidated = ["/", "/index.html", "/config.json", "/build.json"]
        .into_iter()
        .chain(screens());
    for path in revalidated {
        text.push_str(&format!("{path}\n  Cache-Control: {REVALIDATE}\n"));
    }
    for path in files.iter().filter(|path| is_hashed(path)) {
        text.push_str(&format!(
            "{path}\n  Cache-Control: {}\n",
            cache_control(path)
        ));
    }
    text
}

/// Returns the text of `_redirects`: each screen serves the page. Any other path without a file gets `404.html` with
/// that status. Without that file, Cloudflare would answer with the page even for a missing script.
pub fn redirects_file() -> String {
    screens().map(|path| format!("{path} / 200\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_rule_is_repeated_and_the_size_is_within_limits() {
        let files = [
            "/a-0123456789abcdef.js",
            "/build.json",
            "/config.json",
            "/a.txt",
        ];
        let files: Vec<String> = files.map(str::to_owned).to_vec();
        let text = headers_file(&files, &["https://a.example".to_owned()]);
        let rules: Vec<_> = text.lines().filter(|line| line.starts_with('/')).collect();
        let mut unique = rules.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), rules.len());
        assert!(text.contains(
            "/a-0123456789abcdef.js\n  Cache-Control: public, max-age=31536000, immutable\n"
        ));
        assert!(text.contains("/build.json\n  Cache-Control: no-cache\n"));
        assert!(!text.contains("/a.txt"));
        // Cloudflare's limits: 100 rules, 2000 characters per line.
        assert!(rules.len() < 60 && text.lines().all(|line| line.len() < 2000));
        assert!(redirects_file().contains("/transfer / 200\n"));
    }
}
