//! Fuzzes everything in the portal that parses untrusted input: service responses, the configuration, the journal, the
//! URL.
//!
//! Inputs are generated from a seed, so that a run, or a single input of it, can be reproduced. Each input is a valid
//! text of the contract that was mutated, as a JSON tree or as characters. Input that a reader accepts must keep what
//! the portal promises: it round-trips, and every number keeps its digits.
//!
//! | module | job |
//! |---|---|
//! | [`run`] | runs one reader on many inputs and tallies the outcomes |
//! | [`readers`] | the readers, and the checks on accepted input |
//! | [`mutate`] | mutates a valid text |
//! | [`hostile`] | unexpected values |
//! | [`digits`] | compares numbers by their digits alone |

pub mod digits;
pub mod hostile;
pub mod mutate;
pub mod readers;
pub mod run;
