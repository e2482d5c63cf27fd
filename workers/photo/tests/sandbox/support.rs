//! A decoder on a child of one's choice, and a photo with something to hide.

use bytes::Bytes;
use jaga_photo::{Decoder, Verdict};
use jaga_runner::Decision;
use jaga_scene::{Captured, Extras, Gps, PhoneShot, Problem, Scene, State, View};
use jaga_service::{PhotoConfig, Sandbox};

pub fn config() -> PhotoConfig {
    PhotoConfig {
        sandbox: Sandbox::Required,
        ..PhotoConfig::default()
    }
}

/// The test's own program as the child: `what` says which of its sides it shows.
pub fn child(what: &'static str, config: PhotoConfig) -> Decoder {
    Decoder::new(env!("CARGO_BIN_EXE_jaga-photo-child").into(), what, config)
}

pub async fn analyse(decoder: &Decoder, photo: Vec<u8>) -> Result<Verdict, Decision> {
    let digest = blake3::hash(&photo);
    decoder.analyse(Bytes::from(photo), digest).await
}

/// A street as a phone writes it, with everything that a phone adds.
pub fn photo() -> Vec<u8> {
    let scene = Scene::new(7, Problem::ALL[0]);
    let rgb = scene.render(State::Before, &View::front(7), 640, 480);
    let captured = Captured::jakarta("2026-11-02T00:30:00Z".parse().unwrap());
    let mut shot = PhoneShot::new(rgb, Some(captured), Some(Gps::at(-6.2, 106.8)));
    shot.extras = Extras::full("7");
    shot.jpeg()
}
