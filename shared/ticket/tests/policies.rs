//! What policy files and rule files promise.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should fail here"
)]

mod common;

use common::{at, submission};
use jaga_ticket::{Calendars, NoPolicy, Policies, Rules, calendar, closure, policy};

fn parse(toml: &str) -> Result<Policies, String> {
    Policies::parse(toml, &Calendars::builtin()).map_err(|e| e.to_string())
}

/// The shipped policy with one text replaced, which must be there.
fn edited(from: &str, to: &str) -> Result<Policies, String> {
    assert!(
        policy::BUILTIN.contains(from),
        "{from:?} is not in the shipped policy"
    );
    parse(&policy::BUILTIN.replacen(from, to, 1))
}

#[test]
fn the_shipped_files_are_read() {
    let calendars = Calendars::parse(calendar::BUILTIN).unwrap();
    assert_eq!(
        calendars.names().collect::<Vec<_>>(),
        ["24x7", "asn-dki", "asn-dki-ramadan"]
    );
    let policies = Policies::parse(policy::BUILTIN, &calendars).unwrap();
    let targets: Vec<_> = policies.all()[0]
        .targets
        .iter()
        .map(|t| t.name.as_str())
        .collect();
    let expected = [
        "first_action",
        "first_action_hard",
        "coordination",
        "disposition",
        "response",
        "red_mark",
        "resolution",
        "estimate",
        "validation",
        "lapor_forward",
        "lapor_follow_up",
        "lapor_resolution",
        "lapor_resolution",
        "lapor_resolution",
        "lapor_silence",
    ];
    assert_eq!(targets, expected);
    let roles: Vec<_> = policies.all()[0]
        .ladder
        .iter()
        .map(|l| l.role.as_str())
        .collect();
    assert_eq!(
        roles,
        ["owner", "camat", "wali_kota", "biro_pemerintahan", "sekda"]
    );
    assert!(
        policies.all()[0]
            .targets
            .iter()
            .all(|t| !t.source.is_empty())
    );
    assert!(Rules::parse(closure::BUILTIN).is_ok());
}

#[test]
fn a_ticket_keeps_the_policy_of_its_submission_date() {
    let later = policy::BUILTIN.replace("zone = \"Asia/Jakarta\"\n", "");
    let later = later
        .replace("jakarta-2026-11", "later")
        .replace("2017-01-01", "2026-06-01");
    let both = parse(&format!("{}\n{later}", policy::BUILTIN)).unwrap();
    let version = |when: &str| {
        both.in_force(at(when), &submission("jaki"))
            .map(|p| &*p.version)
    };
    assert_eq!(version("2026-05-31T16:59:59Z"), Ok("jakarta-2026-11"));
    assert_eq!(
        version("2026-05-31T17:00:00Z"),
        Ok("later"),
        "midnight in Jakarta"
    );
    let none = version("2016-12-31T16:59:59Z");
    assert!(
        matches!(none, Err(NoPolicy::NotInForce { .. })),
        "an alarm, never silence"
    );
}

#[test]
fn a_policy_for_one_channel_is_for_no_other() {
    let one = edited(
        "enforce_from = 2026-12-01\n",
        "\nwhen = { channels = [\"lapor\"] }\n",
    )
    .unwrap();
    let when = at("2026-11-02T00:00:00Z");
    assert!(one.in_force(when, &submission("lapor")).is_ok());
    assert!(one.in_force(when, &submission("jaki")).is_err());
}

/// What is replaced in the shipped policy, by what, and what the error then says.
const WRONG: &[(&str, &str, &str)] = &[
    (
        "limit = \"6h\"",
        "limit = \"0h\"",
        "policy[0].target[0].limit: \"0h\" is not longer",
    ),
    (
        "limit = \"6h\"",
        "limit = \"-6h\"",
        "policy[0].target[0].limit: \"-6h\" is not longer",
    ),
    (
        "limit = \"6h\"",
        "limit = \"soon\"",
        "policy[0].target[0].limit: a duration is written",
    ),
    (
        "limit = \"6h\"",
        "limits = \"6h\"",
        "policy[0].target[0].limits: unknown field `limits`",
    ),
    (
        "clock = \"24x7\"\nlimit",
        "clock = \"mars\"\nlimit",
        "policy[0].target[0].clock: unknown calendar \"mars\", known: 24x7",
    ),
    (
        "from = [\"submitted\"]",
        "from = []",
        "policy[0].target[0].from: may not be empty",
    ),
    (
        "from = [\"submitted\"]",
        "from = [\"sent\"]",
        "unknown variant `sent`",
    ),
    (
        "until = [\"closure_proposed\"]",
        "until = [\"refused\"]",
        "target[5].until: refused can't stop it and let it run on",
    ),
    (
        "after_resume = \"24h\"",
        "after_resume = \"1d\"",
        "target[5].after_resume: is written in hours",
    ),
    (
        "shares = [50, 80]",
        "shares = [80, 50]",
        "policy[0].target[0].warn.shares[1]: shares are percents",
    ),
    (
        "shares = [50, 80]",
        "shares = [100]",
        "policy[0].target[0].warn.shares[0]: shares",
    ),
    (
        "before = [\"24h\"]",
        "before = [\"0h\"]",
        "target[5].warn.before[0]",
    ),
    (
        "extended_by = \"estimate\"",
        "extended_by = \"luck\"",
        "target[6].extended_by: \"luck\" is no target",
    ),
    (
        "name = \"response\"",
        "name = \"first_action\"",
        "target[4].name: \"first_action\" is used twice",
    ),
    (
        "name = \"response\"",
        "name = \"Res ponse\"",
        "is no name of small letters",
    ),
    (
        "level = 2",
        "level = 3",
        "policy[0].ladder.levels[1]: is level 3, 2 was expected",
    ),
    (
        "after = \"24h\"",
        "after = \"72h\"",
        "policy[0].ladder.levels[2]: after = \"48h\" is before the level below",
    ),
    (
        "role = \"camat\"",
        "role = \"owner\"",
        "role \"owner\" is told twice",
    ),
    (
        "at_most = \"10d\"",
        "at_most = \"0d\"",
        "policy[0].pause.at_most",
    ),
    (
        "effective_from = 2017-01-01",
        "effective_from = 2017-02-29",
        "line ",
    ),
    (
        "zone = \"Asia/Jakarta\"",
        "zone = \"Asia/Nowhere\"",
        ": zone",
    ),
    (
        "version = \"jakarta-2026-11\"",
        "version = \" \"",
        "policy[0].version: may not be empty",
    ),
];

#[test]
fn a_wrong_policy_is_refused_with_its_line_and_key() {
    for &(from, to, expected) in WRONG {
        let text = edited(from, to).expect_err(to);
        assert!(text.starts_with("policy: line "), "{text}");
        assert!(text.contains(expected), "{text:?} lacks {expected:?}");
    }
    let twice = policy::BUILTIN.replace("zone = \"Asia/Jakarta\"\n", "");
    let text = parse(&format!("{}\n{twice}", policy::BUILTIN)).unwrap_err();
    assert!(
        text.contains("policy[1]: version \"jakarta-2026-11\" is used twice"),
        "{text}"
    );
    let twin = twice.replace("jakarta-2026-11", "other");
    let text = parse(&format!("{}\n{twin}", policy::BUILTIN)).unwrap_err();
    assert!(
        text.contains("policy[1]: begins with \"jakarta-2026-11\""),
        "{text}"
    );
}

#[test]
fn wrong_closure_rules_are_refused_with_their_line_and_key() {
    let cases = [
        ("distance = 31", "distance = 257", "near.distance"),
        ("quality = 50", "quality = 101", "near.quality"),
        ("review = 30", "review = 95", "verdict: 0 < review <= hold"),
        (
            "zone_tolerance_s = 50400",
            "zone_tolerance_s = 504000",
            "capture",
        ),
        (
            "words = []",
            "words = [\"x\"]",
            "category[2].words: the last category",
        ),
        (
            "words = [\"jalan\"",
            "words = [\"Jalan\"",
            "category[0].words: words are in lower case",
        ),
        (
            "points = 30, lowered = 10",
            "points = 130, lowered = 10",
            "signals.far_from_ticket: lowered <=",
        ),
        (
            "strength = \"hard\"",
            "strength = \"withdrawn\"",
            "signals.same_bytes_elsewhere: strength is",
        ),
        (
            "confidence = 0.6",
            "confidence = 0.9",
            "scene.sure: confidence <= sure",
        ),
        ("share = 0.05", "share = 5.0", "sample.share: a share"),
        ("closures = 6", "closures = 1", "burst.closures"),
        ("low_rating = 2", "low_rating = 9", "response.low_rating"),
        (
            "again_m = 100",
            "again_m = 331",
            "response.again_m: 1 to 330",
        ),
        ("again_m = 100", "again_m = 0", "response.again_m: 1 to 330"),
        ("officer_s = 900", "officer_s = 7200", "place.officer_s"),
        ("officer_s = 900", "officer_s = 0", "place.officer_s"),
        ("prior = 50.0", "prior = 0.0", "outlier.prior"),
        ("follow_s = 1209600", "", "outlier.follow_s"),
        (
            "follow_s = 1209600",
            "follow_s = 7776000",
            "outlier.follow_s",
        ),
        (
            "outlier_unit = { strength = \"soft\"",
            "outlier_unit = { strength = \"hard\"",
            "signals.outlier_unit: it is soft",
        ),
        (
            "outlier_officer = { strength = \"soft\", points = 15",
            "outlier_officer = { strength = \"soft\", points = 30",
            "signals.outlier_officer: it is soft",
        ),
        ("[burst]", "[bursts]", "bursts: unknown field"),
        (
            "too_fast = {",
            "too_slow = {",
            "signals.too_slow: no such signal",
        ),
    ];
    for (from, to, expected) in cases {
        assert!(closure::BUILTIN.contains(from), "{from:?}");
        let text = Rules::parse(&closure::BUILTIN.replacen(from, to, 1))
            .expect_err(to)
            .to_string();
        assert!(text.starts_with("closure-rules: line "), "{text}");
        assert!(text.contains(expected), "{text:?} lacks {expected:?}");
    }
}
