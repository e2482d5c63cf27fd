//! From a scene to pixels: far things first, near things last, then light and sensor noise.

mod camera;
mod develop;
mod figures;
mod ground;
mod houses;
mod problem;
mod shops;
mod sky;
mod things;
mod vehicles;

pub(crate) use camera::Camera;
pub(crate) use develop::develop;

use crate::canvas::Canvas;
use crate::scene::{Scene, State};
use crate::tile::Tile;
use crate::view::View;

/// Paints the whole scene in plain light.
pub(crate) fn paint(scene: &Scene, state: State, view: &View, canvas: &mut Canvas) {
    let camera = Camera::new(scene, view, canvas.width as u32, canvas.height as u32);
    sky::paint(scene, &camera, canvas);
    ground::paint(scene, &camera, canvas);
    houses::paint(scene, &camera, canvas);
    let mut things = things::along_the_road(scene);
    things.extend(vehicles::passing(scene, view));
    problem::on_the_ground(scene, state, &camera, canvas);
    things.extend(problem::things(scene, state));
    things.sort_by(|a, b| b.ahead.total_cmp(&a.ahead));
    for thing in &things {
        thing.paint(&camera, canvas);
    }
    problem::over_all(scene, state, &camera, canvas);
}

/// Noise shared by all scenes, each reads it from another place.
pub(crate) fn grain() -> &'static Tile {
    static GRAIN: std::sync::OnceLock<Tile> = std::sync::OnceLock::new();
    GRAIN.get_or_init(|| Tile::new(1, "grain", 0.55))
}

/// As [`grain`], without the single-cell part.
pub(crate) fn clouds() -> &'static Tile {
    static CLOUDS: std::sync::OnceLock<Tile> = std::sync::OnceLock::new();
    CLOUDS.get_or_init(|| Tile::new(2, "clouds", 0.0))
}
