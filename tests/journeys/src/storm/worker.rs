//! One worker's share of the storm.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;

use super::{
    desk_scenario::MOVEMENTS_PER_DESK, options::Setting, plan::Plan, report::PartialReport,
    storm_desk::StormDesk,
};

/// The work of one worker.
#[derive(Debug)]
pub struct Share<'a> {
    /// The seed of all random choices.
    pub seed: u64,
    /// What the reseller API does with idempotency keys.
    pub setting: Setting,
    /// The worker's number.
    pub worker: usize,
    /// The numbers of the movements, by desk.
    pub desks: Vec<Vec<usize>>,
    /// The progress of all workers.
    pub progress: &'a Progress,
}

/// The storm's progress, printed for the user.
#[derive(Debug)]
pub struct Progress {
    setting: Setting,
    all: usize,
    done: AtomicUsize,
}

impl Progress {
    /// Creates the state at the start.
    pub fn new(setting: Setting, all: usize) -> Self {
        Self {
            setting,
            all,
            done: AtomicUsize::new(0),
        }
    }

    fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(self.all.div_ceil(10).max(10)) || done == self.all {
            println!("{}: {done} of {} movements", self.setting, self.all);
        }
    }
}

/// Groups movements by the desk they are made on.
pub fn desks(numbers: &[usize]) -> Vec<Vec<usize>> {
    let same = |a: &usize, b: &usize| a / MOVEMENTS_PER_DESK == b / MOVEMENTS_PER_DESK;
    numbers.chunk_by(same).map(<[usize]>::to_vec).collect()
}

/// Runs a worker's share.
pub fn work(share: &Share<'_>) -> Result<PartialReport> {
    let _slot = crate::slot::take()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut part = PartialReport::default();
        let mut openings = 0;
        for numbers in &share.desks {
            play_desk(share, numbers, &mut openings, &mut part).await?;
        }
        Ok(part)
    })
}

/// Plays the movements planned for one desk. Opens another desk whenever one can't continue.
async fn play_desk(
    share: &Share<'_>,
    numbers: &[usize],
    openings: &mut usize,
    part: &mut PartialReport,
) -> Result<()> {
    let mut storm_desk: Option<StormDesk> = None;
    let mut last = None;
    for number in numbers {
        let plan = Plan::new(share.seed, share.setting, *number);
        let mut open = match storm_desk.take() {
            Some(open) => open,
            None => StormDesk::open(share, &plan, openings).await?,
        };
        if open.play(&plan, part).await? {
            storm_desk = Some(open);
        } else {
            // A desk can't continue when something stays unresolved.
            open.close(&plan, part, false).await?;
        }
        last = Some(plan);
        share.progress.step();
    }
    if let (Some(storm_desk), Some(last)) = (storm_desk, last) {
        storm_desk.close(&last, part, true).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desk_has_neighboring_numbers() {
        assert_eq!(desks(&[0, 5, 6, 30]), [vec![0, 5], vec![6], vec![30]]);
    }
}
