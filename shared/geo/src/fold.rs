//! One spelling per name: `Rawa Badak Utara`, `RAWABADAK UTARA` and `Kel. Rawabadak-Utara` are the
//! same place.

/// Folds a name for comparison: lower case, only letters and digits, a leading word `Kelurahan`,
/// `Kel`, `Kecamatan` or `Kec` dropped. Empty if nothing is left.
///
/// ```
/// assert_eq!(jaga_geo::fold("Kel. Rawa Badak  Utara"), "rawabadakutara");
/// assert_eq!(jaga_geo::fold("KELAPA DUA"), "kelapadua");
/// ```
pub fn fold(name: &str) -> String {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    let rest = match words.as_slice() {
        ["kelurahan" | "kel" | "kecamatan" | "kec", rest @ ..] if !rest.is_empty() => rest,
        all => all,
    };
    rest.concat()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn spaces_case_marks_and_the_word_kelurahan_make_no_difference() {
        for spelling in [
            "Kali Anyar",
            "KALIANYAR",
            " kali-anyar ",
            "Kel. Kali Anyar",
            "kelurahan Kalianyar",
        ] {
            assert_eq!(fold(spelling), "kalianyar", "{spelling:?}");
        }
    }

    #[test]
    fn a_name_that_only_begins_like_the_word_keeps_its_beginning() {
        assert_eq!(fold("Kelapa Gading Timur"), "kelapagadingtimur");
        assert_eq!(fold("Kel"), "kel");
        assert_eq!(fold(" .,- "), "");
    }
}
