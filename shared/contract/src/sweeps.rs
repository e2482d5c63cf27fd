//! What the sweeps tell the CRM besides warnings and escalations: deadlines that moved, how a run
//! went, and what stands open at night. No reporter data.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{TicketId, UnitId};

/// Why deadlines moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MovedBy {
    /// A step of the ticket's own history: a pause, an answer, a refusal, a declared finish.
    History,
    /// A calendar or a policy changed.
    Rules,
}

/// One deadline that moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Moved {
    /// Which deadline, such as `resolution`.
    pub target: String,
    /// Where it was.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub from: Timestamp,
    /// Where it is.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub to: Timestamp,
    /// The policy's version.
    pub policy: String,
    /// Why, for people.
    pub reason: String,
}

/// `jaga.ticket.redated.v1`: deadlines of a ticket moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TicketRedated {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Counts the ticket's re-datings, from 1.
    pub number: u32,
    /// What moved them.
    pub by: MovedBy,
    /// The deadlines that moved.
    pub moved: Vec<Moved>,
    /// The unit that holds the ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
}

/// `jaga.sweep.finished.v1`: how a run went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SweepFinished {
    /// The run.
    pub sweep_id: String,
    /// `due`: what was due; `full`: every open ticket whose deadlines are stale, and the night's lists.
    #[schemars(extend("enum" = ["due", "full"]))]
    pub kind: String,
    /// Start, by the database's clock.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub started: Timestamp,
    /// End, by the database's clock.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub finished: Timestamp,
    /// Tickets looked at.
    pub seen: u64,
    /// Warnings written.
    pub warned: u64,
    /// Escalations written.
    pub escalated: u64,
    /// Tickets whose deadlines moved.
    pub re_dated: u64,
    /// Tickets that could not be judged.
    pub errors: u64,
}

/// How many open tickets stand at a level, by the highest that was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NightLevel {
    /// The level.
    pub level: u32,
    /// Tickets at it.
    pub tickets: u64,
}

/// A ticket on a night's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NightTicket {
    /// The ticket.
    pub ticket_id: TicketId,
    /// The deadline that stands highest.
    pub target: String,
    /// The highest level that was told.
    pub level: u32,
    /// The deadline.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub due_at: Timestamp,
}

/// `jaga.night.unit.v1`: what stands open at a unit, and what was escalated, at night.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NightUnit {
    /// The day that ends, `2026-11-21`, Jakarta's calendar.
    pub night: String,
    /// The unit; absent for tickets that no unit holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// Open tickets.
    pub open: u64,
    /// Of those, how many stand at each level, lowest level first.
    pub by_level: Vec<NightLevel>,
    /// How often the open tickets were passed on, all together.
    pub hops: u64,
    /// The most that one of them was passed on.
    pub most_hops: u32,
    /// How often open tickets were opened again after an end.
    pub reopened: u64,
    /// Escalated tickets, the highest level and the longest overdue first.
    pub escalated: Vec<NightTicket>,
    /// How many more there are.
    pub more: u64,
}

/// One unit in the summary for the leadership.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NightLine {
    /// The unit; absent for tickets that no unit holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// Open tickets.
    pub open: u64,
    /// Of those, how many were escalated.
    pub escalated: u64,
    /// The highest level.
    pub highest: u32,
}

/// `jaga.night.city.v1`: the leadership's summary of a night.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NightCity {
    /// The day that ends, `2026-11-21`, Jakarta's calendar.
    pub night: String,
    /// Open tickets.
    pub open: u64,
    /// Of those, how many stand at each level, lowest level first.
    pub by_level: Vec<NightLevel>,
    /// How often the open tickets were passed on, all together.
    pub hops: u64,
    /// How often open tickets were opened again after an end.
    pub reopened: u64,
    /// Units with open tickets, the most escalated first.
    pub units: Vec<NightLine>,
    /// How many more units there are.
    pub more: u64,
}
