//! What a reviewer reads: what was seen, what it may innocently be, what to look at. Never a charge.

mod people;
mod photos;
mod pictures;
mod unknown;
mod when_where;

use std::borrow::Cow;

pub(super) use self::people::*;
pub(super) use self::photos::*;
pub(super) use self::pictures::*;
pub(super) use self::unknown::*;
pub(super) use self::when_where::*;

/// One signal in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) id: Cow<'static, str>,
    pub(super) en: Cow<'static, str>,
}

/// Words without figures cost nothing.
const fn fixed(id: &'static str, en: &'static str) -> Words {
    Words {
        id: Cow::Borrowed(id),
        en: Cow::Borrowed(en),
    }
}

fn words(id: String, en: String) -> Words {
    Words {
        id: Cow::Owned(id),
        en: Cow::Owned(en),
    }
}
