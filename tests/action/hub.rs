//! A GitHub on the loopback interface: what it answers is up to the test, what it was asked is kept.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

/// A request.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub token: Option<String>,
    pub body: Value,
}

/// An answer: status, further header lines, body.
#[derive(Clone, Debug)]
pub struct Answer(pub u16, pub String, pub Vec<u8>);

impl Answer {
    pub fn json(value: &Value) -> Self {
        Self(200, String::new(), value.to_string().into_bytes())
    }

    pub fn status(status: u16) -> Self {
        Self(status, String::new(), b"{\"message\": \"no\"}".to_vec())
    }
}

type Handler = dyn Fn(&Asked) -> Answer + Send + Sync;

/// A server that ends with the test's process.
pub struct Hub {
    pub address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Hub {
    pub fn new(handler: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, handler): (_, Arc<Handler>) = (Arc::clone(&asked), Arc::new(handler));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Whoever hangs up early has seen enough.
                let _ = serve(&stream, &log, handler.as_ref());
            }
        });
        Self { address, asked }
    }

    /// Answers what is listed for the beginning of `METHOD path`, one after the other, and the last again and again.
    pub fn scripted(script: Vec<(&'static str, Vec<Answer>)>) -> Self {
        let script: Vec<_> = script
            .into_iter()
            .map(|(start, answers)| (start, Mutex::new(VecDeque::from(answers))))
            .collect();
        Self::new(move |asked| {
            let line = format!("{} {}", asked.method, asked.path);
            let found = script.iter().find(|(start, _)| line.starts_with(start));
            let Some((_, answers)) = found else {
                return Answer::status(404);
            };
            let mut answers = answers.lock().unwrap();
            if answers.len() > 1 {
                answers.pop_front().unwrap()
            } else {
                answers.front().unwrap().clone()
            }
        })
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The last request's body.
    pub fn said(&self) -> Value {
        self.asked().last().unwrap().body.clone()
    }

    /// `METHOD path` of everything that changes something.
    pub fn changes(&self) -> Vec<String> {
        let asked = self.asked();
        let changes = asked.iter().filter(|one| one.method != "GET");
        changes
            .map(|one| format!("{} {}", one.method, one.path))
            .collect()
    }
}

fn serve(stream: &TcpStream, log: &Mutex<Vec<Asked>>, handler: &Handler) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (mut length, mut token) = (0, None);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim_end().split_once(": ") else {
            break;
        };
        match name.to_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap_or(0),
            "authorization" => token = Some(value.to_owned()),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let asked = Asked {
        method,
        path,
        token,
        body: serde_json::from_slice(&body).unwrap_or_default(),
    };
    let Answer(status, headers, body) = handler(&asked);
    log.lock().unwrap().push(asked);
    let head = format!(
        "HTTP/1.1 {status} x\r\n{headers}Connection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = stream;
    stream.write_all(head.as_bytes())?;
    stream.write_all(&body)
}
