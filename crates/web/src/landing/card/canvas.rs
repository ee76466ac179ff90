//! Pixels: shapes by their distance, glyphs by their outlines.

use ab_glyph::{Font, Glyph};

/// Red, green, blue.
pub(super) type Colour = [u8; 3];

/// Across and down.
pub(super) type Point = (f32, f32);
/// A box: left, top, right, bottom.
pub(super) type Area = [f32; 4];

/// A picture being drawn.
pub(super) struct Canvas {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Canvas {
    /// A picture of one colour.
    pub(super) fn new(width: u32, height: u32, ground: Colour) -> Self {
        let count = width as usize * height as usize;
        Self {
            width,
            height,
            pixels: ground.repeat(count),
        }
    }

    /// Fills what lies inside: `distance` is negative there, in pixels from the edge. Nothing outside of the box is asked.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "coordinates of a small picture; below zero is zero"
    )]
    fn fill(
        &mut self,
        colour: Colour,
        opacity: f32,
        area: Area,
        distance: impl Fn(f32, f32) -> f32,
    ) {
        let [left, top, right, bottom] = area.map(|edge| edge.round() as u32);
        for y in top..bottom.min(self.height) {
            for x in left..right.min(self.width) {
                let inside = 0.5 - distance(x as f32 + 0.5, y as f32 + 0.5);
                if inside > 0.0 {
                    self.blend(x, y, colour, inside.min(1.0) * opacity);
                }
            }
        }
    }

    /// Fills a circle.
    pub(super) fn circle(&mut self, colour: Colour, opacity: f32, (cx, cy): Point, radius: f32) {
        let area = around(cx - radius, cy - radius, cx + radius, cy + radius);
        let distance = |x: f32, y: f32| (x - cx).hypot(y - cy) - radius;
        self.fill(colour, opacity, area, distance);
    }

    /// Fills a box with round corners.
    pub(super) fn round_box(&mut self, colour: Colour, area: Area, radius: f32) {
        let [left, top, right, bottom] = area;
        let (width, height) = (right - left, bottom - top);
        let distance = |x: f32, y: f32| {
            let dx = (x - left - width / 2.0).abs() - width / 2.0 + radius;
            let dy = (y - top - height / 2.0).abs() - height / 2.0 + radius;
            dx.max(0.0).hypot(dy.max(0.0)) + dx.max(dy).min(0.0) - radius
        };
        self.fill(colour, 1.0, around(left, top, right, bottom), distance);
    }

    /// Draws a line with round ends through some points.
    pub(super) fn stroke(&mut self, colour: Colour, points: &[Point], width: f32) {
        let mut area = [f32::MAX, f32::MAX, 0.0, 0.0];
        for (x, y) in points {
            area[0] = x.min(area[0]);
            area[1] = y.min(area[1]);
            area[2] = x.max(area[2]);
            area[3] = y.max(area[3]);
        }
        let [left, top, right, bottom] = area;
        let area = around(left - width, top - width, right + width, bottom + width);
        let distance = |x: f32, y: f32| {
            let nearest = points
                .windows(2)
                .map(|pair| segment(x, y, pair[0], pair[1]));
            nearest.fold(f32::INFINITY, f32::min) - width / 2.0
        };
        self.fill(colour, 1.0, area, distance);
    }

    /// Draws a glyph where it is placed.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what lies outside of the picture is left out"
    )]
    pub(super) fn glyph(&mut self, font: &impl Font, glyph: Glyph, colour: Colour) {
        let Some(outline) = font.outline_glyph(glyph) else {
            return;
        };
        let corner = outline.px_bounds().min;
        outline.draw(|x, y, coverage| {
            let (x, y) = (
                corner.x as i64 + i64::from(x),
                corner.y as i64 + i64::from(y),
            );
            if x >= 0 && y >= 0 && x < i64::from(self.width) && y < i64::from(self.height) {
                self.blend(x as u32, y as u32, colour, coverage.clamp(0.0, 1.0));
            }
        });
    }

    /// The picture as PNG.
    pub(super) fn png(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header().ok()?;
        writer.write_image_data(&self.pixels).ok()?;
        writer.finish().ok()?;
        Some(bytes)
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a mixture of two bytes is one"
    )]
    fn blend(&mut self, x: u32, y: u32, colour: Colour, share: f32) {
        let at = (y as usize * self.width as usize + x as usize) * 3;
        for (pixel, wanted) in self.pixels[at..at + 3].iter_mut().zip(colour) {
            let (old, new) = (f32::from(*pixel), f32::from(wanted));
            *pixel = (old + (new - old) * share).round() as u8;
        }
    }
}

/// A box with a pixel more on each side, for soft edges.
fn around(left: f32, top: f32, right: f32, bottom: f32) -> Area {
    [left - 1.0, top - 1.0, right + 1.0, bottom + 1.0]
}

fn segment(x: f32, y: f32, (ax, ay): (f32, f32), (bx, by): (f32, f32)) -> f32 {
    let (dx, dy) = (bx - ax, by - ay);
    let length = (dx * dx + dy * dy).max(f32::EPSILON);
    let along = (((x - ax) * dx + (y - ay) * dy) / length).clamp(0.0, 1.0);
    (x - ax - along * dx).hypot(y - ay - along * dy)
}
