#![doc = include_str!("README.md")]
#![expect(
    clippy::disallowed_methods,
    reason = "the harness is where tests meet the machine: its environment, its clock, its chance"
)]

mod home;
mod http;
mod jaga;
mod moto;
mod policies;
mod ports;
mod postgres;
mod process;
mod proxy;
mod rabbit;
mod root;
mod s3;
mod site;
mod tools;
mod wait;

pub use home::{Home, home};
pub use http::{Answer, http_get, http_request};
pub use jaga::{Jaga, JagaBuilder, jaga_bin};
pub use moto::Moto;
pub use ports::free_port;
pub use postgres::{Database, Postgres};
pub use process::{Process, ProcessSpec, Signal};
pub use proxy::Proxy;
pub use rabbit::{Rabbit, Vhost};
pub use root::{project_root, shared_folder};
pub use s3::{Buckets, S3, S3Access};
pub use site::{Servers, Site, servers, site};
pub use tools::{exiftool, kubectl, test_tool};
pub use wait::{eventually, seed, skip};
