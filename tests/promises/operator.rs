//! The binary as an operator meets it: what each command says, writes and exits with.
//! Exit codes: 0 done, 1 the answer is no, 2 bad usage or input.

#[path = "operator/bare.rs"]
mod bare;
#[path = "operator/batches.rs"]
mod batches;
#[path = "operator/cards.rs"]
mod cards;
#[path = "operator/clerk.rs"]
mod clerk;
#[path = "operator/doctor.rs"]
mod doctor;
#[path = "operator/each.rs"]
mod each;
#[path = "operator/folder.rs"]
mod folder;
#[path = "operator/layer_files.rs"]
mod layer_files;
#[path = "operator/layers.rs"]
mod layers;
#[path = "operator/limits.rs"]
mod limits;
#[path = "operator/office.rs"]
mod office;
#[path = "operator/pages.rs"]
mod pages;
#[path = "operator/pictured.rs"]
mod pictured;
#[path = "operator/pictures.rs"]
mod pictures;
#[path = "operator/places.rs"]
mod places;
#[path = "operator/recipes.rs"]
mod recipes;
#[path = "report.rs"]
mod report;
#[path = "operator/reviews.rs"]
mod reviews;
#[path = "operator/rows.rs"]
mod rows;
#[path = "operator/rule_files.rs"]
mod rule_files;
#[path = "operator/run.rs"]
mod run;
#[path = "operator/scenes.rs"]
mod scenes;
#[path = "operator/settings.rs"]
mod settings;
#[path = "operator/strange.rs"]
mod strange;
#[path = "operator/tools.rs"]
mod tools;
#[path = "operator/trouble.rs"]
mod trouble;
#[path = "operator/up.rs"]
mod up;
