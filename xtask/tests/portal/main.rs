//! Checks the sources of the portal: the layout of its modules, and the words of its screens.

mod files;
mod layout;
mod ui_text;
