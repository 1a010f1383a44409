//! Face 2: the terminal UI.
