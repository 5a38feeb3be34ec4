//! What happens to the person, their browser or the service while a movement is under way.

use fastrand::Rng;

/// Which API key a colleague works with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// The person's own: the log names the same performer.
    Same,
    /// Another one of the same account.
    Other,
}

/// What is different in the configuration at the next opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It says the opposite about the replay of idempotency keys.
    Replay,
    /// The same address with a slash behind it.
    TrailingSlash,
    /// The same address with scheme and host.
    FullAddress,
}

/// Something that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upset {
    /// The page is reloaded.
    Reload,
    /// The tab is closed, and another opened.
    NewTab,
    /// Every process of the browser is killed.
    KillBrowser,
    /// No network for so many milliseconds.
    Offline(u64),
    /// The network again.
    Online,
    /// The server is killed, and started again after so many milliseconds.
    RestartBackend(u64),
    /// Signed out.
    SignOut,
    /// Back in the history.
    Back,
    /// Back and forward.
    BackAndForward,
    /// A colleague moves something by the same route to the same party: so much.
    Colleague(u32, Credential),
    /// The wall clock is set so many milliseconds ahead of where it was at the beginning.
    SetClock(i64),
    /// The computer sleeps for so many milliseconds, which the world takes for so many hours more.
    Sleep(u64, i64),
    /// The main API key is replaced.
    RotateKey,
    /// The browser is killed, and the configuration changed before it opens again.
    ChangeSettings(Change),
}

impl Upset {
    /// One of the ordinary ones.
    pub fn any(random: &mut Rng) -> Self {
        match random.u8(..11) {
            0 | 1 => Self::Reload,
            2 => Self::NewTab,
            3 => Self::KillBrowser,
            4 | 5 => Self::Offline(random.u64(300..4000)),
            6 => Self::RestartBackend(random.u64(..1500)),
            7 => Self::SignOut,
            8 => Self::Back,
            9 => Self::BackAndForward,
            _ => Self::Colleague(random.u32(1000..2000), Credential::Same),
        }
    }

    /// The name it is counted under.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reload => "reload",
            Self::NewTab => "new tab",
            Self::KillBrowser => "killed browser",
            Self::Offline(_) => "offline",
            Self::Online => "online",
            Self::RestartBackend(_) => "killed backend",
            Self::SignOut => "sign-out",
            Self::Back => "back",
            Self::BackAndForward => "back and forward",
            Self::Colleague(_, Credential::Same) => "colleague",
            Self::Colleague(_, Credential::Other) => "colleague with another key",
            Self::SetClock(_) => "clock set",
            Self::Sleep(..) => "sleep",
            Self::RotateKey => "key replaced",
            Self::ChangeSettings(Change::Replay) => "replay setting changed",
            Self::ChangeSettings(_) => "address rewritten",
        }
    }
}
