//! A server that answers as no real one should: each question gets the next of the answers that it was given, and it
//! remembers what it was asked. With a certificate of an authority that nobody knows, where that is wanted.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What is sent for one question, byte by byte; the connection is closed behind it.
pub type Script = Arc<dyn Fn(&str, usize) -> Vec<u8> + Send + Sync>;

/// A listening server.
pub struct Server {
    pub address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

/// A server behind TLS, and the authority that signed its certificate.
pub struct Secured {
    pub server: Server,
    /// The authority's certificate, PEM.
    pub authority: String,
}

impl Server {
    /// Starts one; the script gets the path that is asked for with what is sent behind it, and how many questions came
    /// before.
    pub fn start(script: impl Fn(&str, usize) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::listen("http", Arc::new(script), |stream| Box::new(stream))
    }

    fn listen(
        scheme: &str,
        script: Script,
        open: impl Fn(TcpStream) -> Box<dyn Stream> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("{scheme}://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (heard, open) = (Arc::clone(&asked), Arc::new(open));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (script, heard, open) = (Arc::clone(&script), Arc::clone(&heard), Arc::clone(&open));
                std::thread::spawn(move || answer(open(stream), &script, &heard));
            }
        });
        Self { address, asked }
    }

    /// Every question so far: the first line and the headers, in small letters.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Secured {
    /// Starts one whose certificate is for a name.
    pub fn start(name: &str, script: impl Fn(&str, usize) -> Vec<u8> + Send + Sync + 'static) -> Self {
        trueup::connectors::http::provide();
        let mut own = rcgen::CertificateParams::new(Vec::new()).unwrap();
        own.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = rcgen::KeyPair::generate().unwrap();
        let authority = own.self_signed(&key).unwrap().pem();
        let issuer = rcgen::Issuer::new(own, key);
        let key = rcgen::KeyPair::generate().unwrap();
        let signed =
            rcgen::CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        let secret = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder().with_no_client_auth();
        let config = Arc::new(config.with_single_cert(vec![signed.der().clone()], secret).unwrap());
        let server = Server::listen("https", Arc::new(script), move |stream| {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            Box::new(StreamOwned::new(connection, stream))
        });
        Self { server, authority }
    }
}

/// A connection, with TLS or without.
trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

fn answer(mut stream: Box<dyn Stream>, script: &Script, asked: &Mutex<Vec<String>>) {
    let (mut head, mut body) = (String::new(), Vec::new());
    {
        let mut reader = BufReader::with_capacity(1, &mut stream);
        while reader.read_line(&mut head).is_ok_and(|read| read > 2) {}
        let length = head
            .to_lowercase()
            .lines()
            .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        let _ = reader.take(length.unwrap_or(0)).read_to_end(&mut body);
    }
    // A reader that does not trust the certificate asks nothing.
    let Some(path) = head.split_whitespace().nth(1).map(str::to_owned) else { return };
    let path = match String::from_utf8_lossy(&body) {
        nothing if nothing.is_empty() => path,
        body => format!("{path} {body}"),
    };
    let before = {
        let mut asked = asked.lock().unwrap();
        asked.push(head.to_lowercase());
        asked.len() - 1
    };
    // A reader that has gone is no fault of the server.
    let _ = stream.write_all(&script(&path, before)).and_then(|()| stream.flush());
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
