//! The pictures of `pictured.toml`: a place, and what was done to a photo of it.

use anyhow::Result;
use jaga_scene::edit::{Area, banner, crop, mirror, problem_removed};
use jaga_scene::{Problem, Rgb, Scene, State, View};
use serde::Deserialize;

const SIZE: (u32, u32) = (1280, 960);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Photo {
    /// Another ticket's place.
    pub of: Option<u64>,
    #[serde(default)]
    pub state: String,
    #[serde(default)]
    pub view: String,
    #[serde(default)]
    pub edit: Vec<String>,
    pub like: Option<String>,
    pub file: Option<String>,
}

/// What is wrong at a place: never traffic that drives on by itself.
pub fn problem(place: u64) -> Problem {
    [Problem::Rubbish, Problem::Pothole, Problem::FallenTree][place as usize % 3]
}

pub fn picture(photo: &Photo, own: u64) -> Result<Rgb> {
    let place = photo.of.unwrap_or(own);
    let scene = Scene::new(place, problem(place));
    let front = View::front(place);
    let view = match photo.view.as_str() {
        "front" => front,
        "again" => front.reshot(place + 1000),
        "step" => View::somewhere(place + 2000),
        other => anyhow::bail!("no such view: {other}"),
    };
    let state = match photo.state.as_str() {
        "before" => State::Before,
        "after" => State::After,
        other => anyhow::bail!("no such state: {other}"),
    };
    let mut rgb = scene.render(state, &view, SIZE.0, SIZE.1);
    for edit in &photo.edit {
        let (name, text) = edit.split_once(':').unwrap_or((edit, ""));
        match name {
            "removed" => rgb = problem_removed(&scene, &view, SIZE.0, SIZE.1).0,
            "date" => banner(&mut rgb, &[text]),
            "mirror" => rgb = mirror(&rgb),
            "saved" => rgb = rgb.shrink(SIZE.0 * 4 / 5, SIZE.1 * 4 / 5),
            "crop" => rgb = cropped(&rgb),
            "screen" => rgb = on_a_screen(&rgb, Rgb::flat(1080, 2340, [0; 3])),
            "viewer" => rgb = on_a_screen(&rgb, viewer()),
            "collage" => {
                let after = scene.render(State::After, &front.reshot(place + 3000), SIZE.0, SIZE.1);
                rgb = beside(&rgb, &after);
            }
            other => anyhow::bail!("no such edit: {other}"),
        }
    }
    Ok(rgb)
}

/// A twentieth off at each side.
fn cropped(rgb: &Rgb) -> Rgb {
    let (x, y) = (rgb.width / 20, rgb.height / 20);
    let (width, height) = (rgb.width - 2 * x, rgb.height - 2 * y);
    crop(
        rgb,
        Area {
            x,
            y,
            width,
            height,
        },
    )
}

/// A picture as wide as a phone's screen, in the middle of it.
fn on_a_screen(rgb: &Rgb, mut screen: Rgb) -> Rgb {
    let height = rgb.height * screen.width / rgb.width;
    let smaller = rgb.shrink(screen.width, height);
    let below = (screen.height - height) / 2;
    paste(&mut screen, &smaller, (0, below));
    screen
}

/// A viewer's screen: white, with a dark bar above and a row of buttons below.
fn viewer() -> Rgb {
    let mut screen = Rgb::flat(1080, 2340, [250; 3]);
    paste(&mut screen, &Rgb::flat(1080, 210, [32, 33, 36]), (0, 0));
    for n in 0..4 {
        let button = Rgb::flat(96, 96, [95, 99, 104]);
        paste(&mut screen, &button, (90 + n * 250, 2180));
    }
    screen
}

/// Two pictures of one size, left and right.
fn beside(left: &Rgb, right: &Rgb) -> Rgb {
    let mut both = Rgb::flat(left.width * 2, left.height, [0; 3]);
    paste(&mut both, left, (0, 0));
    paste(&mut both, right, (left.width, 0));
    both
}

fn paste(onto: &mut Rgb, what: &Rgb, (x, y): (u32, u32)) {
    for row in 0..what.height {
        for column in 0..what.width {
            onto.set_pixel(x + column, y + row, what.pixel(column, row));
        }
    }
}
