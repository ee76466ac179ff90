//! Letters: an embedded font for Latin, Greek and Cyrillic, a font of the machine for whatever it lacks.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use ab_glyph::{Font, FontRef, FontVec, Glyph, GlyphId, PxScale, ScaleFont, point};

use super::canvas::{Canvas, Colour, Point};

static REGULAR: &[u8] = include_bytes!("../../../fonts/Inter-Regular.ttf");
static SEMI_BOLD: &[u8] = include_bytes!("../../../fonts/Inter-SemiBold.ttf");

/// Where machines keep their fonts.
const FOLDERS: [&str; 5] = [
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:\\Windows\\Fonts",
];
/// Fonts that have Chinese, the best first: how their files begin, in small letters.
const WANTED: [&str; 10] = [
    "notosanscjk-bold",
    "notosanssc-bold",
    "notosanscjk",
    "notosanssc",
    "sourcehansans",
    "pingfang",
    "msyh",
    "wqy-",
    "droidsansfallback",
    "simhei",
];
/// The fonts of a collection, those with simplified forms first.
const FACES: [u32; 3] = [2, 0, 1];

/// The machine's font for Chinese; where it lies is looked up once.
static CHINESE: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
    let mut files = Vec::new();
    for folder in FOLDERS {
        collect(Path::new(folder), 5, &mut files);
    }
    let rank = |file: &PathBuf| {
        let name = file.file_name()?.to_str()?.to_lowercase();
        WANTED.iter().position(|wanted| name.starts_with(wanted))
    };
    files
        .into_iter()
        .filter_map(|file| Some((rank(&file)?, file)))
        .min()
        .map(|(_, file)| file)
});

fn collect(folder: &Path, depth: u8, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        if path.is_dir() && depth > 0 {
            collect(&path, depth - 1, files);
        } else {
            files.push(path);
        }
    }
}

/// How heavy letters are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Weight {
    /// For sentences.
    Regular,
    /// For names and figures.
    SemiBold,
}

/// The fonts of one picture.
pub(super) struct Fonts {
    regular: FontRef<'static>,
    semi_bold: FontRef<'static>,
    /// Read for the pictures that need it and not kept: such fonts take up to 20 MB.
    chinese: Option<FontVec>,
}

/// Where a glyph comes from.
#[derive(Clone, Copy)]
enum Source {
    Own(GlyphId),
    Chinese(GlyphId),
}

impl Fonts {
    /// The fonts for these texts.
    pub(super) fn of(texts: &[&str]) -> Option<Self> {
        let mut fonts = Self {
            regular: FontRef::try_from_slice(REGULAR).ok()?,
            semi_bold: FontRef::try_from_slice(SEMI_BOLD).ok()?,
            chinese: None,
        };
        let lacks = |c: char| !c.is_whitespace() && fonts.regular.glyph_id(c).0 == 0;
        if texts.iter().any(|text| text.chars().any(lacks)) {
            fonts.chinese = chinese();
        }
        Some(fonts)
    }

    /// The text without what cannot be drawn; none where that is more than ornament.
    pub(super) fn drawable(&self, text: &str) -> Option<String> {
        let mut kept = String::new();
        for c in text.chars() {
            if c.is_whitespace() {
                kept.push(' ');
            } else if self.source(Weight::Regular, c).is_some() {
                kept.push(c);
            } else if c.is_alphanumeric() {
                return None;
            }
        }
        let words: Vec<_> = kept.split_whitespace().collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// How wide a line is, in pixels.
    pub(super) fn width(&self, text: &str, weight: Weight, size: f32) -> f32 {
        let advances = text
            .chars()
            .filter_map(|c| Some(self.advance(self.source(weight, c)?, weight, size)));
        advances.sum()
    }

    /// Draws a line; `y` is where the letters stand. Gives where it ends.
    pub(super) fn line(
        &self,
        canvas: &mut Canvas,
        text: &str,
        (x, y): Point,
        weight: Weight,
        size: f32,
        colour: Colour,
    ) -> f32 {
        let mut x = x;
        for source in text.chars().filter_map(|c| self.source(weight, c)) {
            match (source, &self.chinese) {
                (Source::Own(id), _) => {
                    let font = self.own(weight);
                    canvas.glyph(font, placed(font, id, size, x, y), colour);
                }
                (Source::Chinese(id), Some(font)) => {
                    canvas.glyph(font, placed(font, id, size, x, y), colour);
                }
                (Source::Chinese(_), None) => {}
            }
            x += self.advance(source, weight, size);
        }
        x
    }

    /// The text in at most so many lines; what does not fit ends in dots.
    pub(super) fn wrap(
        &self,
        text: &str,
        weight: Weight,
        size: f32,
        width: f32,
        most: usize,
    ) -> Vec<String> {
        let mut lines = vec![String::new()];
        for piece in pieces(text) {
            let last = lines.len() - 1;
            let longer = format!("{}{piece}", lines[last]);
            if self.width(longer.trim_end(), weight, size) <= width || lines[last].is_empty() {
                lines[last] = longer;
            } else {
                lines.push(piece.trim_start().to_owned());
            }
        }
        let cut = lines.len() > most;
        lines.truncate(most);
        for (index, line) in lines.iter_mut().enumerate() {
            let dots = cut && index + 1 == most;
            self.shorten(line, weight, size, width, dots);
        }
        lines
    }

    fn shorten(&self, line: &mut String, weight: Weight, size: f32, width: f32, dots: bool) {
        let mut text = line.trim_end().to_owned();
        let end = |text: &str, dots: bool| {
            if dots {
                format!("{}…", text.trim_end())
            } else {
                text.to_owned()
            }
        };
        let mut dots = dots;
        while self.width(&end(&text, dots), weight, size) > width && text.pop().is_some() {
            dots = true;
        }
        *line = end(&text, dots);
    }

    fn own(&self, weight: Weight) -> &FontRef<'static> {
        match weight {
            Weight::Regular => &self.regular,
            Weight::SemiBold => &self.semi_bold,
        }
    }

    fn source(&self, weight: Weight, c: char) -> Option<Source> {
        let known = |id: GlyphId| Some(id).filter(|id| id.0 != 0);
        let own = known(self.own(weight).glyph_id(c)).map(Source::Own);
        let chinese = || known(self.chinese.as_ref()?.glyph_id(c)).map(Source::Chinese);
        own.or_else(chinese)
    }

    fn advance(&self, source: Source, weight: Weight, size: f32) -> f32 {
        match (source, &self.chinese) {
            (Source::Own(id), _) => scaled(self.own(weight), size).h_advance(id),
            (Source::Chinese(id), Some(font)) => scaled(font, size).h_advance(id),
            (Source::Chinese(_), None) => 0.0,
        }
    }
}

/// Pieces that stay on one line: words with the blanks after them, and single Chinese characters.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        word.push(c);
        if c.is_whitespace() || u32::from(c) >= 0x2E80 {
            pieces.push(std::mem::take(&mut word));
        }
    }
    pieces.push(word);
    pieces
}

/// The size is that of the em, whatever the font says of its height.
fn scaled<F: Font>(font: &F, size: f32) -> ab_glyph::PxScaleFont<&F> {
    font.as_scaled(scale(font, size))
}

fn scale(font: &impl Font, size: f32) -> PxScale {
    font.pt_to_px_scale(size * 0.75)
        .unwrap_or(PxScale::from(size))
}

fn placed(font: &impl Font, id: GlyphId, size: f32, x: f32, y: f32) -> Glyph {
    id.with_scale_and_position(scale(font, size), point(x, y))
}

fn chinese() -> Option<FontVec> {
    let bytes = fs::read(CHINESE.as_ref()?).ok()?;
    let face = FACES.into_iter().find(|face| {
        let font = ab_glyph::FontRef::try_from_slice_and_index(&bytes, *face);
        font.is_ok_and(|font| font.glyph_id('中').0 != 0)
    })?;
    FontVec::try_from_vec_and_index(bytes, face).ok()
}
