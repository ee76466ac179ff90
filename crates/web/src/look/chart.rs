//! Charts as SVG: the server draws them, the style sheet colours them.

use chrono::NaiveDate;

use super::{Frame, times};

const LEFT: f64 = 44.0;
const TOP: f64 = 10.0;
const FOOT: f64 = 26.0;

/// One line of a chart.
#[derive(Debug)]
pub(crate) struct Series {
    /// What it counts.
    pub(crate) name: &'static str,
    /// A value for each day.
    pub(crate) values: Vec<i64>,
}

/// Lines over days.
#[derive(Debug)]
pub(crate) struct Chart {
    /// The days, in order.
    pub(crate) days: Vec<NaiveDate>,
    /// The lines, at most four.
    pub(crate) series: Vec<Series>,
    top: i64,
}

impl Chart {
    /// A chart of these lines.
    pub(crate) fn new(days: Vec<NaiveDate>, series: Vec<Series>) -> Self {
        let most = series
            .iter()
            .flat_map(|line| &line.values)
            .copied()
            .max()
            .unwrap_or(0);
        Self {
            days,
            series,
            top: round_up(most),
        }
    }

    /// `viewBox`.
    #[expect(clippy::unused_self, reason = "templates reach it through the chart")]
    pub(crate) fn view_box(&self) -> String {
        format!("0 0 {WIDTH} {HEIGHT}")
    }

    /// The grid: value, y.
    #[expect(clippy::cast_possible_truncation, reason = "a fraction of an i64")]
    pub(crate) fn grid(&self) -> Vec<(i64, f64)> {
        let steps = if self.top < 4 { self.top.max(1) } else { 4 };
        (0..=steps)
            .map(|step| self.top * step / steps)
            .map(|value| (value, self.y(value)))
            .collect()
    }

    /// The first and last x of the grid.
    #[expect(clippy::unused_self, reason = "templates reach it through the chart")]
    pub(crate) const fn span(&self) -> (f64, f64) {
        (LEFT, WIDTH)
    }

    /// Days under the chart: x, words.
    pub(crate) fn marks(&self, f: &Frame) -> Vec<(f64, String)> {
        let every = self.days.len().div_ceil(7).max(1);
        let shown = self.days.iter().enumerate().step_by(every);
        shown
            .map(|(index, day)| (self.x(index), times::short_day(*day, f.locale)))
            .collect()
    }

    /// Where the words under the chart stand.
    #[expect(clippy::unused_self, reason = "templates reach it through the chart")]
    pub(crate) const fn foot(&self) -> f64 {
        HEIGHT - 6.0
    }

    /// The path of a line.
    pub(crate) fn line(&self, line: &Series) -> String {
        let points = line.values.iter().enumerate();
        let points =
            points.map(|(index, value)| format!("{:.1} {:.1}", self.x(index), self.y(*value)));
        format!("M{}", points.collect::<Vec<_>>().join("L"))
    }

    /// The path of the area under a line.
    pub(crate) fn area(&self, line: &Series) -> String {
        let last = self.x(line.values.len().saturating_sub(1));
        format!(
            "{}L{last:.1} {:.1}L{LEFT:.1} {1:.1}Z",
            self.line(line),
            self.y(0)
        )
    }

    /// What each day tells: x, width, sentence.
    pub(crate) fn points(&self, f: &Frame) -> Vec<(f64, f64, String)> {
        let width = (WIDTH - LEFT) / to_f64(self.days.len().max(1));
        let tell = |(index, day): (usize, &NaiveDate)| {
            let values = self.series.iter().map(|line| {
                let value = line.values.get(index).copied().unwrap_or(0);
                format!("{} {}", line.name, f.number(value))
            });
            let sentence = format!("{}: {}", f.day(day), values.collect::<Vec<_>>().join(" · "));
            (self.x(index) - width / 2.0, width, sentence)
        };
        self.days.iter().enumerate().map(tell).collect()
    }

    /// The value of a line on a day.
    #[expect(clippy::unused_self, reason = "templates reach it through the chart")]
    pub(crate) fn value(&self, line: &Series, index: &usize) -> i64 {
        line.values.get(*index).copied().unwrap_or(0)
    }

    fn x(&self, index: usize) -> f64 {
        let steps = self.days.len().saturating_sub(1).max(1);
        LEFT + 6.0 + (WIDTH - LEFT - 12.0) * to_f64(index) / to_f64(steps)
    }

    #[expect(clippy::cast_precision_loss, reason = "a coordinate")]
    fn y(&self, value: i64) -> f64 {
        let height = HEIGHT - TOP - FOOT;
        TOP + height - height * value as f64 / self.top.max(1) as f64
    }
}

#[expect(clippy::cast_precision_loss, reason = "an index of a day")]
fn to_f64(index: usize) -> f64 {
    index as f64
}

/// The next number that divides well: 1, 2, 4, 8, 10, 20, 40, 80…
fn round_up(most: i64) -> i64 {
    let mut unit = 1;
    loop {
        for factor in [1, 2, 4, 8] {
            if unit * factor >= most {
                return unit * factor;
            }
        }
        unit *= 10;
    }
}
