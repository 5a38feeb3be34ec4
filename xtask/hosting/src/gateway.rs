//! The nginx in front of the portal and both vendors: it signs staff in, adds the vendors' keys, and forwards only the
//! portal's own API calls.

use crate::{
    fill,
    nginx::{cache, files, header_lines},
    rules::{Api, CALLS, Call},
};

/// The files for single sign-on in front of a gateway: an Apache site, its deployment-specific settings, and an
/// optional check for providers that send `auth_time`.
pub const SINGLE_SIGN_ON: [(&str, &str); 3] = [
    ("sso.conf", include_str!("../templates/sso.conf")),
    (
        "sso-settings.conf",
        include_str!("../templates/sso-settings.conf"),
    ),
    ("sso-fresh.lua", include_str!("../templates/sso-fresh.lua")),
];

/// The script that sets up the files a gateway reads and writes, and checks them before each start.
pub const SCRIPT: &str = include_str!("../templates/gateway.sh");

/// How staff sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// With a name and a password that nginx checks itself: the minimum.
    Basic,
    /// At a proxy in front of this nginx. Only the proxy can reach it, and it names the user.
    SingleSignOn,
}

/// The settings of a gateway. Paths are written into the file verbatim.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// How staff sign in.
    pub sign_in: SignIn,
    /// The first lines of the server block: `listen …;` and, if it terminates TLS itself, the certificate.
    pub listen: String,
    /// The folder with the built portal.
    pub root: String,
    /// The folder with config.json, the password file and the key files, outside `root`.
    pub secrets: String,
    /// The folder that only nginx's workers can access: used Idempotency-Keys and sockets.
    pub state: String,
    /// The access log.
    pub log: String,
    /// The origin of the reseller API, such as `https://backend.omnidim.io`, if the deployment uses it.
    pub reseller: Option<String>,
    /// The origin of the organizations API, if the deployment uses it.
    pub organizations: Option<String>,
}

impl Gateway {
    /// Returns the gateway that is written into dist/, for a deployment that uses these APIs.
    pub fn new(sign_in: SignIn, apis: &[Api]) -> Self {
        let service = |api, address: &str| apis.contains(&api).then(|| address.to_owned());
        let listen = match sign_in {
            SignIn::Basic => {
                "listen 443 ssl;\n    \
                 server_name desk.example.com;\n    \
                 ssl_certificate /etc/credit-desk/tls/fullchain.pem;\n    \
                 ssl_certificate_key /etc/credit-desk/tls/privkey.pem;\n    \
                 add_header Strict-Transport-Security \"max-age=31536000\" always;"
            }
            SignIn::SingleSignOn => "listen unix:/var/lib/credit-desk/gateway.sock;",
        };
        Self {
            sign_in,
            listen: listen.to_owned(),
            root: "/srv/credit-desk/dist".to_owned(),
            secrets: "/etc/credit-desk".to_owned(),
            state: "/var/lib/credit-desk".to_owned(),
            log: "/var/log/nginx/credit-desk.log".to_owned(),
            reseller: service(Api::Reseller, "https://backend.omnidim.io"),
            organizations: service(Api::Organizations, "https://api.layers.com"),
        }
    }

    fn service(&self, api: Api) -> Option<&str> {
        match api {
            Api::Reseller => self.reseller.as_deref(),
            Api::Organizations => self.organizations.as_deref(),
        }
    }

    fn apis(&self) -> impl Iterator<Item = (Api, &str)> {
        [Api::Reseller, Api::Organizations]
            .into_iter()
            .filter_map(|api| Some((api, self.service(api)?)))
    }
}

/// Returns the text of a file for `conf.d/`.
pub fn gateway(gateway: &Gateway) -> String {
    let config = format!(
        "# Outside of the folder that a deployment replaces.\n    location = /config.json {{\n        alias {}/config.json;\n    }}",
        gateway.secrets
    );
    // Both services are proxied on the portal's own host, so the policy doesn't need to list them.
    let files = files(&gateway.root, &config, &[]);
    let once = gateway.reseller.as_deref().map_or_else(String::new, |url| {
        fill(
            include_str!("../templates/gateway-once.conf").trim(),
            &[("RESELLER_SCHEME", scheme(url))],
        )
    });
    let (maps, sign_in, user) = match gateway.sign_in {
        SignIn::Basic => (
            include_str!("../templates/gateway-basic-maps.conf"),
            include_str!("../templates/gateway-basic.conf"),
            "$remote_user",
        ),
        SignIn::SingleSignOn => (
            include_str!("../templates/gateway-sso-maps.conf"),
            include_str!("../templates/gateway-sso.conf"),
            "$http_x_user",
        ),
    };
    let own_headers = header_lines(&[]).replace('\n', "\n    ");
    fill(
        include_str!("../templates/gateway.conf"),
        &[
            ("CACHE", &cache()),
            ("FILES", &files),
            ("CALLS", calls(gateway).trim()),
            ("ONCE", &once),
            ("KEYS", keys(gateway).trim()),
            ("SECRET_FILES", secret_files(gateway).trim_end()),
            ("SIGN_IN_MAPS", maps.trim()),
            ("SIGN_IN", sign_in.trim()),
            ("OWN_HEADERS", own_headers.trim()),
            ("USER", user),
            ("LISTEN", &gateway.listen),
            ("LOG", &gateway.log),
            ("SECRETS", &gateway.secrets),
            ("STATE", &gateway.state),
        ],
    )
}

fn keys(gateway: &Gateway) -> String {
    gateway
        .apis()
        .map(|(api, url)| {
            format!(
                "include {}/{api}-key.conf;\nupstream credit_desk_{api} {{\n    server {};\n}}\n",
                gateway.secrets,
                server(url),
            )
        })
        .collect()
}

fn secret_files(gateway: &Gateway) -> String {
    let keys: String = gateway
        .apis()
        .map(|(api, _)| {
            format!(
                "#   {:<22} its key, which only root can read\n",
                format!("{api}-key.conf")
            )
        })
        .collect();
    let staff = match gateway.sign_in {
        SignIn::Basic => {
            "#   staff.htpasswd         who may sign in, which root and the workers can read\n\
             #   devices.map            what shows that a browser has signed in before, which only root can read\n"
        }
        SignIn::SingleSignOn => "",
    };
    keys + staff
}

fn calls(gateway: &Gateway) -> String {
    let mut calls: Vec<_> = CALLS
        .iter()
        .filter(|call| gateway.service(call.api).is_some())
        .collect();
    // Longest path first, so that no pattern hides another.
    calls.sort_by_key(|call| std::cmp::Reverse(call.path.len()));
    let once = if gateway.reseller.is_some() {
        include_str!("../templates/gateway-once-location.conf")
    } else {
        ""
    };
    calls
        .into_iter()
        .map(|call| location(gateway, call))
        .chain([once.to_owned()])
        .collect()
}

fn location(gateway: &Gateway, call: &Call) -> String {
    const ID: &str = "credit_desk_organization";
    let (pattern, path) = if call.path.contains("{id}") {
        (
            format!(
                "~ ^{}$",
                call.path
                    .replace("{id}", &format!("(?<{ID}>[A-Za-z0-9_-]+)"))
            ),
            call.path.replace("{id}", &format!("${ID}")),
        )
    } else {
        (format!("= {}", call.path), call.path.to_owned())
    };
    let api = call.api;
    let url = gateway.service(api).unwrap_or_default();
    let refuse = |condition: &str, status: u16| {
        format!("if ({condition}) {{\n            return {status};\n        }}")
    };
    let mut lines = vec![
        refuse(&format!("$request_method != {}", call.method), 405),
        refuse("$credit_desk_foreign", 403),
    ];
    if call.method == "POST" {
        // A form on another site cannot set this header.
        lines.push(refuse("$credit_desk_idempotency_key = \"\"", 400));
        lines.push(refuse("$args", 400));
    } else {
        lines.push(refuse("$credit_desk_is_odd_query", 400));
    }
    // Because the target contains a variable, nginx forwards the path as written here.
    let (target, query) = if call.moves && api == Api::Reseller {
        lines.push("auth_request /_once;".to_owned());
        lines.push("auth_request_set $credit_desk_key_status $upstream_status;".to_owned());
        ("$credit_desk_once_target".to_owned(), "")
    } else if call.method == "POST" {
        (format!("{}://credit_desk_{api}", scheme(url)), "")
    } else {
        (
            format!("{}://credit_desk_{api}", scheme(url)),
            "$is_args$args",
        )
    };
    lines.push(format!("proxy_set_header Host {};", host(url)));
    lines.push(format!("proxy_ssl_name {};", host_name(url)));
    lines.push(format!(
        "proxy_set_header Authorization $credit_desk_{api}_key;"
    ));
    if call.method == "POST" {
        lines.push("proxy_set_header Content-Type application/json;".to_owned());
        lines.push("proxy_set_header Idempotency-Key $credit_desk_idempotency_key;".to_owned());
    }
    lines.push(
        include_str!("../templates/gateway-call.conf")
            .trim()
            .to_owned(),
    );
    lines.push(format!("proxy_pass {target}{path}{query};"));
    format!(
        "\n    location {pattern} {{\n        {}\n    }}\n",
        lines.join("\n        ")
    )
}

/// Returns the host of an address, including the port if there is one.
fn host(address: &str) -> &str {
    address.split_once("://").map_or(address, |(_, host)| host)
}

/// Returns the host of an address without the port.
fn host_name(address: &str) -> &str {
    let host = host(address);
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

fn scheme(address: &str) -> &str {
    address
        .split_once("://")
        .map_or("https", |(scheme, _)| scheme)
}

/// Returns the host of an address for an upstream block, which needs an explicit port.
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

    const BOTH: [Api; 2] = [Api::Reseller, Api::Organizations];

    fn text(sign_in: SignIn, apis: &[Api]) -> String {
        gateway(&Gateway::new(sign_in, apis))
    }

    fn location_block(text: &str, path: &str) -> String {
        let rest = text.split(&format!("location {path} {{")).nth(1);
        rest.and_then(|rest| rest.split("\n    }\n").next())
            .unwrap()
            .to_owned()
    }

    #[test]
    fn every_placeholder_is_filled_and_no_key_is_in_the_file() {
        for sign_in in [SignIn::Basic, SignIn::SingleSignOn] {
            for apis in [&BOTH[..], &BOTH[..1], &BOTH[1..]] {
                let text = text(sign_in, apis);
                let unfilled = text.split('@').find(|word| {
                    word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase() || c == '_')
                });
                assert_eq!(unfilled, None);
                assert!(!text.contains("Bearer"));
            }
        }
    }

    #[test]
    fn transfers_and_reverts_are_forwarded_once() {
        let text = text(SignIn::Basic, &BOTH);
        for moves in ["transfer", "revert"] {
            let path = format!("/api/v1/reseller/credits/{moves}");
            let location = location_block(&text, &format!("= {path}"));
            assert!(location.contains("auth_request /_once;"), "{location}");
            assert!(
                location.contains(&format!("proxy_pass $credit_desk_once_target{path};")),
                "{location}"
            );
        }
        let reads = location_block(&text, "= /api/v1/reseller/credits/calculate");
        assert!(!reads.contains("auth_request"), "{reads}");
    }

    #[test]
    fn every_proxy_pass_names_its_path() {
        let text = text(SignIn::Basic, &BOTH);
        for (at, _) in text.match_indices("proxy_pass ") {
            let target = text[at..].split(';').next().unwrap();
            let path = target.split_once("://").map_or(target, |(_, rest)| rest);
            assert!(path.contains('/'), "{target}");
        }
    }

    #[test]
    fn an_unused_api_is_not_called_and_needs_no_key() {
        let text = text(SignIn::Basic, &[Api::Organizations]);
        assert!(!text.contains("reseller"), "{text}");
        assert!(text.contains("server api.layers.com:443;"));
        assert!(text.contains("include /etc/credit-desk/organizations-key.conf;"));
    }
}
