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

/// Lines over days up to today, drawn once for wide and once for narrow pages, so that words are as large on both.
#[derive(Debug)]
pub(crate) struct Chart {
    /// The days, in order.
    pub(crate) days: Vec<NaiveDate>,
    /// The lines, at most four.
    pub(crate) series: Vec<Series>,
    /// The drawings.
    pub(crate) canvases: [Canvas; 2],
}

/// A drawing: how large it is, and how high its values go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Canvas {
    /// The class that says on which pages it is seen.
    pub(crate) class: &'static str,
    width: f64,
    height: f64,
    marks: usize,
    days: usize,
    top: i64,
}

impl Chart {
    /// A chart of these lines.
    pub(crate) fn new(days: Vec<NaiveDate>, series: Vec<Series>) -> Self {
        let values = series.iter().flat_map(|line| &line.values);
        let top = round_up(values.copied().max().unwrap_or(0));
        let canvas = |class, width, height, marks| Canvas {
            class,
            width,
            height,
            marks,
            days: days.len(),
            top,
        };
        let canvases = [
            canvas("wide", 620.0, 270.0, 6),
            canvas("slim", 300.0, 220.0, 3),
        ];
        Self {
            days,
            series,
            canvases,
        }
    }

    /// Whether there is nothing to see.
    pub(crate) fn is_flat(&self) -> bool {
        let mut values = self.series.iter().flat_map(|line| &line.values);
        values.all(|value| *value == 0)
    }

    /// Days under the chart: x, words.
    pub(crate) fn marks(&self, on: &Canvas, f: &Frame) -> Vec<(f64, String)> {
        let every = self.days.len().div_ceil(on.marks).max(1);
        let shown = self.days.iter().enumerate().step_by(every);
        shown
            .map(|(index, day)| (on.x(index), times::short_day(*day, f.locale)))
            .collect()
    }

    /// What each day tells: x, width, sentence.
    pub(crate) fn points(&self, on: &Canvas, f: &Frame) -> Vec<(f64, f64, String)> {
        let width = (on.width - LEFT) / to_f64(self.days.len().max(1));
        let tell = |(index, day): (usize, &NaiveDate)| {
            let values = self.series.iter().map(|line| {
                let value = line.values.get(index).copied().unwrap_or(0);
                format!("{} {}", line.name, f.number(value))
            });
            let values = values.collect::<Vec<_>>().join(" · ");
            let day = if index + 1 == self.days.len() {
                f.t.parts.so_far.to_owned()
            } else {
                f.day(day)
            };
            let sentence = format!("{day}: {values}");
            (on.x(index) - width / 2.0, width, sentence)
        };
        self.days.iter().enumerate().map(tell).collect()
    }

    /// The rows of the table: day, values.
    pub(crate) fn rows(&self) -> Vec<(NaiveDate, Vec<i64>)> {
        let value = |line: &Series, index| line.values.get(index).copied().unwrap_or(0);
        let row = |(index, day): (usize, &NaiveDate)| {
            let values = self.series.iter().map(|line| value(line, index));
            (*day, values.collect())
        };
        self.days.iter().enumerate().map(row).collect()
    }
}

impl Canvas {
    /// `viewBox`.
    pub(crate) fn view_box(&self) -> String {
        format!("0 0 {} {}", self.width, self.height)
    }

    /// The grid: value, y.
    pub(crate) fn grid(&self) -> Vec<(i64, f64)> {
        let steps = if self.top < 4 { self.top.max(1) } else { 4 };
        (0..=steps)
            .map(|step| self.top * step / steps)
            .map(|value| (value, self.y(value)))
            .collect()
    }

    /// The first and last x of the grid.
    pub(crate) const fn span(&self) -> (f64, f64) {
        (LEFT, self.width)
    }

    /// Where the words under the chart stand.
    pub(crate) const fn foot(&self) -> f64 {
        self.height - 6.0
    }

    /// The path of a line over the days that are over.
    pub(crate) fn line(&self, line: &Series) -> String {
        self.path(line, 0, line.values.len().saturating_sub(1))
    }

    /// The path of a line into today, which is not over.
    pub(crate) fn today(&self, line: &Series) -> String {
        let days = line.values.len();
        self.path(line, days.saturating_sub(2), days)
    }

    /// The path of the area under a line.
    pub(crate) fn area(&self, line: &Series) -> String {
        let (first, last) = (self.x(0), self.x(line.values.len().saturating_sub(2)));
        let ground = self.y(0);
        let line = self.line(line);
        format!("{line}L{last:.1} {ground:.1}L{first:.1} {ground:.1}Z")
    }

    fn path(&self, line: &Series, from: usize, to: usize) -> String {
        let points = line.values.iter().enumerate().take(to).skip(from);
        let points =
            points.map(|(index, value)| format!("{:.1} {:.1}", self.x(index), self.y(*value)));
        format!("M{}", points.collect::<Vec<_>>().join("L"))
    }

    fn x(&self, index: usize) -> f64 {
        let steps = self.days.saturating_sub(1).max(1);
        LEFT + 6.0 + (self.width - LEFT - 12.0) * to_f64(index) / to_f64(steps)
    }

    #[expect(clippy::cast_precision_loss, reason = "a coordinate")]
    fn y(&self, value: i64) -> f64 {
        let height = self.height - TOP - FOOT;
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
