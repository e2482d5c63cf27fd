//! Where an officer was when the unit got a ticket: by the officer's last evidence photo shortly before, for
//! nothing else is known of where officers are, and nothing else is asked.

use jaga_contract::{PhotoId, TicketId};
use jaga_ledger::HandPhoto;
use jaga_ticket::closure::Rules;
use jiff::{SignedDuration, Timestamp};

use crate::around::metres;
use crate::line::placed;

/// The way to a ticket's point from where the officer was.
pub(crate) struct Whereabouts {
    pub(crate) travel_m: f64,
    /// From the photo to the assignment.
    pub(crate) earlier_s: u32,
    pub(crate) photo: PhotoId,
}

/// From the officer's photos in any order, those of this ticket left out: what is to be judged says nothing
/// of where the officer was. `None`: unknown.
pub(crate) fn whereabouts(
    photos: &[HandPhoto],
    own: &TicketId,
    (assigned_at, point): (Timestamp, Option<(f64, f64)>),
    rules: &Rules,
) -> Option<Whereabouts> {
    let within = SignedDuration::from_secs(i64::from(rules.place?.officer_s?));
    let before = |p: &&HandPhoto| {
        let earlier = assigned_at.duration_since(measured(p, rules)?);
        (!earlier.is_negative() && earlier <= within).then_some(earlier)
    };
    let others = photos.iter().filter(|p| p.ticket_id != *own);
    let known = others.filter_map(|p| Some((before(&p)?, p)));
    // Of two at the same moment always the same one.
    let (earlier, photo) = known.min_by_key(|(earlier, p)| (*earlier, &p.photo_id))?;
    Some(Whereabouts {
        travel_m: metres(photo.position, point)?,
        earlier_s: u32::try_from(earlier.as_secs()).ok()?,
        photo: photo.photo_id.clone(),
    })
}

/// When a photo's position was measured, where that can be believed: the position is fresh and no copy, and
/// the time is the receiver's, or says its zone, or agrees with the upload.
pub(crate) fn measured(photo: &HandPhoto, rules: &Rules) -> Option<Timestamp> {
    let place = rules.place?;
    photo.position?;
    let placed = placed(photo.placed.as_deref());
    let copied = placed.is_none_or(|p| p.identical_to_pin || p.identical_to_office.is_some());
    let traces = photo.traces.as_ref();
    let age = traces.and_then(|t| t.position_age_s).unwrap_or(0);
    if copied || age > i64::from(place.stale_s) {
        return None;
    }
    let times = traces.into_iter().flat_map(|t| &t.times);
    let gps = times.filter(|(source, _)| source == "gps");
    if let Some(at) = gps.map(|(_, at)| *at).max() {
        return Some(at);
    }
    let at = photo.captured_at?;
    let behind = photo.uploaded_at.duration_since(at);
    let clock = SignedDuration::from_secs(i64::from(rules.capture.clock_tolerance_s));
    // Taken after it was sent: that clock says nothing.
    let ahead = behind < -clock;
    (!ahead && (photo.zone_known || behind <= clock)).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINT: (f64, f64) = (-6.2, 106.8);

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_793_600_000 + minute * 60).expect("a time")
    }

    fn placed(identical_to_pin: bool) -> String {
        let text = serde_json::json!({
            "verdict": "inside", "kelurahan": null, "candidates": [], "distance_to_ticket_m": 9.0,
            "tolerance_m": 300.0, "identical_to_pin": identical_to_pin, "swapped": false, "layer": "x",
        });
        text.to_string()
    }

    fn photo(id: &str, minute: i64) -> HandPhoto {
        HandPhoto {
            photo_id: PhotoId::new(id).expect("an id"),
            ticket_id: TicketId::new("JK-OTHER").expect("an id"),
            captured_at: Some(at(minute)),
            zone_known: true,
            uploaded_at: at(minute + 1),
            position: Some((POINT.0 + 0.1, POINT.1)),
            placed: Some(placed(false)),
            traces: None,
        }
    }

    fn from(photos: &[HandPhoto]) -> Option<(String, u32, f64)> {
        let own = TicketId::new("JK-OWN").expect("an id");
        let found = whereabouts(photos, &own, (at(0), Some(POINT)), &Rules::builtin())?;
        Some((
            found.photo.to_string(),
            found.earlier_s,
            found.travel_m.round(),
        ))
    }

    #[test]
    fn the_last_photo_before_the_assignment_says_where_the_officer_was() {
        let photos = [
            photo("a", -9),
            photo("c", -4),
            photo("b", -4),
            photo("d", 1),
        ];
        let (id, earlier_s, metres) = from(&photos).expect("known");
        assert_eq!((id.as_str(), earlier_s), ("b", 240));
        assert!((11_000.0..11_200.0).contains(&metres), "{metres}");
        let mut turned = photos;
        turned.reverse();
        assert_eq!(from(&turned), Some((id, earlier_s, metres)));
    }

    #[test]
    fn what_cannot_be_believed_leaves_it_unknown() {
        let long_ago = photo("a", -16);
        let own = HandPhoto {
            ticket_id: TicketId::new("JK-OWN").expect("an id"),
            ..photo("a", -4)
        };
        let nowhere = HandPhoto {
            position: None,
            ..photo("a", -4)
        };
        let copied = HandPhoto {
            placed: Some(placed(true)),
            ..photo("a", -4)
        };
        let stale = HandPhoto {
            traces: Some(jaga_ledger::Traces {
                position_age_s: Some(600),
                ..jaga_ledger::Traces::default()
            }),
            ..photo("a", -4)
        };
        let somewhere_in_a_day = HandPhoto {
            zone_known: false,
            uploaded_at: at(300),
            ..photo("a", -4)
        };
        let clock_ahead = HandPhoto {
            uploaded_at: at(-100),
            ..photo("a", -4)
        };
        for photo in [
            long_ago,
            own,
            nowhere,
            copied,
            stale,
            somewhere_in_a_day,
            clock_ahead,
        ] {
            assert_eq!(from(std::slice::from_ref(&photo)), None, "{photo:?}");
        }
    }

    #[test]
    fn a_time_without_a_zone_counts_where_the_upload_agrees_and_the_receiver_s_always() {
        let agrees = HandPhoto {
            zone_known: false,
            ..photo("a", -4)
        };
        assert!(from(&[agrees]).is_some());
        let by_receiver = HandPhoto {
            captured_at: None,
            uploaded_at: at(300),
            traces: Some(jaga_ledger::Traces {
                times: vec![("gps".into(), at(-5))],
                ..jaga_ledger::Traces::default()
            }),
            ..photo("a", -4)
        };
        assert_eq!(from(&[by_receiver]).map(|f| f.1), Some(300));
    }
}
