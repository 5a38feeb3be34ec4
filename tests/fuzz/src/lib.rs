//! Hostile texts for everything in the portal that reads one: the wire, the configuration, the journal, the URL.
//!
//! Inputs are drawn from a seed, so that a run can be had again, and one input of it too. Each is a good text of the
//! contract that was spoiled, as a tree or as bytes. What a reader takes must hold what the portal promises: read again
//! it is the same, and every figure has the digits that came.
//!
//! | room | job |
//! |---|---|
//! | [`run`] | one reader, many inputs, and what came of them |
//! | [`readers`] | the readers, and what must hold of what they take |
//! | [`mutate`] | a good text, spoiled |
//! | [`hostile`] | values that nobody expects |
//! | [`digits`] | whether two figures are the same, by their digits alone |

pub mod digits;
pub mod hostile;
pub mod mutate;
pub mod readers;
pub mod run;
