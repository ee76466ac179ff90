//! Randomness, always injected: the operating system's in production, a seed's in tests.

use std::sync::{
    Mutex,
    atomic::{AtomicU16, Ordering},
};

use rand_chacha::ChaCha12Rng;
use rand_core::{Rng, SeedableRng};

/// A source of unpredictable bytes.
pub trait Entropy: Send + Sync + std::fmt::Debug {
    /// Fills `buffer` with random bytes.
    fn fill(&self, buffer: &mut [u8]);

    /// How often it was asked this, from 0 on and around: what keeps the ids of one instant in the order of their making.
    fn count(&self) -> u16;
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

    fn count(&self) -> u16 {
        self.0.count()
    }
}

/// A reproducible stream.
#[derive(Debug)]
pub struct SeededEntropy {
    stream: Mutex<ChaCha12Rng>,
    count: AtomicU16,
}

impl SeededEntropy {
    /// The stream that `seed` stands for.
    pub fn new(seed: u64) -> Self {
        Self::from_stream(ChaCha12Rng::seed_from_u64(seed))
    }

    fn from_seed(seed: [u8; 32]) -> Self {
        Self::from_stream(ChaCha12Rng::from_seed(seed))
    }

    const fn from_stream(stream: ChaCha12Rng) -> Self {
        Self {
            stream: Mutex::new(stream),
            count: AtomicU16::new(0),
        }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        self.stream
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .fill_bytes(buffer);
    }

    fn count(&self) -> u16 {
        self.count.fetch_add(1, Ordering::Relaxed)
    }
}
