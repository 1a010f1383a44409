//! Face 1: the command line.
