//! Nothing of the reporter leaves with the photo, judged by tools that share no code with Jaga:
//! `ExifTool`, Pillow, and scans of the bytes. On photos by other people's writers, always; on real
//! and hostile ones where the folder `shared` lies beside the project.
//!
//! A format that is not handled yet is excused as a whole, and only by the reason
//! `unsupported_format`: once one file of it is cleaned, the others have no excuse.

#[path = "leaks/hostile.rs"]
mod hostile;
#[path = "leaks/judges.rs"]
mod judges;
#[path = "leaks/made.rs"]
mod made;
#[path = "leaks/manifest.rs"]
mod manifest;
#[path = "leaks/real.rs"]
mod real;
#[path = "leaks/stripped.rs"]
mod stripped;
