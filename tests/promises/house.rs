//! The house is built as its plan says: which room may know what, and one name for one thing.

#[path = "house/files.rs"]
mod files;
#[path = "house/names.rs"]
mod names;
#[path = "house/rooms.rs"]
mod rooms;
