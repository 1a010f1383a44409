//! Starts the program and turns its result into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("trueup could not start its threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(trueup::cli::run(std::env::args_os()));
    // A thread that still waits for the keyboard must not hold the program back.
    runtime.shutdown_background();
    code
}
