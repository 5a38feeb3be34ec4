//! Pure: every screen, once. The navigation, the shortcuts and the screens' paths come from this list. `xtask` compiles
//! the same file for the hosts' rules, and the build passes the loader which part of the program each screen is in.

/// A screen of the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// Which screen it is.
    pub screen: Screen,
    /// Its path below the portal's base path, starting with a slash.
    pub path: &'static str,
    /// Its name in the navigation and in the list of shortcuts.
    pub label: &'static str,
    /// The key that opens it after `g`.
    pub shortcut: &'static str,
    /// The API whose key it needs.
    pub api: Option<RouteApi>,
    /// The lazily loaded part of the program that it is in; `None` if it is in the initial one.
    pub part: Option<&'static str>,
}

/// The screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Screen {
    Overview,
    Calculate,
    Transfer,
    Revert,
    Allocate,
    Log,
    Wallet,
    Activity,
    Keys,
}

/// The API that a screen uses. Separate from the session's type, so that this file compiles on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteApi {
    /// The reseller API.
    Reseller,
    /// The organizations API.
    Organizations,
}

/// All screens, in the order of the navigation.
pub const ROUTES: [Route; 9] = [
    route(
        Screen::Overview,
        "/",
        "Overview",
        "o",
        None,
        Some("overview"),
    ),
    route(
        Screen::Calculate,
        "/calculate",
        "Calculate",
        "c",
        RESELLER,
        Some("forms"),
    ),
    route(
        Screen::Transfer,
        "/transfer",
        "Transfer",
        "t",
        RESELLER,
        Some("forms"),
    ),
    route(
        Screen::Revert,
        "/revert",
        "Revert",
        "r",
        RESELLER,
        Some("forms"),
    ),
    route(
        Screen::Allocate,
        "/allocate",
        "Allocate",
        "a",
        ORGANIZATIONS,
        Some("forms"),
    ),
    route(
        Screen::Log,
        "/log",
        "Credit log",
        "l",
        RESELLER,
        Some("log"),
    ),
    route(
        Screen::Wallet,
        "/wallet",
        "Wallet history",
        "w",
        ORGANIZATIONS,
        Some("tools"),
    ),
    route(
        Screen::Activity,
        "/activity",
        "Activity",
        "y",
        None,
        Some("forms"),
    ),
    route(Screen::Keys, "/keys", "API keys", "k", None, None),
];

const RESELLER: Option<RouteApi> = Some(RouteApi::Reseller);
const ORGANIZATIONS: Option<RouteApi> = Some(RouteApi::Organizations);

const fn route(
    screen: Screen,
    path: &'static str,
    label: &'static str,
    shortcut: &'static str,
    api: Option<RouteApi>,
    part: Option<&'static str>,
) -> Route {
    Route {
        screen,
        path,
        label,
        shortcut,
        api,
        part,
    }
}

/// The screen at `path`.
pub fn at(path: &str) -> Option<&'static Route> {
    ROUTES.iter().find(|route| route.path == path)
}
