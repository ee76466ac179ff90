//! Randomness, always injected: the operating system's in production, a seed's in tests.

use std::sync::Mutex;

use rand_chacha::ChaCha12Rng;
use rand_core::{Rng, SeedableRng};

/// A source of unpredictable bytes.
pub trait Entropy: Send + Sync + std::fmt::Debug {
    /// Fills `buffer` with random bytes.
    fn fill(&self, buffer: &mut [u8]);
}

/// The operating system's generator, through a ChaCha stream reseeded at start.
///
/// One system call per process instead of one per id: ids and codes are made on the hot path.
#[derive(Debug)]
pub struct SystemEntropy(SeededEntropy);

impl Default for SystemEntropy {
    /// # Panics
    /// When the operating system has no randomness to give: nothing safe can be done then.
    fn default() -> Self {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).expect("the operating system provides randomness");
        Self(SeededEntropy::from_seed(seed))
    }
}

impl Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        self.0.fill(buffer);
    }
}

/// A reproducible stream.
#[derive(Debug)]
pub struct SeededEntropy(Mutex<ChaCha12Rng>);

impl SeededEntropy {
    /// The stream that `seed` stands for.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha12Rng::seed_from_u64(seed)))
    }

    fn from_seed(seed: [u8; 32]) -> Self {
        Self(Mutex::new(ChaCha12Rng::from_seed(seed)))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .fill_bytes(buffer);
    }
}
