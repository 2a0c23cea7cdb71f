//! The picture of a terminal in the README: what the program prints on one, colours included, as SVG.

use std::fmt::Write as _;
use std::fs;

use anstyle::RgbColor;
use anstyle_svg::Palette;

use crate::book::shell::Shell;
use crate::book::{regenerate, root};

/// The commands of the picture, as they are typed.
const TYPED: [&str; 2] = [
    "cogward lint policies/webshop.yaml",
    "cogward diff policies/customers.yaml",
];

/// Where it is.
const FILE: &str = "docs/terminal.svg";

#[test]
fn the_picture_in_the_readme_is_current() {
    let shell = Shell::new();
    shell.demo_policies();
    let mut text = String::new();
    for typed in TYPED {
        let output = shell
            .command("bash")
            .args(["-c", &format!("{typed} --color always 2>&1")])
            .output()
            .unwrap();
        let shown = shell.settled(&String::from_utf8(output.stdout).unwrap());
        write!(text, "$ {typed}\n{}\n\n", shown.trim_end()).unwrap();
    }
    let picture = anstyle_svg::Term::new()
        .palette(palette())
        .fg_color(RgbColor(0xd8, 0xde, 0xe9).into())
        .bg_color(RgbColor(0x1e, 0x22, 0x2a).into())
        .render_svg(text.trim_end());
    let path = root().join(FILE);
    if regenerate() {
        fs::write(&path, picture).unwrap();
        return;
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == picture,
        "{FILE} is out of date; run: COGWARD_REGENERATE=1 cargo test book"
    );
}

/// Colours that can be read on a dark ground: the eight of ANSI, and the same again for the bright ones.
fn palette() -> Palette {
    let colours = [
        RgbColor(0x3b, 0x42, 0x52),
        RgbColor(0xff, 0x7b, 0x72),
        RgbColor(0x7e, 0xe7, 0x87),
        RgbColor(0xf2, 0xcc, 0x60),
        RgbColor(0x79, 0xc0, 0xff),
        RgbColor(0xd2, 0xa8, 0xff),
        RgbColor(0x56, 0xd4, 0xdd),
        RgbColor(0xd8, 0xde, 0xe9),
    ];
    Palette(std::array::from_fn(|at| colours[at % 8]))
}
