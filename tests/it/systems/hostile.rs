//! A server that answers as no real one should: each question gets the next of the answers that it was given, and it
//! remembers what it was asked.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What is sent for one question, byte by byte; the connection is closed behind it.
pub type Script = Arc<dyn Fn(&str, usize) -> Vec<u8> + Send + Sync>;

/// A listening server.
pub struct Server {
    pub address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts one; the script gets the path that is asked for, and how many questions came before.
    pub fn start(script: impl Fn(&str, usize) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (script, heard): (Script, _) = (Arc::new(script), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (script, heard) = (Arc::clone(&script), Arc::clone(&heard));
                std::thread::spawn(move || answer(stream, &script, &heard));
            }
        });
        Self { address, asked }
    }

    /// Every question so far: the first line and the headers, in small letters.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn answer(mut stream: TcpStream, script: &Script, asked: &Mutex<Vec<String>>) {
    let mut head = String::new();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while reader.read_line(&mut head).is_ok_and(|read| read > 2) {}
    let path = head.split_whitespace().nth(1).unwrap_or_default().to_owned();
    let before = {
        let mut asked = asked.lock().unwrap();
        asked.push(head.to_lowercase());
        asked.len() - 1
    };
    // A reader that has gone is no fault of the server.
    let _ = stream.write_all(&script(&path, before));
}

/// An answer with a status, headers and a body of the right length.
pub fn reply(status: &str, headers: &[&str], body: &str) -> Vec<u8> {
    let headers: String = headers.iter().flat_map(|header| [header, "\r\n"]).collect();
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
        .into_bytes()
}

/// An answer of JSON.
pub fn json(body: &serde_json::Value) -> Vec<u8> {
    reply("200 OK", &["content-type: application/json"], &body.to_string())
}
