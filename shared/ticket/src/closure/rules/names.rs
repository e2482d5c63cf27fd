//! The signals by name, and what each weighs.

use jaga_contract::Strength;
use serde::{Deserialize, Serialize};

/// A signal. The order is that of the documentation and means nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each is the like-named signal; see the room's README"
)]
pub enum Name {
    EvidenceMissing,
    EvidenceUnreadable,
    SameBytesElsewhere,
    SamePictureElsewhere,
    EditOfEarlierEvidence,
    NearPicture,
    CopyOfReportPhoto,
    EditOfReportPhoto,
    MadeByAi,
    EditedWithAi,
    EditedByHand,
    AiOrEditMark,
    CapturedBeforeTicket,
    DateContradiction,
    FarFromTicket,
    OtherKelurahan,
    CopiedPosition,
    ConstantAccuracy,
    ImpossibleTravel,
    TooFast,
    TooFastForDistance,
    Burst,
    ScreenPhoto,
    EditingTraces,
    CopiedNote,
    UnitWithoutAuthority,
    ReporterDisputes,
    LowRating,
    ReportedAgain,
    OutlierUnit,
    OutlierOfficer,
}

impl Name {
    /// Every signal.
    pub const ALL: [Self; 31] = [
        Self::EvidenceMissing,
        Self::EvidenceUnreadable,
        Self::SameBytesElsewhere,
        Self::SamePictureElsewhere,
        Self::EditOfEarlierEvidence,
        Self::NearPicture,
        Self::CopyOfReportPhoto,
        Self::EditOfReportPhoto,
        Self::MadeByAi,
        Self::EditedWithAi,
        Self::EditedByHand,
        Self::AiOrEditMark,
        Self::CapturedBeforeTicket,
        Self::DateContradiction,
        Self::FarFromTicket,
        Self::OtherKelurahan,
        Self::CopiedPosition,
        Self::ConstantAccuracy,
        Self::ImpossibleTravel,
        Self::TooFast,
        Self::TooFastForDistance,
        Self::Burst,
        Self::ScreenPhoto,
        Self::EditingTraces,
        Self::CopiedNote,
        Self::UnitWithoutAuthority,
        Self::ReporterDisputes,
        Self::LowRating,
        Self::ReportedAgain,
        Self::OutlierUnit,
        Self::OutlierOfficer,
    ];

    /// The name on verdicts and in rules files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EvidenceMissing => "evidence_missing",
            Self::EvidenceUnreadable => "evidence_unreadable",
            Self::SameBytesElsewhere => "same_bytes_elsewhere",
            Self::SamePictureElsewhere => "same_picture_elsewhere",
            Self::EditOfEarlierEvidence => "edit_of_earlier_evidence",
            Self::NearPicture => "near_picture",
            Self::CopyOfReportPhoto => "copy_of_report_photo",
            Self::EditOfReportPhoto => "edit_of_report_photo",
            Self::MadeByAi => "made_by_ai",
            Self::EditedWithAi => "edited_with_ai",
            Self::EditedByHand => "edited_by_hand",
            Self::AiOrEditMark => "ai_or_edit_mark",
            Self::CapturedBeforeTicket => "captured_before_ticket",
            Self::DateContradiction => "date_contradiction",
            Self::FarFromTicket => "far_from_ticket",
            Self::OtherKelurahan => "other_kelurahan",
            Self::CopiedPosition => "copied_position",
            Self::ConstantAccuracy => "constant_accuracy",
            Self::ImpossibleTravel => "impossible_travel",
            Self::TooFast => "too_fast",
            Self::TooFastForDistance => "too_fast_for_distance",
            Self::Burst => "burst",
            Self::ScreenPhoto => "screen_photo",
            Self::EditingTraces => "editing_traces",
            Self::CopiedNote => "copied_note",
            Self::UnitWithoutAuthority => "unit_without_authority",
            Self::ReporterDisputes => "reporter_disputes",
            Self::LowRating => "low_rating",
            Self::ReportedAgain => "reported_again",
            Self::OutlierUnit => "outlier_unit",
            Self::OutlierOfficer => "outlier_officer",
        }
    }

    /// The section of the rules that it needs besides its weight.
    pub fn section(self) -> Option<&'static str> {
        Some(match self {
            Self::EditOfEarlierEvidence | Self::EditOfReportPhoto => "scene",
            Self::OtherKelurahan
            | Self::ConstantAccuracy
            | Self::ImpossibleTravel
            | Self::TooFastForDistance => "place",
            Self::Burst => "burst",
            Self::ScreenPhoto | Self::EditingTraces => "traces",
            Self::CopiedNote => "note",
            Self::LowRating | Self::ReportedAgain => "response",
            Self::OutlierUnit | Self::OutlierOfficer => "outlier",
            _ => return None,
        })
    }
}

/// An innocent explanation that came after the first rules. A file that does not list it judges without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Explanation {
    /// A dispute of a closure whose photo shows the reported place is about the work, not about the proof.
    DisputeAtPlace,
    /// The report's own photo was taken as far from the pin: the pin may be wrong.
    WrongPin,
    /// One of several photos never came, and another can be looked at.
    OneOfSeveral,
    /// What a hand did elsewhere bears less on a closure whose photo is from the place.
    OutlierAtPlace,
}

/// What a signal weighs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weight {
    /// Hard or soft.
    pub strength: Strength,
    /// 0 to 100.
    pub points: u32,
    /// Points of the weaker form, which is soft.
    pub lowered: u32,
    /// Signals of one family have one cause: only the highest of them adds to the score. Absent: the
    /// signal is its own family.
    #[serde(default)]
    pub family: Option<String>,
}

/// What each signal weighs. One that is left out is not looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Weights([Option<Weight>; Name::ALL.len()]);

impl Weights {
    pub(super) fn set(&mut self, name: Name, weight: Weight) {
        self.0[name as usize] = Some(weight);
    }

    /// The weight of a signal, if it is looked for.
    pub fn get(&self, name: Name) -> Option<&Weight> {
        self.0[name as usize].as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_signal_is_listed_once_under_the_name_that_files_use() {
        for (at, name) in Name::ALL.into_iter().enumerate() {
            assert_eq!(at, name as usize);
            let written = serde_json::to_value(name).ok();
            assert_eq!(written, Some(name.as_str().into()));
        }
    }
}
