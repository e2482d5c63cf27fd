//! What several signals ask of the facts.

use jiff::{SignedDuration, Timestamp};

use crate::closure::facts::{
    ClosureFacts, EvidenceFacts, EvidenceOutcome, PhotoMatch, Relation, SceneFacts, TimeSource,
    metres,
};
use crate::closure::rules::{Category, Explanation, Rules};
use jaga_contract::{MatchKind, Role};

/// A closure and the rules that it is looked at by.
pub(super) struct Case<'a> {
    pub(super) facts: &'a ClosureFacts,
    pub(super) rules: &'a Rules,
    /// In one order.
    pub(super) evidence: Vec<&'a EvidenceFacts>,
    pub(super) category: Option<&'a Category>,
}

/// Seconds as a span.
pub(super) fn seconds(value: u32) -> SignedDuration {
    SignedDuration::from_secs(value.into())
}

impl<'a> Case<'a> {
    pub(super) fn new(facts: &'a ClosureFacts, rules: &'a Rules) -> Self {
        Self {
            facts,
            rules,
            evidence: facts.sorted(),
            category: rules.category(&facts.category),
        }
    }

    /// Whether the rules look for an explanation.
    pub(super) fn knows(&self, explanation: Explanation) -> bool {
        self.rules.explanations.contains(&explanation)
    }

    pub(super) fn readable(&self) -> impl Iterator<Item = &'a EvidenceFacts> {
        let all = self.evidence.iter().copied();
        all.filter(|p| p.outcome == EvidenceOutcome::Processed)
    }

    /// The same evidence again on the same ticket is a retry, after a refusal or a lost connection.
    pub(super) fn same_ticket(&self, other: &PhotoMatch) -> bool {
        other.same_ticket || other.ticket == self.facts.ticket_id
    }

    /// How long ago, or from now, the other photo was uploaded.
    pub(super) fn apart(&self, other: &PhotoMatch) -> SignedDuration {
        let apart = self
            .facts
            .proposed_at
            .duration_since(other.other_uploaded_at);
        apart.abs()
    }

    /// Both tickets are of one spot, by their points or by what their report photos show.
    pub(super) fn one_spot(&self, other: &PhotoMatch) -> bool {
        let limit = self.rules.one_visit.metres;
        metres(other.other_ticket_point_distance_m).is_some_and(|m| m <= limit)
            || other.reports_same_place == Some(true)
    }

    /// One visit that closes several reports of one spot uses one photo, and should.
    pub(super) fn one_visit(&self, other: &PhotoMatch) -> bool {
        self.one_spot(other) && self.apart(other) <= seconds(self.rules.one_visit.within_s)
    }

    /// The photo, or one like it, closes another ticket of this spot on the same visit.
    pub(super) fn has_sibling(&self, photo: &EvidenceFacts) -> bool {
        photo.matches.iter().any(|m| {
            m.role == Role::Evidence && !self.same_ticket(m) && self.one_visit(m) && self.is_near(m)
        })
    }

    /// A near match of a poor fingerprint (a plain wall, the night) says nothing.
    pub(super) fn is_near(&self, other: &PhotoMatch) -> bool {
        match other.kind {
            MatchKind::SameBytes | MatchKind::SamePixels => true,
            MatchKind::Near => {
                let near = self.rules.near;
                other.distance <= near.distance && other.quality >= near.quality
            }
        }
    }

    /// The comparison of a photo with another one, where it is sure enough to count.
    pub(super) fn scene<'p>(
        &self,
        photo: &'p EvidenceFacts,
        fits: impl Fn(&SceneFacts) -> bool,
    ) -> Option<&'p SceneFacts> {
        let least = self.rules.scene?.confidence;
        let told = photo.scenes.iter().filter(|s| {
            s.photo != photo.photo
                && s.relation != Relation::Unknown
                && s.confidence.is_finite()
                && s.confidence >= least
                && fits(s)
        });
        // The closest relation first: one edited copy is not outweighed by a sure re-shot.
        told.max_by(|a, b| {
            (a.relation.cmp(&b.relation))
                .then(a.confidence.total_cmp(&b.confidence))
                .then(b.photo.cmp(&a.photo))
        })
    }

    /// Another exposure of the place that a report photo of this ticket shows: whoever took it was
    /// there, whatever the pin or the clock says.
    pub(super) fn shows_the_place(&self, photo: &EvidenceFacts) -> bool {
        let own = |s: &SceneFacts| s.role == Role::Report && s.same_ticket;
        self.scene(photo, own)
            .is_some_and(|s| s.relation == Relation::SameScene)
    }

    /// The report's own photo was taken as far from the pin as this one: then it is the pin that is wrong.
    pub(super) fn pin_is_wrong(&self, distance: u32) -> bool {
        let limit = self.category.map_or(u32::MAX, |c| c.far_m);
        let report = metres(self.facts.report_distance_m);
        self.knows(Explanation::WrongPin)
            && report.is_some_and(|m| m > limit && m.abs_diff(distance) <= limit)
    }

    /// So little beyond the tolerance that an everyday error of the pin explains it, unless the report's own
    /// photo agrees with the pin.
    pub(super) fn pin_may_be_off(&self, distance: u32) -> bool {
        let limit = self.category.map_or(u32::MAX, |c| c.far_m);
        let reach = self.rules.place.and_then(|p| p.pin_m);
        let agrees = metres(self.facts.report_distance_m).is_some_and(|m| m <= limit);
        !agrees && reach.is_some_and(|m| distance.saturating_sub(limit) <= m)
    }

    /// The position was measured on the spot, or the picture shows it.
    pub(super) fn on_the_spot(&self, photo: &EvidenceFacts) -> bool {
        let limit = self.category.map_or(0, |c| c.far_m);
        let measured = !photo.identical_to_pin && !photo.identical_to_office;
        let near = metres(photo.distance_to_ticket_m).is_some_and(|m| m <= limit);
        (measured && near) || self.shows_the_place(photo)
    }
}

/// The photo's own time, the receiver's clock first: no setting of the phone moves that.
pub(super) fn captured(photo: &EvidenceFacts) -> Option<Timestamp> {
    gps_time(photo).or(photo.captured_at.map(|c| c.at))
}

/// The time by the receiver's own clock.
pub(super) fn gps_time(photo: &EvidenceFacts) -> Option<Timestamp> {
    let gps = photo.times.iter().filter(|t| t.source == TimeSource::Gps);
    gps.map(|t| t.at).max()
}

/// Nothing but the picture came: a messenger or a privacy tool was on the way.
pub(super) fn stripped(photo: &EvidenceFacts) -> bool {
    let marks = ["stripped", "messenger_size"];
    photo.traits.iter().any(|t| marks.contains(&t.as_str()))
}
