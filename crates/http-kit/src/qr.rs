//! QR codes.

use fast_qr::{
    ECL, QRBuilder, QRCode,
    convert::{Builder, svg::SvgBuilder},
};

/// Modules of white around the code, as the standard asks for.
const QUIET: usize = 4;

/// Why there is no code: the text is too long for one.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

/// A QR code of `text` as SVG.
///
/// # Errors
/// The text is too long.
pub fn svg(text: &str) -> Result<String, Fault> {
    Ok(SvgBuilder::default().margin(QUIET).to_str(&code(text)?))
}

/// A QR code of `text` as PNG: one bit a pixel, `scale` pixels a module.
///
/// # Errors
/// The text is too long.
pub fn png(text: &str, scale: u8) -> Result<Vec<u8>, Fault> {
    let code = code(text)?;
    let scale = usize::from(scale);
    let side = (code.size + 2 * QUIET) * scale;
    let mut rows = Vec::with_capacity(side * side.div_ceil(8));
    for y in 0..side {
        let dark = |x: usize| is_dark(&code, x / scale, y / scale);
        rows.extend((0..side).step_by(8).map(|start| {
            (start..start + 8).fold(0_u8, |byte, x| byte << 1 | u8::from(x >= side || !dark(x)))
        }));
    }
    let mut bytes = Vec::new();
    let side = u32::try_from(side)?;
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.write_header()?.write_image_data(&rows)?;
    Ok(bytes)
}

fn code(text: &str) -> Result<QRCode, Fault> {
    QRBuilder::new(text)
        .ecl(ECL::M)
        .build()
        .map_err(|error| format!("{error:?}").into())
}

/// Whether the module at this place is dark, counted from the corner of the white around the code.
fn is_dark(code: &QRCode, x: usize, y: usize) -> bool {
    let inside = |at: usize| at.checked_sub(QUIET).filter(|at| *at < code.size);
    inside(x)
        .zip(inside(y))
        .is_some_and(|(x, y)| code[y][x].value())
}
