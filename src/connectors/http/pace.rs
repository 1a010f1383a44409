//! How many questions a second are put at most, where the user says so.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::super::{ConnectorError, Settings};
use super::RATE;

/// The time between two questions, and when the next one may be put.
#[derive(Debug, Default)]
pub struct Pace {
    every: Option<Duration>,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// Reads the setting [`RATE`].
    pub fn read(settings: &Settings) -> Result<Self, ConnectorError> {
        let rate = settings.number(RATE.key)?;
        let every = rate.map(|rate| Duration::from_secs(1) / u32::try_from(rate).unwrap_or(u32::MAX).max(1));
        Ok(Self { every, ..Self::default() })
    }

    /// Takes a turn; how long to wait for it.
    pub fn turn(&self, now: Instant) -> Option<Duration> {
        let every = self.every?;
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let at = next.map_or(now, |next| next.max(now));
        *next = at.checked_add(every);
        at.checked_duration_since(now).filter(|wait| !wait.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(rate: &str) -> Result<Pace, ConnectorError> {
        Pace::read(&Settings { values: [(RATE.key, rate.to_owned())].into(), ..Settings::default() })
    }

    #[test]
    fn turns_are_as_far_apart_as_the_user_says() {
        let (pace, now) = (pace("4").unwrap(), Instant::now());
        let quarter = Duration::from_millis(250);
        let waits: Vec<_> = (0..4).map(|_| pace.turn(now).unwrap_or_default()).collect();
        assert_eq!(waits, [Duration::ZERO, quarter, 2 * quarter, 3 * quarter]);
        // Whoever comes late waits for nobody.
        assert_eq!(pace.turn(now + 10 * quarter), None);
        assert_eq!(Pace::default().turn(now), None);
    }

    #[test]
    fn only_whole_numbers_from_one_on_are_rates() {
        for wrong in ["0", "-1", "1.5", "ten"] {
            assert!(pace(wrong).unwrap_err().to_string().contains("`rate`"), "{wrong}");
        }
        assert_eq!(pace("").unwrap().every, None);
    }
}
