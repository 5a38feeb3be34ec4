//! The nginx that stands before the portal and both vendors: it signs staff in, adds the vendors' keys, and lets through what
//! the portal asks and nothing else.

use crate::{
    fill,
    nginx::{cache, files},
    rules::{Api, CALLS, Call},
};

/// Where everything is. The paths stand in the file as they are.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// The lines that begin the server block: `listen …;` and, where it speaks TLS itself, the certificate.
    pub listen: String,
    /// The folder of the built portal.
    pub root: String,
    /// The folder of config.json, the password file and the key files: outside of `root`.
    pub secrets: String,
    /// A folder that nginx writes to, for the marks of what has been passed on.
    pub state: String,
    /// A loopback address of nginx's own, for the same.
    pub marks: String,
    /// The resellers' backend, without a path: `https://backend.omnidim.io`.
    pub reseller: String,
    /// The organizations' backend, likewise.
    pub organizations: String,
}

impl Default for Gateway {
    /// As it is written into dist/.
    fn default() -> Self {
        Self {
            listen: "listen 443 ssl;\n    \
                     server_name desk.example.com;\n    \
                     ssl_certificate /etc/credit-desk/tls/fullchain.pem;\n    \
                     ssl_certificate_key /etc/credit-desk/tls/privkey.pem;\n    \
                     add_header Strict-Transport-Security \"max-age=31536000\" always;"
                .to_owned(),
            root: "/srv/credit-desk/dist".to_owned(),
            secrets: "/etc/credit-desk".to_owned(),
            state: "/var/cache/nginx/credit-desk".to_owned(),
            marks: "127.0.0.1:8099".to_owned(),
            reseller: "https://backend.omnidim.io".to_owned(),
            organizations: "https://api.layers.com".to_owned(),
        }
    }
}

/// The text of a file for `conf.d/`.
pub fn gateway(gateway: &Gateway) -> String {
    let config = format!(
        "# Outside of the folder that a deployment replaces.\n    location = /config.json {{\n        alias {}/config.json;\n    }}",
        gateway.secrets
    );
    // Both backends are on the portal's own host: the policy need not name them.
    let files = files(&gateway.root, &config, &[]);
    let calls: String = paths().iter().map(|call| location(gateway, call)).collect();
    fill(
        include_str!("../templates/gateway.conf"),
        &[
            ("CACHE", &cache()),
            ("FILES", &files),
            ("CALLS", calls.trim()),
            (
                "PROXY",
                include_str!("../templates/gateway-proxy.conf").trim(),
            ),
            ("RESELLER_HOST", host(&gateway.reseller)),
            ("LISTEN", &gateway.listen),
            ("SECRETS", &gateway.secrets),
            ("STATE", &gateway.state),
            ("MARKS", &gateway.marks),
            ("RESELLER_SCHEME", scheme(&gateway.reseller)),
            ("RESELLER_SERVER", &server(&gateway.reseller)),
        ],
    )
}

/// What can be called, longest path first so that no pattern hides another.
fn paths() -> Vec<Call> {
    let mut calls = CALLS.to_vec();
    calls.sort_by_key(|call| std::cmp::Reverse(call.path.len()));
    calls
}

fn location(gateway: &Gateway, call: &Call) -> String {
    let place = if call.path.contains("{id}") {
        format!("~ ^{}$", call.path.replace("{id}", "[A-Za-z0-9_-]+"))
    } else {
        format!("= {}", call.path)
    };
    let (name, upstream) = match call.api {
        Api::Reseller => ("reseller", &gateway.reseller),
        Api::Organizations => ("organizations", &gateway.organizations),
    };
    let mut lines = vec![
        format!(
            "if ($request_method != {}) {{\n            return 405;\n        }}",
            call.method
        ),
        "if ($credit_desk_foreign) {\n            return 403;\n        }".to_owned(),
    ];
    if call.method == "POST" {
        // A form on another site cannot set it.
        lines.push(
            "if ($http_idempotency_key = \"\") {\n            return 400;\n        }".to_owned(),
        );
    }
    let once = call.moves && call.api == Api::Reseller;
    lines.push(format!("include {}/{name}-key.conf;", gateway.secrets));
    lines.push(format!("proxy_set_header Host {};", host(upstream)));
    lines.extend(
        [
            "proxy_set_header Connection \"\";",
            "proxy_set_header Cookie \"\";",
            "proxy_set_header Origin \"\";",
            "proxy_set_header Referer \"\";",
        ]
        .map(str::to_owned),
    );
    lines.push(if once {
        "proxy_pass http://credit_desk_once;".to_owned()
    } else {
        format!("proxy_pass {upstream};")
    });
    format!(
        "\n    location {place} {{\n        {}\n    }}\n",
        lines.join("\n        ")
    )
}

/// The host of an address, with its port where it has one.
fn host(address: &str) -> &str {
    address.split_once("://").map_or(address, |(_, host)| host)
}

fn scheme(address: &str) -> &str {
    address
        .split_once("://")
        .map_or("https", |(scheme, _)| scheme)
}

/// The host of an address as a server of an upstream block, which knows no default port of a scheme.
fn server(address: &str) -> String {
    let host = host(address);
    if host.contains(':') {
        host.to_owned()
    } else if address.starts_with("https:") {
        format!("{host}:443")
    } else {
        format!("{host}:80")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_filled_and_no_key_is_in_the_file() {
        let text = gateway(&Gateway::default());
        let left: Vec<_> = [
            "@CACHE",
            "@FILES",
            "@CALLS",
            "@LISTEN",
            "@SECRETS",
            "@STATE",
            "@MARKS",
            "@RESELLER",
            "@ROOT",
            "@HEADERS",
            "@TYPES",
            "@CONFIG",
        ]
        .into_iter()
        .filter(|name| text.contains(name))
        .collect();
        assert!(left.is_empty(), "{left:?}");
        assert_eq!(
            text.matches("Bearer").count(),
            1,
            "in the comment that tells how"
        );
        assert!(text.contains("server backend.omnidim.io:443;"));
    }

    #[test]
    fn what_moves_at_a_vendor_without_replays_is_passed_on_once() {
        let text = gateway(&Gateway::default());
        let place = |path: &str| {
            let rest = text.split(&format!("location {path} {{")).nth(1);
            rest.and_then(|rest| rest.split("\n    }\n").next())
                .unwrap()
                .to_owned()
        };
        for moves in ["transfer", "revert"] {
            let place = place(&format!("= /api/v1/reseller/credits/{moves}"));
            assert!(
                place.contains("proxy_pass http://credit_desk_once;"),
                "{place}"
            );
        }
        let reads = place("= /api/v1/reseller/credits/calculate");
        assert!(reads.contains("proxy_pass https://backend.omnidim.io;"));
    }
}
