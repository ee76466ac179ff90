//! Invented people. They have no e-mail: nobody must get a letter because somebody tried the demo.

use kernel::{Entropy, SeededEntropy};

const GIVEN: [&str; 40] = [
    "Anna", "Ben", "Chiara", "David", "Emma", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Kira",
    "Liam", "Maja", "Noah", "Olga", "Paul", "Rosa", "Samir", "Tara", "Viktor", "晓明", "丽华",
    "志强", "雪梅", "建国", "佳怡", "子涵", "浩然", "欣怡", "宇轩", "梓萱", "俊杰", "诗涵", "文博",
    "雨桐", "晨曦", "思远", "嘉豪", "静怡", "明哲",
];
const FAMILY: [&str; 20] = [
    "Berg", "Costa", "Novak", "Silva", "Meyer", "Rossi", "Kowal", "Dubois", "Larsen", "Haddad",
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴",
];

/// Dice that fall the same way for the same seed.
pub(super) struct Dice(SeededEntropy);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(SeededEntropy::new(seed))
    }

    /// A number from 0 up to and without 1.
    pub(super) fn share(&self) -> f64 {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        f64::from(u32::from_be_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
    }

    /// Whether something of this probability happens.
    pub(super) fn falls(&self, probability: f64) -> bool {
        self.share() < probability
    }

    /// A place below `count`; early places are likelier the higher `skew` is.
    pub(super) fn place(&self, count: usize, skew: f64) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place in a short list"
        )]
        let place = (self.share().powf(skew) * count as f64) as usize;
        place.min(count.saturating_sub(1))
    }

    /// One of a list.
    pub(super) fn one<'a, T>(&self, list: &'a [T]) -> &'a T {
        &list[self.place(list.len(), 1.0)]
    }

    /// A whole number around `mean`, never below 0.
    pub(super) fn around(&self, mean: f64) -> u32 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "small and not negative"
        )]
        let count = (mean * (0.7 + 0.6 * self.share())).round().max(0.0) as u32;
        count
    }
}

/// One invented person.
pub(super) struct Person {
    pub(super) external_id: String,
    pub(super) name: String,
    pub(super) locale: &'static str,
}

/// The person with this number.
pub(super) fn person(number: usize, dice: &Dice) -> Person {
    let given = dice.place(GIVEN.len(), 1.0);
    let chinese = given >= 20;
    let family = FAMILY[dice.place(10, 1.0) + if chinese { 10 } else { 0 }];
    let name = if chinese {
        format!("{family}{}", GIVEN[given])
    } else {
        format!("{} {family}", GIVEN[given])
    };
    Person {
        external_id: format!("demo-{number}"),
        name,
        locale: if chinese { "zh" } else { "en" },
    }
}
