//! The picture of a link: who invites, to what, and what there is to get.

use super::{
    canvas::{Canvas, Colour, Point},
    fonts::{Fonts, Weight},
};

const WIDTH: u32 = 1200;
const HEIGHT: u32 = 630;
/// Where the words begin, and how far they go.
const LEFT: f32 = 84.0;
const ROOM: f32 = 730.0;

const GROUND: Colour = [0xfb, 0xf7, 0xf2];
const GLOW: Colour = [0xfd, 0xe3, 0xd9];
const ACCENT: Colour = [0xb9, 0x3a, 0x1c];
const BLUSH: Colour = [0xff, 0xc9, 0xb8];
const WHITE: Colour = [0xff, 0xff, 0xff];
const TEXT: Colour = [0x1c, 0x1a, 0x17];
const QUIET: Colour = [0x66, 0x60, 0x5a];

/// What a picture says. The same words are the same picture.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Sketch {
    /// Whose program it is.
    pub(super) project: String,
    /// Who invites.
    pub(super) eyebrow: String,
    /// To what.
    pub(super) title: String,
    /// What there is to get.
    pub(super) gets: Option<String>,
}

/// The picture as PNG.
pub(super) fn png(sketch: &Sketch) -> Option<Vec<u8>> {
    let gets = sketch.gets.as_deref().unwrap_or_default();
    let texts = [&sketch.project, &sketch.eyebrow, &sketch.title, gets];
    let fonts = Fonts::of(&texts)?;
    let mut canvas = Canvas::new(WIDTH, HEIGHT, GROUND);
    canvas.circle(GLOW, 0.8, (1010.0, 315.0), 400.0);
    canvas.circle(BLUSH, 0.5, (1010.0, 315.0), 250.0);
    mark(&mut canvas, (870.0, 175.0), 280.0);
    project(&mut canvas, &fonts, &sketch.project);
    words(&mut canvas, &fonts, sketch);
    canvas.png()
}

/// The mark of Inviter, in a box of this size.
fn mark(canvas: &mut Canvas, (left, top): Point, size: f32) {
    let unit = size / 32.0;
    let at = |(x, y): Point| (left + x * unit, top + y * unit);
    canvas.round_box(ACCENT, [left, top, left + size, top + size], 9.0 * unit);
    let mut stem = vec![(10.5, 22.5)];
    stem.extend(curve([
        (10.5, 14.3),
        (10.5, 12.1),
        (12.3, 10.3),
        (14.5, 10.3),
    ]));
    stem.push((14.9, 10.3));
    let branch = curve([(10.5, 19.5), (15.1, 19.5), (16.9, 17.6), (20.9, 17.6)]);
    let stem: Vec<_> = stem.into_iter().map(at).collect();
    let branch: Vec<_> = branch.into_iter().map(at).collect();
    canvas.stroke(BLUSH, &branch, 3.0 * unit);
    canvas.stroke(WHITE, &stem, 3.0 * unit);
    canvas.circle(WHITE, 1.0, at((20.6, 10.4)), 3.2 * unit);
    canvas.circle(BLUSH, 1.0, at((22.0, 22.0)), 2.4 * unit);
}

/// A cubic Bézier curve as points.
fn curve(points: [Point; 4]) -> Vec<Point> {
    let mix = |along: f32, [start, first, second, end]: [f32; 4]| {
        let rest = 1.0 - along;
        rest.powi(3) * start
            + 3.0 * rest.powi(2) * along * first
            + 3.0 * rest * along.powi(2) * second
            + along.powi(3) * end
    };
    let steps = (0_u8..=16).map(|step| f32::from(step) / 16.0);
    steps
        .map(|along| {
            (
                mix(along, points.map(|it| it.0)),
                mix(along, points.map(|it| it.1)),
            )
        })
        .collect()
}

/// Whose program it is: the first letter in a circle, and the name.
fn project(canvas: &mut Canvas, fonts: &Fonts, name: &str) {
    let Some(name) = fonts.drawable(name) else {
        return;
    };
    let name = fonts.wrap(&name, Weight::SemiBold, 34.0, ROOM - 80.0, 1);
    let name = name.first().map_or("", String::as_str);
    let initial: String = name.chars().take(1).flat_map(char::to_uppercase).collect();
    let centre = (LEFT + 28.0, 100.0);
    canvas.circle(TEXT, 1.0, centre, 28.0);
    let start = centre.0 - fonts.width(&initial, Weight::SemiBold, 28.0) / 2.0;
    let at = (start, centre.1 + 10.0);
    fonts.line(canvas, &initial, at, Weight::SemiBold, 28.0, WHITE);
    let at = (LEFT + 76.0, 112.0);
    fonts.line(canvas, name, at, Weight::SemiBold, 34.0, TEXT);
}

fn words(canvas: &mut Canvas, fonts: &Fonts, sketch: &Sketch) {
    let mut y = 258.0;
    if let Some(eyebrow) = fonts.drawable(&sketch.eyebrow) {
        for line in fonts.wrap(&eyebrow, Weight::Regular, 40.0, ROOM, 1) {
            fonts.line(canvas, &line, (LEFT, y), Weight::Regular, 40.0, QUIET);
        }
    }
    if let Some(title) = fonts.drawable(&sketch.title) {
        let size = if fonts.width(&title, Weight::SemiBold, 84.0) <= ROOM {
            84.0
        } else {
            64.0
        };
        y += size * 0.35;
        for line in fonts.wrap(&title, Weight::SemiBold, size, ROOM, 2) {
            y += size * 0.95;
            fonts.line(canvas, &line, (LEFT, y), Weight::SemiBold, size, TEXT);
            y += size * 0.15;
        }
    }
    let gets = sketch.gets.as_deref().and_then(|gets| fonts.drawable(gets));
    if let Some(gets) = gets {
        let lines = fonts.wrap(&gets, Weight::SemiBold, 36.0, ROOM - 72.0, 1);
        let line = lines.first().map_or("", String::as_str);
        let width = fonts.width(line, Weight::SemiBold, 36.0) + 72.0;
        let top = (y + 36.0).min(500.0);
        canvas.round_box(ACCENT, [LEFT, top, LEFT + width, top + 76.0], 38.0);
        let at = (LEFT + 36.0, top + 51.0);
        fonts.line(canvas, line, at, Weight::SemiBold, 36.0, WHITE);
    }
}
