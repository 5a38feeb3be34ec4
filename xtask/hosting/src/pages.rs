//! Netlify and Cloudflare Pages read the same two files.

use crate::rules::{ASK, SCREENS, cache_control, headers, is_hashed};

/// The text of `_headers`. Each host adds what several matching rules say of one header, so nothing is said twice; the hashed
/// files are named, because a rule by pattern would also hold for one that is missing.
pub fn headers_file(files: &[String], sources: &[String]) -> String {
    let mut text = String::from("/*\n");
    for (name, value) in headers(sources) {
        text.push_str(&format!("  {name}: {value}\n"));
    }
    let asked = ["/", "/index.html", "/config.json", "/build.json"]
        .into_iter()
        .chain(SCREENS);
    for path in asked {
        text.push_str(&format!("{path}\n  Cache-Control: {ASK}\n"));
    }
    for path in files.iter().filter(|path| is_hashed(path)) {
        text.push_str(&format!(
            "{path}\n  Cache-Control: {}\n",
            cache_control(path)
        ));
    }
    text
}

/// The text of `_redirects`: each screen is the page. Any other address that has no file is `404.html`, with that status; without
/// that file Cloudflare would answer the page for a missing script, too.
pub fn redirects_file() -> String {
    SCREENS
        .iter()
        .map(|path| format!("{path} / 200\n"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_said_twice_and_hosts_accept_the_size() {
        let files = [
            "/a-0123456789abcdef.js",
            "/build.json",
            "/config.json",
            "/a.txt",
        ];
        let files: Vec<String> = files.map(str::to_owned).to_vec();
        let text = headers_file(&files, &["https://a.example".to_owned()]);
        let rules: Vec<_> = text.lines().filter(|line| line.starts_with('/')).collect();
        let mut once = rules.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), rules.len());
        assert!(text.contains(
            "/a-0123456789abcdef.js\n  Cache-Control: public, max-age=31536000, immutable\n"
        ));
        assert!(text.contains("/build.json\n  Cache-Control: no-cache\n"));
        assert!(!text.contains("/a.txt"));
        // Cloudflare's limits: 100 rules, 2000 characters a line.
        assert!(rules.len() < 60 && text.lines().all(|line| line.len() < 2000));
        assert!(redirects_file().contains("/transfer / 200\n"));
    }
}
