//! A throw-away PostgreSQL for the tests, made from the installed binaries.
//!
//! One server per test process, started by the first test that asks. Nothing outlives the process:
//! a small shell, the *keeper*, holds the server and waits for the end of its standard input. That
//! pipe closes however the process ends, by return, panic or `kill -9`; then the keeper stops the
//! server and deletes its folder.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The oldest major version Amparo supports.
const OLDEST: u32 = 15;

/// The database superuser, so that it does not matter who runs the tests.
const USER: &str = "amparo";

/// What has to be in one folder for it to be of use.
const PROGRAMS: [&str; 4] = ["initdb", "pg_ctl", "postgres", "createdb"];

/// Arguments: the folder of the programs, the superuser's name.
///
/// The server listens on a socket in its own folder and nowhere else. The folder is under `/tmp`
/// because a socket's path may have 107 bytes, which a long `TMPDIR` exceeds. Durability is off:
/// these databases are gone in a minute.
const KEEPER: &str = r#"
set -eu
trap '' HUP INT TERM
umask 077
bin=$1 user=$2
folder=$(mktemp -d /tmp/amparo-pg.XXXXXX)
end() {
    "$bin/pg_ctl" stop --silent --mode immediate --pgdata "$folder/data" >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap end EXIT
"$bin/initdb" --no-sync --auth trust --encoding UTF8 --locale C.UTF-8 --username "$user" \
    --pgdata "$folder/data" >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
cat >>"$folder/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$folder'
max_connections = 300
fsync = off
synchronous_commit = off
full_page_writes = off
END
"$bin/pg_ctl" start --silent --wait --timeout 60 --pgdata "$folder/data" --log "$folder/log" \
    || { cat "$folder/log" >&2; exit 1; }
printf '%s\n' "$folder"
exec >/dev/null 2>&1
cat
"#;

/// A running PostgreSQL that ends with this process.
#[derive(Debug)]
pub struct Server {
    bin: PathBuf,
    socket: String,
    databases: AtomicU32,
    /// Its standard input is the pipe that keeps the server alive.
    _keeper: Child,
}

/// The server of this test process, started now if it is not yet.
///
/// `None` means that PostgreSQL is not installed and the caller should skip; that is said once on
/// standard error. With `AMPARO_REQUIRE_POSTGRES` set it is a failure instead.
///
/// # Panics
///
/// When the server cannot be started, or is required and not installed.
pub fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Result<Option<Server>, String>> = OnceLock::new();
    match SERVER.get_or_init(start) {
        Ok(server) => server.as_ref(),
        Err(reason) => panic!("{reason}"),
    }
}

impl Server {
    /// Makes an empty database and gives its address.
    ///
    /// # Panics
    ///
    /// When the server refuses.
    pub fn create_database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let made = Command::new(self.bin.join("createdb"))
            .args(["--host", &self.socket, "--username", USER, "--maintenance-db", "postgres"])
            .arg(&name)
            .env_remove("PGOPTIONS")
            .env_remove("PGPORT")
            .output()
            .expect("createdb starts");
        assert!(
            made.status.success(),
            "createdb {name}: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        format!("postgres://{USER}@localhost/{name}?host={}", self.socket)
    }
}

fn start() -> Result<Option<Server>, String> {
    let Some(bin) = newest_binaries() else {
        return missing();
    };
    let mut keeper = unprivileged("sh");
    keeper
        .args(["-c", KEEPER, "amparo-keeper"])
        .arg(&bin)
        .arg(USER)
        .current_dir("/") // the unprivileged user may not be able to enter ours
        .env_remove("PGPORT")
        .env_remove("PGDATA")
        .env_remove("PGOPTIONS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut keeper = keeper.spawn().map_err(|error| format!("cannot start sh: {error}"))?;

    let mut socket = String::new();
    if let Some(stdout) = keeper.stdout.take() {
        BufReader::new(stdout).read_line(&mut socket).map_err(|error| error.to_string())?;
    }
    if socket.is_empty() {
        let mut why = String::new();
        if let Some(mut stderr) = keeper.stderr.take() {
            stderr.read_to_string(&mut why).map_err(|error| error.to_string())?;
        }
        return Err(format!("PostgreSQL in {} does not start:\n{why}", bin.display()));
    }
    Ok(Some(Server {
        bin,
        socket: socket.trim_end().to_owned(),
        databases: AtomicU32::new(1),
        _keeper: keeper,
    }))
}

fn missing() -> Result<Option<Server>, String> {
    const INSTALL: &str = "install it with `apt-get install postgresql`, or let `make test` do it";
    let required = env::var_os("AMPARO_REQUIRE_POSTGRES").is_some_and(|value| !value.is_empty());
    if required {
        return Err(format!(
            "AMPARO_REQUIRE_POSTGRES is set, but there is no PostgreSQL {OLDEST} or later here: \
             {INSTALL}"
        ));
    }
    // Not `eprintln!`, which the test harness would swallow.
    let _ = writeln!(
        io::stderr(),
        "SKIPPED: every test on PostgreSQL, as there is no version {OLDEST} or later here: \
         {INSTALL}. The same tests run on SQLite."
    );
    Ok(None)
}

/// The folder with the programs of the highest version, if there is one that is new enough.
fn newest_binaries() -> Option<PathBuf> {
    candidates()
        .into_iter()
        .filter(|folder| PROGRAMS.iter().all(|program| folder.join(program).is_file()))
        .filter_map(|folder| Some((major_version(&folder)?, folder)))
        .filter(|(version, _)| *version >= OLDEST)
        .max()
        .map(|(_, folder)| folder)
}

/// Where the programs may be. Debian keeps them off the `PATH`.
fn candidates() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for entry in env::split_paths(&env::var_os("PATH").unwrap_or_default()) {
        // A link leads to the folder that has the rest as well.
        if let Ok(initdb) = entry.join("initdb").canonicalize() {
            folders.extend(initdb.parent().map(Path::to_path_buf));
        }
    }
    if let Some(folder) = output(Command::new("pg_config").arg("--bindir")) {
        folders.push(PathBuf::from(folder));
    }
    if let Ok(versions) = fs::read_dir("/usr/lib/postgresql") {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    folders
}

/// 15 of `initdb (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn major_version(folder: &Path) -> Option<u32> {
    let printed = output(Command::new(folder.join("initdb")).arg("--version"))?;
    let version = printed.split_once(") ")?.1;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// A command that runs as somebody else when we are root, as whom PostgreSQL refuses to run.
fn unprivileged(program: &str) -> Command {
    if output(Command::new("id").arg("-u")).as_deref() != Some("0") {
        return Command::new(program);
    }
    let exists = |user: &str| output(Command::new("id").args(["-u", user])).is_some();
    let user = if exists("postgres") { "postgres" } else { "nobody" };
    if on_path("setpriv") {
        let mut command = Command::new("setpriv");
        let group = output(Command::new("id").args(["-g", user])).unwrap_or_default();
        command.args(["--reuid", user, "--regid", &group, "--clear-groups", "--"]).arg(program);
        command
    } else {
        let mut command = Command::new("runuser");
        command.args(["-u", user, "--"]).arg(program);
        command
    }
}

fn on_path(program: impl AsRef<OsStr>) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program.as_ref()).is_file())
}

/// What a command printed, if it exists and succeeded.
fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    let printed = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| printed.trim().to_owned())
}
