//! One uploaded file as a recipe: small to plan, rendered when it is needed, on any thread.

use jaga_contract::{PhotoId, Role};
use jiff::Timestamp;

use super::{Week, spoil};
use crate::phone::{Captured, Extras, Gps, PhoneModel, PhoneShot};
use crate::{Problem, Rgb, Scene, State, View, edit};

/// A photo somebody sends in.
#[derive(Debug, Clone, PartialEq)]
pub struct Upload {
    /// `P-<ticket>-R<n>` for reports, `P-<ticket>-E<n>` for evidence.
    pub photo_id: PhotoId,
    /// Whose photo it is.
    pub role: Role,
    /// When the upload was complete.
    pub uploaded_at: Timestamp,
    /// Where its bytes come from.
    pub source: Source,
    /// The photo whose pixels or bytes it uses, if it does.
    pub derived_from: Option<PhotoId>,
}

/// Where the bytes of an upload come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// A phone's JPEG.
    Jpeg(Box<ShotPlan>),
    /// The same as PNG; to be processed like any other.
    Png(Box<ShotPlan>),
    /// The bytes of another upload of the week.
    SameBytes(PhotoId),
    /// A JPEG that ends within its headers.
    CutOff(Box<ShotPlan>),
    /// A short video, sent as a photo.
    Video,
    /// Nothing at all.
    Empty,
}

/// What must become of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// A picture: processed.
    Usable,
    /// Not a picture in a known format: rejected.
    Unusable,
}

/// What was done to a picture before it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Retouch {
    /// Nothing.
    None,
    /// The problem was taken out of the pixels.
    ProblemRemoved,
    /// Lines of text were printed on it.
    Banner(Vec<String>),
}

/// All that makes one JPEG file.
#[derive(Debug, Clone, PartialEq)]
pub struct ShotPlan {
    /// Which street.
    pub scene_seed: u64,
    /// Which problem.
    pub kind: Problem,
    /// With the problem or without.
    pub state: State,
    /// From where.
    pub view: View,
    /// Pixels, upright.
    pub size: (u32, u32),
    /// What was done to it.
    pub retouch: Retouch,
    /// The phone's clock.
    pub captured: Option<Captured>,
    /// The phone's position.
    pub gps: Option<Gps>,
    /// The phone.
    pub model: PhoneModel,
    /// What else the file carries.
    pub extras: Extras,
    /// JPEG quality.
    pub quality: u8,
}

impl ShotPlan {
    /// Renders the picture with all that is around it.
    pub fn shot(&self) -> PhoneShot {
        let scene = Scene::new(self.scene_seed, self.kind);
        let (width, height) = self.size;
        let rgb = match &self.retouch {
            Retouch::ProblemRemoved => edit::problem_removed(&scene, &self.view, width, height).0,
            Retouch::None => scene.render(self.state, &self.view, width, height),
            Retouch::Banner(lines) => {
                let mut rgb = scene.render(self.state, &self.view, width, height);
                edit::banner(
                    &mut rgb,
                    &lines.iter().map(String::as_str).collect::<Vec<_>>(),
                );
                rgb
            }
        };
        self.around(rgb)
    }

    /// The same file with other pixels.
    fn around(&self, rgb: Rgb) -> PhoneShot {
        PhoneShot {
            rgb,
            captured: self.captured,
            gps: self.gps,
            model: self.model,
            extras: self.extras.clone(),
            quality: self.quality,
        }
    }
}

impl Upload {
    /// The plan behind it, if it has one of its own.
    pub fn plan(&self) -> Option<&ShotPlan> {
        match &self.source {
            Source::Jpeg(plan) | Source::Png(plan) | Source::CutOff(plan) => Some(plan),
            Source::SameBytes(_) | Source::Video | Source::Empty => None,
        }
    }

    /// What must become of it.
    pub fn fate(&self) -> Fate {
        match self.source {
            Source::Jpeg(_) | Source::Png(_) | Source::SameBytes(_) => Fate::Usable,
            Source::CutOff(_) | Source::Video | Source::Empty => Fate::Unusable,
        }
    }

    /// Whether a real photo may take its place: a citizen's photo that is meant to be a picture.
    pub fn is_replaceable(&self) -> bool {
        self.role == Role::Report && matches!(self.source, Source::Jpeg(_))
    }

    /// The file's bytes: mostly JPEG, but see [`Source`]. Unknown bytes of another upload are
    /// none at all, which a planned week does not have.
    pub fn jpeg(&self, week: &Week) -> Vec<u8> {
        match &self.source {
            Source::Jpeg(plan) => plan.shot().jpeg(),
            Source::Png(plan) => plan.shot().png(),
            Source::SameBytes(photo) => week
                .upload(photo)
                .map(|other| other.jpeg(week))
                .unwrap_or_default(),
            Source::CutOff(plan) => spoil::cut_off(plan.shot().jpeg()),
            Source::Video => spoil::video(),
            Source::Empty => Vec::new(),
        }
    }

    /// An upload that was made from another's pixels ([`Retouch::ProblemRemoved`]), where real
    /// pixels took that other's place: the middle is painted over, the rest is left as it is.
    pub fn jpeg_over(&self, mut pixels: Rgb, week: &Week) -> Vec<u8> {
        let Some(plan) = self.plan() else {
            return self.jpeg(week);
        };
        let (w, h) = (pixels.width, pixels.height);
        let area = edit::Area {
            x: w / 3,
            y: h / 2,
            width: w.div_ceil(3),
            height: h.div_ceil(3),
        };
        edit::painted_over(&mut pixels, area);
        plan.around(pixels).jpeg()
    }
}
