//! Rows from standard input, each answered in its place, in constant memory.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};

/// Bytes read and written at once.
const BLOCK: usize = 1 << 16;
/// Longer rows are no two values.
const LONGEST: usize = 4096;

/// Answers each line by what `answer` appends, a bad one by `error: …`. How many were bad.
///
/// What is answered is written whenever the input pauses: nobody waits for a row that has its answer.
pub fn all<R: Read, W: Write>(
    input: R,
    output: W,
    mut answer: impl FnMut(&str, &mut String) -> Result<(), String>,
    bad: impl Fn(&str) -> String,
) -> io::Result<u64> {
    let mut input = BufReader::with_capacity(BLOCK, input);
    let mut out = BufWriter::with_capacity(BLOCK, output);
    let (mut line, mut text, mut wrong) = (Vec::new(), String::new(), 0);
    loop {
        if input.buffer().is_empty() {
            out.flush()?;
        }
        line.clear();
        if read_line(&mut input, &mut line)? == 0 {
            break;
        }
        while line.last().is_some_and(|b| b"\r\n".contains(b)) {
            line.pop();
        }
        text.clear();
        let row = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line);
        let answered = if row.len() > LONGEST {
            Err(format!("the row is longer than {LONGEST} bytes"))
        } else if row.is_empty() {
            Ok(())
        } else {
            match std::str::from_utf8(row) {
                Ok(row) => answer(row, &mut text),
                Err(_) => Err("the row is no UTF-8".to_owned()),
            }
        };
        if let Err(why) = answered {
            wrong += 1;
            text.clear();
            text.push_str(&bad(&why.replace(['\n', '\r'], " ")));
        }
        text.push('\n');
        out.write_all(text.as_bytes())?;
    }
    out.flush()?;
    Ok(wrong)
}

/// A line with its end, and no more of it than shows that it is too long. The bytes read.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    let mut read = 0;
    loop {
        let block = match input.fill_buf() {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            block => block?,
        };
        let end = memchr::memchr(b'\n', block).map(|at| at + 1);
        let part = end.unwrap_or(block.len());
        let room = (LONGEST + 2).saturating_sub(line.len());
        line.extend_from_slice(&block[..part.min(room)]);
        read += part;
        let done = end.is_some() || part == 0;
        input.consume(part);
        if done {
            return Ok(read);
        }
    }
}

/// The two values of a row: separated by a comma or a tab, else by blanks. A date and its time may
/// have a blank between them, where what is left is still two values.
pub fn two(row: &str) -> Option<(&str, &str)> {
    let cut = |at: usize| Some((row[..at].trim(), row[at + 1..].trim()));
    if let Some(at) = memchr::memchr2(b',', b'\t', row.as_bytes()) {
        return cut(at);
    }
    let row = row.trim();
    let mut blanks =
        memchr::memchr_iter(b' ', row.as_bytes()).filter(|at| !row[..*at].ends_with(' '));
    let cut = |at: usize| Some((&row[..at], row[at..].trim_start()));
    match (blanks.next(), blanks.next(), blanks.next()) {
        (Some(first), None, None) => cut(first),
        // `2026-11-23 10:30 7d`, or `2026-11-23 2026-11-24 10:30`.
        (Some(first), Some(second), None) => {
            let is_time = row[first..second].contains(':') && !row[first..second].contains('-');
            cut(if is_time { second } else { first })
        }
        (Some(_), Some(second), Some(_)) => cut(second),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_holds_two_values_however_they_are_separated() {
        for (row, values) in [
            ("2026-11-23,7d", Some(("2026-11-23", "7d"))),
            ("2026-11-23 10:30,-2h", Some(("2026-11-23 10:30", "-2h"))),
            (
                "2026-11-23T10:30\t 2026-11-24",
                Some(("2026-11-23T10:30", "2026-11-24")),
            ),
            ("2026-11-23  7d", Some(("2026-11-23", "7d"))),
            ("2026-11-23 10:30 7d", Some(("2026-11-23 10:30", "7d"))),
            (
                "2026-11-23 2026-11-24 10:30",
                Some(("2026-11-23", "2026-11-24 10:30")),
            ),
            (
                "2026-11-23 10:30 2026-11-24 11:30",
                Some(("2026-11-23 10:30", "2026-11-24 11:30")),
            ),
            ("2026-11-23", None),
        ] {
            assert_eq!(two(row), values, "{row}");
        }
    }

    #[test]
    fn every_row_is_answered_in_its_place() {
        let input = "\u{feff}a\n\nbad\r\nlast";
        let mut out = Vec::new();
        let answer = |row: &str, out: &mut String| {
            if row == "bad" {
                return Err("no\ngood".to_owned());
            }
            out.push_str(&row.to_uppercase());
            Ok(())
        };
        let bad = |why: &str| format!("error: {why}");
        let wrong = all(input.as_bytes(), &mut out, answer, bad).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "A\n\nerror: no good\nLAST\n"
        );
        assert_eq!(wrong, 1);
        let long = "x".repeat(3 * LONGEST) + "\nb\n";
        let mut out = Vec::new();
        assert_eq!(all(long.as_bytes(), &mut out, answer, bad).unwrap(), 1);
        assert!(String::from_utf8(out).unwrap().ends_with("bytes\nB\n"));
    }
}
