//! Tests of the sandbox over real HTTP: one test binary, one file per subject.

mod abuse;
mod admin;
mod arithmetic;
mod bench;
mod client;
mod clock;
mod command;
mod contract;
mod cors;
mod crash;
mod exactness;
mod faults;
mod hosting;
mod idempotency;
mod keys;
mod layers_refusals;
mod log_view;
mod logs;
mod preflights;
mod repeats;
mod reseller_refusals;
mod rounding;
mod settings;
mod upgrade;
mod wallets;
