//! Disruptions of the user, their browser or the service while a movement is in progress.

use fastrand::Rng;

/// The API key that a colleague uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// The user's own key: the log names the same performer.
    Same,
    /// Another key of the same account.
    Other,
}

/// A change to the configuration that applies the next time the portal is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsChange {
    /// The opposite setting for the replay of idempotency keys.
    Replay,
    /// The same address with a trailing slash.
    TrailingSlash,
    /// The same address with scheme and host, or with its host in another case.
    FullAddress,
}

/// A disruption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disruption {
    /// The page is reloaded.
    Reload,
    /// The tab is closed, and a new one opened.
    NewTab,
    /// All processes of the browser are killed.
    KillBrowser,
    /// The network is down for this many milliseconds.
    Offline(u64),
    /// The network is back up.
    Online,
    /// The server is killed, and restarted after this many milliseconds.
    RestartService(u64),
    /// The user signs out.
    SignOut,
    /// Back in the history.
    Back,
    /// Back and forward in the history.
    BackAndForward,
    /// A colleague moves this amount by the same route to the same party.
    Colleague(u32, Credential),
    /// The wall clock is set this many milliseconds ahead of where it was at the start.
    SetClock(i64),
    /// The computer sleeps for this many milliseconds, while the service's clock advances by this many more.
    Sleep(u64, i64),
    /// The main API key is replaced.
    RotateKey,
    /// The browser is killed, and the configuration changed before it opens again.
    ChangeSettings(SettingsChange),
}

impl Disruption {
    /// Draws one of the ordinary disruptions.
    pub fn any(random: &mut Rng) -> Self {
        match random.u8(..11) {
            0 | 1 => Self::Reload,
            2 => Self::NewTab,
            3 => Self::KillBrowser,
            4 | 5 => Self::Offline(random.u64(300..4000)),
            6 => Self::RestartService(random.u64(..1500)),
            7 => Self::SignOut,
            8 => Self::Back,
            9 => Self::BackAndForward,
            _ => Self::Colleague(random.u32(1000..2000), Credential::Same),
        }
    }

    /// Returns the name it is counted under in the report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reload => "reload",
            Self::NewTab => "new tab",
            Self::KillBrowser => "killed browser",
            Self::Offline(_) => "offline",
            Self::Online => "online",
            Self::RestartService(_) => "killed service",
            Self::SignOut => "sign-out",
            Self::Back => "back",
            Self::BackAndForward => "back and forward",
            Self::Colleague(_, Credential::Same) => "colleague",
            Self::Colleague(_, Credential::Other) => "colleague with another key",
            Self::SetClock(_) => "clock set",
            Self::Sleep(..) => "sleep",
            Self::RotateKey => "key replaced",
            Self::ChangeSettings(SettingsChange::Replay) => "replay setting changed",
            Self::ChangeSettings(_) => "address rewritten",
        }
    }
}
