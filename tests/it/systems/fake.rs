//! A system of our own making, for what descriptions alone do not give: many rows, pages, busy answers, refusals. It stands
//! behind [`super::prism`], so that the vendor's description judges its answers as it judges the questions.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::Value;

/// A question.
#[derive(Debug, Clone)]
pub struct Question {
    pub method: String,
    /// Without what stands behind `?`.
    pub path: String,
    pub query: BTreeMap<String, String>,
    /// By names in small letters.
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Question {
    /// A number among the parameters.
    pub fn number(&self, key: &str) -> Option<usize> {
        self.query.get(key)?.parse().ok()
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Reply {
    /// An answer of JSON.
    pub fn json(value: &Value) -> Self {
        Self::with(200, value)
    }

    /// An answer of JSON with a status.
    pub fn with(status: u16, value: &Value) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self { status, headers, body: value.to_string() }
    }

    /// The same with a header more.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// A running system.
pub struct Fake {
    pub address: String,
    asked: Arc<Mutex<Vec<Question>>>,
}

type Script = Arc<dyn Fn(&Question, usize) -> Reply + Send + Sync>;

impl Fake {
    /// Starts one; the script gets the question and how many came before.
    pub fn start(script: impl Fn(&Question, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<Question>>> = Arc::default();
        let (heard, script): (_, Script) = (Arc::clone(&asked), Arc::new(script));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (script, heard) = (Arc::clone(&script), Arc::clone(&heard));
                std::thread::spawn(move || serve(&stream, &script, &heard));
            }
        });
        Self { address, asked }
    }

    /// Every question so far.
    pub fn asked(&self) -> Vec<Question> {
        self.asked.lock().unwrap().clone()
    }
}

/// Some of the rows: so many from a place on.
pub fn window(rows: &[Value], from: usize, size: usize) -> &[Value] {
    let from = from.min(rows.len());
    &rows[from..(from + size).min(rows.len())]
}

/// Answers all questions of a connection; whoever asks may go at any time.
fn serve(stream: &TcpStream, script: &Script, asked: &Mutex<Vec<Question>>) {
    let mut reader = BufReader::new(stream);
    while let Some(question) = read(&mut reader) {
        let before = {
            let mut asked = asked.lock().unwrap();
            asked.push(question.clone());
            asked.len() - 1
        };
        let reply = script(&question, before);
        let mut headers = String::new();
        for (name, value) in &reply.headers {
            let _ = write!(headers, "{name}: {value}\r\n");
        }
        let head =
            format!("HTTP/1.1 {} X\r\n{headers}content-length: {}\r\n\r\n", reply.status, reply.body.len());
        let mut writer = stream;
        if writer.write_all(head.as_bytes()).and_then(|()| writer.write_all(reply.body.as_bytes())).is_err() {
            return;
        }
    }
}

fn read(reader: &mut BufReader<&TcpStream>) -> Option<Question> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.trim().to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let url = reqwest::Url::parse(&format!("http://fake{target}")).ok()?;
    let query = url.query_pairs().map(|(key, value)| (key.into_owned(), value.into_owned())).collect();
    let body = String::from_utf8_lossy(&body).into_owned();
    Some(Question { method, path: url.path().to_owned(), query, headers, body })
}
