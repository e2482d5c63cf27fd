//! The one table of exchanges, queues and bindings. Both buses read it: RabbitMQ declares it at
//! every session start, the directory bus routes by it.

use crate::Exchange;

/// Why a message lies in a queue: an exchange and a topic pattern (`*` one word, `#` any number).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// The exchange's name.
    pub exchange: &'static str,
    /// The topic pattern.
    pub pattern: &'static str,
}

/// One durable quorum queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queue {
    /// The queue's name: the worker's name, `<worker>.dead`, or `crm`.
    pub name: &'static str,
    /// What flows into it. Every queue is also reached by its name (the default exchange).
    pub bindings: &'static [Binding],
}

const fn bound(exchange: &'static str, pattern: &'static str) -> Binding {
    Binding { exchange, pattern }
}

/// A dead letter keeps its routing key (the event's type, or the queue's name when it was replayed
/// straight to the queue), so the dead queue is bound by both.
const QUEUES: &[Queue] = &[
    Queue {
        name: "intake",
        bindings: &[bound("crm", "crm.ticket.#")],
    },
    Queue {
        name: "photo",
        bindings: &[bound("crm", "crm.photo.#")],
    },
    Queue {
        name: "closure",
        bindings: &[bound("jaga", "jaga.closure.due.v1")],
    },
    Queue {
        name: "intake.dead",
        bindings: &[bound("dead", "crm.ticket.#"), bound("dead", "intake")],
    },
    Queue {
        name: "photo.dead",
        bindings: &[bound("dead", "crm.photo.#"), bound("dead", "photo")],
    },
    Queue {
        name: "closure.dead",
        bindings: &[
            bound("dead", "jaga.closure.due.v1"),
            bound("dead", "closure"),
        ],
    },
    Queue {
        name: "crm",
        bindings: &[
            bound("jaga", "jaga.photo.*.v1"),
            bound("jaga", "jaga.ticket.*.v1"),
            bound("jaga", "jaga.closure.judged.v1"),
            bound("jaga", "jaga.sweep.finished.v1"),
            bound("jaga", "jaga.night.*.v1"),
        ],
    },
];

/// What exists on the bus.
#[derive(Debug, Clone, Copy)]
pub struct Topology;

impl Topology {
    /// The durable topic exchanges: what the CRM says, what Jaga says, what could not be handled.
    pub const EXCHANGES: [&'static str; 3] = ["crm", "jaga", "dead"];

    /// Every queue with its bindings.
    pub fn queues() -> &'static [Queue] {
        QUEUES
    }

    /// One queue by name.
    pub fn queue(name: &str) -> Option<&'static Queue> {
        QUEUES.iter().find(|queue| queue.name == name)
    }

    /// The queues that a message goes to; none means it is unroutable.
    pub fn route(exchange: &Exchange, routing_key: &str) -> Vec<&'static str> {
        let named = match exchange {
            Exchange::Queue(name) => {
                return Self::queue(name).map(|q| q.name).into_iter().collect();
            }
            Exchange::Crm => "crm",
            Exchange::Jaga => "jaga",
        };
        let wants = |queue: &&Queue| {
            queue
                .bindings
                .iter()
                .any(|b| b.exchange == named && matches(b.pattern, routing_key))
        };
        QUEUES
            .iter()
            .filter(wants)
            .map(|queue| queue.name)
            .collect()
    }
}

/// AMQP's topic rule over words between dots.
fn matches(pattern: &str, key: &str) -> bool {
    fn words(pattern: &[&str], key: &[&str]) -> bool {
        match (pattern.split_first(), key.split_first()) {
            (None, None) => true,
            (Some((&"#", rest)), _) => (0..=key.len()).any(|n| words(rest, &key[n..])),
            (Some((&"*", rest)), Some((_, after))) => words(rest, after),
            (Some((word, rest)), Some((first, after))) => word == first && words(rest, after),
            _ => false,
        }
    }
    let pattern: Vec<&str> = pattern.split('.').collect();
    let key: Vec<&str> = key.split('.').collect();
    words(&pattern, &key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(exchange: &Exchange, key: &str) -> Vec<&'static str> {
        Topology::route(exchange, key)
    }

    #[test]
    fn every_event_reaches_its_worker_and_only_it() {
        assert_eq!(routes(&Exchange::Crm, "crm.photo.uploaded.v1"), ["photo"]);
        assert_eq!(routes(&Exchange::Crm, "crm.ticket.changed.v1"), ["intake"]);
        assert_eq!(routes(&Exchange::Jaga, "jaga.closure.due.v1"), ["closure"]);
        for outcome in [
            "jaga.photo.processed.v1",
            "jaga.photo.rejected.v1",
            "jaga.ticket.warned.v1",
            "jaga.ticket.escalated.v1",
            "jaga.ticket.redated.v1",
            "jaga.sweep.finished.v1",
            "jaga.night.unit.v1",
            "jaga.night.city.v1",
            "jaga.closure.judged.v1",
        ] {
            assert_eq!(routes(&Exchange::Jaga, outcome), ["crm"], "{outcome}");
        }
        assert_eq!(
            routes(&Exchange::Queue("photo".into()), "anything"),
            ["photo"]
        );
    }

    #[test]
    fn what_nobody_takes_is_unroutable() {
        assert!(routes(&Exchange::Crm, "crm.weather.v1").is_empty());
        assert!(routes(&Exchange::Jaga, "crm.photo.uploaded.v1").is_empty());
        assert!(routes(&Exchange::Queue("nobody".into()), "photo").is_empty());
    }

    #[test]
    fn topics_match_as_amqp_says() {
        for (pattern, key, want) in [
            ("a.#", "a", true),
            ("a.#", "a.b.c", true),
            ("a.#", "ab", false),
            ("a.*.c", "a.b.c", true),
            ("a.*.c", "a.c", false),
            ("a.*.c", "a.b.b.c", false),
            ("#.c", "a.b.c", true),
            ("#", "", true),
            ("a", "a.b", false),
        ] {
            assert_eq!(matches(pattern, key), want, "{pattern} {key}");
        }
    }

    #[test]
    fn every_worker_queue_has_a_dead_queue_that_catches_both_its_keys() {
        for queue in Topology::queues()
            .iter()
            .filter(|q| ["intake", "photo", "closure"].contains(&q.name))
        {
            let dead = Topology::queue(&format!("{}.dead", queue.name)).unwrap();
            let catches = |key: &str| {
                dead.bindings
                    .iter()
                    .any(|b| b.exchange == "dead" && b.pattern == key)
            };
            assert!(catches(queue.name));
            assert!(
                queue.bindings.iter().all(|b| catches(b.pattern)),
                "{}",
                queue.name
            );
        }
    }
}
