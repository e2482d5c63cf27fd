//! A page without scripts, links or fonts of others. Every text is escaped.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jaga_contract::{Signal, Strength};
use jiff::Timestamp;

const STYLE: &str = include_str!("page.css");

/// An HTML page, as far as it is written.
pub struct Page {
    out: String,
}

/// Text as HTML.
pub fn esc(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A time by Jakarta's clock.
pub fn local(at: Timestamp) -> String {
    jiff::tz::Offset::constant(7)
        .to_datetime(at)
        .strftime("%a %d %b %H:%M")
        .to_string()
}

/// A time by Jakarta's clock, with its year: for what is kept.
pub fn dated(at: Timestamp) -> String {
    jiff::tz::Offset::constant(7)
        .to_datetime(at)
        .strftime("%d %b %Y %H:%M WIB")
        .to_string()
}

impl Page {
    /// The title of the window, the heading, and the softer end of the heading.
    pub fn new(title: &str, heading: &str, below: &str) -> Self {
        let (title, heading, below) = (esc(title), esc(heading), esc(below));
        let out = format!(
            "<!doctype html><html lang=en><head><meta charset=utf-8>\
             <meta name=viewport content=\"width=device-width\">\
             <meta name=referrer content=no-referrer>\
             <meta http-equiv=Content-Security-Policy content=\"default-src 'none'; img-src data:; \
             style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\
             <title>{title}</title><style>{STYLE}</style></head><body><main>\
             <h1>{heading} <span>{below}</span></h1>"
        );
        Self { out }
    }

    fn put(&mut self, html: &str) {
        self.out.push_str(html);
    }

    fn add(&mut self, html: std::fmt::Arguments<'_>) {
        // Writing to a string can't fail.
        let _never = self.out.write_fmt(html);
    }

    pub fn section(&mut self, title: &str, below: &str) {
        self.add(format_args!(
            "<h2>{}</h2><p class=below>{}</p>",
            esc(title),
            esc(below)
        ));
    }

    pub fn tiles(&mut self, tiles: &[(String, &str, String)]) {
        self.put("<div class=tiles>");
        for (figure, name, below) in tiles {
            self.add(format_args!(
                "<div><b>{}</b><span>{}</span><small>{}</small></div>",
                esc(figure),
                esc(name),
                esc(below)
            ));
        }
        self.put("</div>");
    }

    /// A table; the cells are HTML already.
    pub fn table(&mut self, head: &[&str], rows: impl Iterator<Item = Vec<String>>) {
        self.put("<div class=scroll><table>");
        if head.iter().any(|name| !name.is_empty()) {
            self.put("<thead><tr>");
            for name in head {
                self.add(format_args!("<th>{}</th>", esc(name)));
            }
            self.put("</tr></thead>");
        }
        self.put("<tbody>");
        for row in rows {
            self.put("<tr>");
            for cell in row {
                self.add(format_args!("<td>{cell}</td>"));
            }
            self.put("</tr>");
        }
        self.put("</tbody></table></div>");
    }

    pub fn open_card(&mut self, verdict: &str, title: &str, about: &str) {
        let verdict = esc(verdict);
        self.add(format_args!(
            "<article class={verdict}><h3><span class=badge>{verdict}</span> {} \
             <small>{}</small></h3>",
            esc(title),
            esc(about)
        ));
    }

    pub fn close_card(&mut self) {
        self.put("</article>");
    }

    pub fn note(&mut self, text: &str) {
        self.add(format_args!("<p class=note>{}</p>", esc(text)));
    }

    pub fn open_pictures(&mut self) {
        self.put("<div class=pictures>");
    }

    /// Pictures large enough to be compared, two beside each other.
    pub fn open_wide_pictures(&mut self) {
        self.put("<div class=\"pictures wide\">");
    }

    /// Among wide pictures: what stands below each other.
    pub fn open_column(&mut self) {
        self.put("<div>");
    }

    pub fn close_column(&mut self) {
        self.put("</div>");
    }

    /// A sentence in Indonesian, and the same in English.
    pub fn both(&mut self, (id, en): (&str, &str)) {
        self.add(format_args!(
            "<p lang=id>{}</p><p lang=en>{}</p>",
            esc(id),
            esc(en)
        ));
    }

    /// Numbered steps in both languages.
    pub fn steps(&mut self, steps: &[(&str, &str)]) {
        self.put("<ol class=steps>");
        for step in steps {
            self.put("<li>");
            self.both(*step);
            self.put("</li>");
        }
        self.put("</ol>");
    }

    /// What is typed as it stands.
    pub fn command(&mut self, text: &str) {
        self.add(format_args!("<pre>{}</pre>", esc(text)));
    }

    /// A way to a file beside this one.
    pub fn link(&mut self, to: &str, text: &str) {
        self.add(format_args!(
            "<p><a href=\"{}\">{}</a></p>",
            esc(to),
            esc(text)
        ));
    }

    pub fn close_pictures(&mut self) {
        self.put("</div>");
    }

    /// A drawing; it is SVG already.
    pub fn drawing(&mut self, svg: &str) {
        self.put("<div class=drawing>");
        self.put(svg);
        self.put("</div>");
    }

    /// A JPEG, carried in the page.
    pub fn picture(&mut self, jpeg: &[u8], caption: &str) {
        self.picture_under(jpeg, caption, "");
    }

    /// The same with a drawing over it, which is SVG already.
    pub fn picture_under(&mut self, jpeg: &[u8], caption: &str, drawing: &str) {
        let caption = esc(caption);
        self.add(format_args!(
            "<figure><div class=frame><img alt=\"{caption}\" loading=lazy \
             src=\"data:image/jpeg;base64,{}\">{drawing}</div>\
             <figcaption>{caption}</figcaption></figure>",
            STANDARD.encode(jpeg)
        ));
    }

    pub fn no_picture(&mut self, why: &str, caption: &str) {
        self.add(format_args!(
            "<figure><div class=none>{}</div><figcaption>{}</figcaption></figure>",
            esc(why),
            esc(caption)
        ));
    }

    /// One signal in both languages.
    pub fn reason(&mut self, signal: &Signal, figures: &str) {
        let strength = match signal.strength {
            Strength::Hard => "hard",
            Strength::Soft => "soft",
            Strength::Withdrawn => "withdrawn",
        };
        self.add(format_args!(
            "<div class=\"reason {strength}\"><p class=what><b>{}</b> {strength} \
             <small>{}</small></p><p lang=id>{}</p><p lang=en>{}</p></div>",
            esc(&signal.name),
            esc(figures),
            esc(&signal.text_id),
            esc(&signal.text_en)
        ));
    }

    pub fn end(mut self) -> String {
        self.put("</main></body></html>\n");
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        let mut page = Page::new("<i>", "<i>", "<i>");
        page.section("<script>", "\"'&");
        page.no_picture("</div><img>", "<b>");
        let html = page.end();
        for bad in ["<script", "<img>", "<b>", "<i>", "\"'&<"] {
            assert!(!html.contains(bad), "{bad}");
        }
        assert!(html.contains("&lt;script&gt;"));
    }
}
