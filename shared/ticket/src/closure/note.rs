//! Notes, as far as they are the same.

/// A note without what makes two equal ones look different: case, marks, numbers, spaces. Numbers go,
/// for dates and ticket numbers are filled into copied texts.
pub fn normal_note(note: &str) -> String {
    let mut normal = String::with_capacity(note.len());
    for word in note.split(|c: char| !c.is_alphabetic()) {
        if word.is_empty() {
            continue;
        }
        if !normal.is_empty() {
            normal.push(' ');
        }
        normal.extend(word.chars().flat_map(char::to_lowercase));
    }
    normal
}

/// Digest of a note as far as notes are compared (BLAKE3 of [`normal_note`], hex); `None` where no letter
/// was written.
pub fn note_digest(note: &str) -> Option<String> {
    let normal = normal_note(note);
    (!normal.is_empty()).then(|| blake3::hash(normal.as_bytes()).to_hex().to_string())
}

/// Letters of a note.
pub(super) fn letters(note: &str) -> usize {
    note.chars().filter(|c| c.is_alphabetic()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_numbers_and_marks_do_not_make_another_note() {
        let one = normal_note("Sudah  ditertibkan, tgl 03/11 (tiket JK2611020001).");
        assert_eq!(
            one,
            normal_note("SUDAH ditertibkan tgl 4/11 - tiket JK2611020002")
        );
        assert_eq!(one, "sudah ditertibkan tgl tiket jk");
        assert_ne!(one, normal_note("Sudah dibersihkan"));
    }
}
