//! Statistics of repeated measurements.

/// Measurements of one quantity, in whole units.
#[derive(Clone, Debug, Default)]
pub struct Samples(Vec<u64>);

/// The median and range of measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread {
    /// The median.
    pub median: u64,
    /// The minimum.
    pub min: u64,
    /// The maximum.
    pub max: u64,
}

impl Samples {
    /// Adds a measurement.
    pub fn add(&mut self, value: u64) {
        self.0.push(value);
    }

    /// Returns the number of measurements.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Returns the median and range, or `None` without measurements.
    pub fn spread(&self) -> Option<Spread> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let upper = *sorted.get(sorted.len() / 2)?;
        // With an even count, the median is halfway between the two in the middle.
        let lower = *sorted.get((sorted.len() - 1) / 2)?;
        Some(Spread {
            median: lower.midpoint(upper),
            min,
            max,
        })
    }
}

/// Returns `value / base` in tenths, rounded to the nearest. `None` if `base` is 0.
pub fn factor_in_tenths(base: u64, value: u64) -> Option<u64> {
    let tenths = u128::from(value) * 10 + u128::from(base) / 2;
    u64::try_from(tenths.checked_div(u128::from(base))?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(values: &[u64]) -> Option<(u64, u64, u64)> {
        let samples = Samples(values.to_vec());
        let spread = samples.spread()?;
        Some((spread.median, spread.min, spread.max))
    }

    #[test]
    fn the_median_does_not_depend_on_the_order() {
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
        assert_eq!(factor_in_tenths(10, 100), Some(100));
        assert_eq!(factor_in_tenths(3, 1), Some(3));
        assert_eq!(factor_in_tenths(1000, 1049), Some(10));
        assert_eq!(factor_in_tenths(1000, 1050), Some(11));
        assert_eq!(factor_in_tenths(0, 5), None);
        assert_eq!(factor_in_tenths(1, u64::MAX), None);
    }
}
