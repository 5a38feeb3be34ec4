//! Whose days and times are shown. There is one zone at a time, for filters, rows, sums, charts and files.

/// A time zone, by whose it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Zone {
    /// The zone that the service writes its times in: the account's in the log, UTC in a wallet.
    #[default]
    Service,
    /// The zone of this computer.
    Local,
}

impl Zone {
    /// Reads the URL's parameter. Anything but `local` is the service's.
    pub fn named(name: Option<&str>) -> Self {
        match name {
            Some("local") => Self::Local,
            _ => Self::Service,
        }
    }

    /// The URL's parameter, where it is needed.
    pub fn name(self) -> Option<&'static str> {
        (self == Self::Local).then_some("local")
    }
}
