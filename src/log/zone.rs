//! Pure: the time zone of days and times. A single zone applies to filters, entries, sums, charts and exports.

/// A time zone, by its owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Zone {
    /// The zone that the service uses: the account's in the log, UTC in a wallet.
    #[default]
    Service,
    /// The zone of this computer.
    Local,
}

impl Zone {
    /// Parses the URL parameter. Anything but `local` is the service's zone.
    pub fn named(name: Option<&str>) -> Self {
        match name {
            Some("local") => Self::Local,
            _ => Self::Service,
        }
    }

    /// Returns the URL parameter, if it is needed.
    pub fn name(self) -> Option<&'static str> {
        (self == Self::Local).then_some("local")
    }
}
