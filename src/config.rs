//! Where things lie and what the user has set: flags, environment, file, defaults.
