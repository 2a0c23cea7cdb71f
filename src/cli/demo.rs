//! `cogward demo`: the program against a simulated AWS, typed as its user would type it.

use std::io::{self, BufRead as _};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::aws::AwsVariables;
use crate::cli::args::DemoArgs;
use crate::cli::error::CliError;
use crate::cli::{environment, output, prompt};
use crate::fs::Tree;
use crate::render;
use crate::simulator::demo::{self, REGION};
use crate::simulator::{Options, Server};

/// Folder of the policies when the simulated AWS is kept running.
const FOLDER: &str = "cogward-demo";

/// Runs the tour, or keeps the simulated AWS running.
pub fn run(tree: &Tree, args: &DemoArgs) -> Result<u8, CliError> {
    let world = demo::world().map_err(|error| CliError::Usage(error.to_string()))?;
    let options = Options {
        port: args.port.unwrap_or(0),
        ..Options::default()
    };
    let server = Server::start(world, options).map_err(|error| {
        let words = match args.port {
            Some(port) => format!(" at port {port}: {error}; leave --port out, and a free one is taken"),
            None => format!(": {error}"),
        };
        CliError::Usage(format!("the simulated AWS cannot be started{words}"))
    })?;
    if args.serve {
        serve(tree, args, &server)
    } else {
        tour(&server)
    }
}

/// Variables that lead every AWS client to the simulated one, and to no other.
fn variables(server: &Server) -> [(&'static str, String); 5] {
    [
        ("AWS_ENDPOINT_URL", server.endpoint()),
        ("AWS_REGION", REGION.to_owned()),
        ("AWS_ACCESS_KEY_ID", "demo".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "demo".to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
    ]
}

/// Runs every step and shows it with its exit code.
fn tour(server: &Server) -> Result<u8, CliError> {
    let folder = tempfile::tempdir()?;
    write_files(&Tree::new(folder.path().to_path_buf()), ".")?;
    let program = environment::program()?;
    let width = environment::width();
    let begin = "A simulated AWS runs on this machine; nothing leaves it. It is not AWS: it shows what is documented.";
    output::write(render::wrapped(begin, width).as_bytes())?;
    let waits = prompt::somebody_is_there() && environment::prints_for_a_person();
    let steps = demo::tour();
    for ((words, typed), number) in steps.iter().zip(1..) {
        let head = head(number, steps.len(), width);
        let words = render::wrapped(words, width);
        output::write(format!("\n{head}\n{words}\n$ cogward {typed}\n").as_bytes())?;
        let code = step(&program, folder.path(), typed, server)?;
        output::write(format!("(exit code {code})\n").as_bytes())?;
        if waits && number < steps.len() && !goes_on(number, steps.len())? {
            return Ok(0);
        }
    }
    output::write(b"\nTo type these yourself, and break things: cogward demo --serve\n")?;
    Ok(0)
}

/// `── 2 of 8 ─────`: where a step begins is seen from afar.
fn head(number: usize, steps: usize, width: usize) -> String {
    let line = if environment::wants_ascii() { "-" } else { "─" };
    let words = format!("{} {number} of {steps} ", line.repeat(2));
    let rest = width.min(80).saturating_sub(words.chars().count());
    words + &line.repeat(rest)
}

/// Waits until the reader wants the next step. `q`, or the end of the input, ends the tour.
fn goes_on(number: usize, steps: usize) -> io::Result<bool> {
    output::write(b"\n")?;
    output::ask(&format!(
        "Enter shows step {} of {steps}, q ends the tour: ",
        number + 1
    ))?;
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer)?;
    Ok(read > 0 && !answer.trim().eq_ignore_ascii_case("q"))
}

/// One command in the folder of the demo, with credentials that only the simulated AWS knows.
fn step(program: &Path, folder: &Path, typed: &str, server: &Server) -> Result<i32, CliError> {
    let mut command = Command::new(program);
    for name in environment::variables("AWS_") {
        command.env_remove(name);
    }
    let nowhere = folder.join("none");
    command
        .args(typed.split(' '))
        .current_dir(folder)
        .envs(variables(server))
        .env("AWS_CONFIG_FILE", &nowhere)
        .env("AWS_SHARED_CREDENTIALS_FILE", &nowhere)
        .stdin(Stdio::null());
    let status = command.status()?;
    Ok(status.code().unwrap_or(-1))
}

/// Writes the policies, says what to type, and waits for Ctrl-C.
fn serve(tree: &Tree, args: &DemoArgs, server: &Server) -> Result<u8, CliError> {
    let folder = args.dir.as_deref().unwrap_or(FOLDER);
    for file in write_files(tree, folder)? {
        output::say(&format!(
            "kept: {file}, which was changed; delete the folder {folder} to start over"
        ));
    }
    let variables = variables(server);
    let exports: Vec<_> = variables
        .iter()
        .map(|(name, value)| format!("export {name}={value}"))
        .collect();
    let exports = [exports, beside(&environment::aws_variables())].concat();
    let typed: Vec<_> = demo::tour()
        .into_iter()
        .map(|(_, typed)| format!("cogward {typed}"))
        .collect();
    let text = format!(
        "A simulated AWS listens at {}. In another terminal:\n\n{}\ncd {folder}\n\n{}\n\nCtrl-C ends it.\n",
        server.endpoint(),
        exports.join("\n"),
        typed.join("\n"),
    );
    output::write(text.as_bytes())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(tokio::signal::ctrl_c())?;
    Ok(0)
}

/// What else this environment needs: variables that would lead elsewhere are taken away, and other AWS clients, such as the
/// `aws` command, ask no proxy for this machine. `cogward` itself never does.
fn beside(set: &AwsVariables) -> Vec<String> {
    let leads = |name: &str| {
        name.starts_with("AWS_ENDPOINT_URL_")
            || matches!(
                name,
                "AWS_PROFILE"
                    | "AWS_DEFAULT_PROFILE"
                    | "AWS_SESSION_TOKEN"
                    | "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"
            )
    };
    let elsewhere: Vec<_> = set.names().filter(|name| leads(name)).collect();
    let unset = (!elsewhere.is_empty()).then(|| format!("unset {}", elsewhere.join(" ")));
    let proxied = set
        .names()
        .any(|name| name.to_ascii_uppercase().ends_with("_PROXY"));
    let no_proxy = proxied.then(|| "export NO_PROXY=127.0.0.1".to_owned());
    unset.into_iter().chain(no_proxy).collect()
}

/// Files that are there already are left as they are: the user may have changed them. Returns those that differ.
fn write_files(tree: &Tree, folder: &str) -> Result<Vec<String>, CliError> {
    tree.make_folder(&format!("{folder}/policies"))?;
    let mut kept = Vec::new();
    let policies = demo::policies().into_iter();
    let policies = policies.map(|(name, text)| (format!("{folder}/policies/{name}"), text));
    for (file, text) in policies.chain([(format!("{folder}/template.yaml"), demo::TEMPLATE)]) {
        if !tree.exists(&file) {
            tree.write(&file, text.as_bytes())?;
        } else if tree.read(&file).ok().as_deref() != Some(text) {
            kept.push(file);
        }
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_elsewhere_is_named() {
        let of = |names: &[&str]| {
            let set = names.iter().map(|name| ((*name).to_owned(), "x".to_owned()));
            beside(&AwsVariables::of(set))
        };
        assert_eq!(
            of(&["AWS_REGION", "AWS_ENDPOINT_URL", "HOME"]),
            Vec::<String>::new()
        );
        for proxy in ["HTTP_PROXY", "https_proxy", "ALL_PROXY"] {
            assert_eq!(of(&[proxy]), ["export NO_PROXY=127.0.0.1"]);
        }
        assert_eq!(
            of(&["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_STS"]),
            ["unset AWS_ENDPOINT_URL_STS AWS_PROFILE AWS_SESSION_TOKEN"]
        );
    }

    #[test]
    fn what_was_changed_is_kept_and_told() {
        let folder = tempfile::tempdir().unwrap();
        let tree = Tree::new(folder.path().to_path_buf());
        assert_eq!(write_files(&tree, "demo").unwrap(), Vec::<String>::new());
        assert_eq!(write_files(&tree, "demo").unwrap(), Vec::<String>::new());
        tree.write("demo/policies/webshop.yaml", b"mine").unwrap();
        assert_eq!(
            write_files(&tree, "demo").unwrap(),
            ["demo/policies/webshop.yaml"]
        );
        assert_eq!(tree.read("demo/policies/webshop.yaml").unwrap(), "mine");
    }
}
