//! What repeated measurements come to.

/// Measurements of one thing, in whole units of it.
#[derive(Clone, Debug, Default)]
pub struct Samples(Vec<u64>);

/// The middle of measurements, and how far they lie apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread {
    /// As many are below as above.
    pub median: u64,
    /// The least.
    pub least: u64,
    /// The greatest.
    pub greatest: u64,
}

impl Samples {
    /// One more.
    pub fn add(&mut self, value: u64) {
        self.0.push(value);
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// What they come to; nothing where nothing was measured.
    pub fn spread(&self) -> Option<Spread> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let (least, greatest) = (*sorted.first()?, *sorted.last()?);
        let upper = *sorted.get(sorted.len() / 2)?;
        // Of an even count, halfway between the two in the middle.
        let lower = *sorted.get((sorted.len() - 1) / 2)?;
        Some(Spread {
            median: lower.midpoint(upper),
            least,
            greatest,
        })
    }
}

/// How many times `one` goes into `two`, in tenths, to the nearest.
pub fn tenfold_factor(one: u64, two: u64) -> Option<u64> {
    let tenths = u128::from(two) * 10 + u128::from(one) / 2;
    u64::try_from(tenths.checked_div(u128::from(one))?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(values: &[u64]) -> Option<(u64, u64, u64)> {
        let samples = Samples(values.to_vec());
        let spread = samples.spread()?;
        Some((spread.median, spread.least, spread.greatest))
    }

    #[test]
    fn the_median_is_in_the_middle_whatever_the_order() {
        assert_eq!(spread(&[]), None);
        assert_eq!(spread(&[7]), Some((7, 7, 7)));
        assert_eq!(spread(&[9, 1, 5]), Some((5, 1, 9)));
        assert_eq!(spread(&[10, 1, 3, 5]), Some((4, 1, 10)));
        assert_eq!(spread(&[2, 2, 2, 900, 1]), Some((2, 1, 900)));
        assert_eq!(
            spread(&[u64::MAX, u64::MAX]),
            Some((u64::MAX, u64::MAX, u64::MAX))
        );
    }

    #[test]
    fn a_factor_is_rounded_to_tenths() {
        assert_eq!(tenfold_factor(10, 100), Some(100));
        assert_eq!(tenfold_factor(3, 1), Some(3));
        assert_eq!(tenfold_factor(1000, 1049), Some(10));
        assert_eq!(tenfold_factor(1000, 1050), Some(11));
        assert_eq!(tenfold_factor(0, 5), None);
        assert_eq!(tenfold_factor(1, u64::MAX), None);
    }
}
