//! The table at the end.

/// One line of the table.
#[derive(Debug, Clone)]
pub(crate) struct Bar {
    /// What is asked for.
    pub(crate) name: String,
    /// What was measured.
    pub(crate) figure: String,
    /// What stood beside it.
    pub(crate) yardstick: String,
    /// One by the other, where that is the bar.
    pub(crate) ratio: Option<f64>,
    /// Whether it is met; none: a figure without a bar.
    pub(crate) met: Option<bool>,
}

impl Bar {
    /// A figure that nothing is asked of.
    pub(crate) fn figure(name: impl Into<String>, figure: String) -> Self {
        Self {
            name: name.into(),
            figure,
            yardstick: String::new(),
            ratio: None,
            met: None,
        }
    }
}

/// The middle one.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Prints the table; whether every bar is met.
pub(crate) fn table(bars: &[Bar]) -> bool {
    println!("\n| bar | figure | yardstick | ratio | met |\n|---|---|---|---|---|");
    for bar in bars {
        let ratio = bar
            .ratio
            .map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        let met = match bar.met {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "",
        };
        println!(
            "| {} | {} | {} | {ratio} | {met} |",
            bar.name, bar.figure, bar.yardstick
        );
    }
    bars.iter().all(|bar| bar.met != Some(false))
}
