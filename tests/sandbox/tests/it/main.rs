//! The sandbox over real HTTP: one crate of tests, a subject a file.

mod abuse;
mod arithmetic;
mod bench;
mod books;
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
mod layers_refusals;
mod logs;
mod reseller_refusals;
mod settings;
mod wallets;
