//! What a dump holds, counted as it passes: nothing else has seen the database at the same moment.

use kernel::Timestamp;
use store::Contents;

/// Reads a dump line by line.
pub(super) struct Tally {
    contents: Contents,
    transactions: Option<String>,
    /// The list of transactions goes on in the next line.
    listing: bool,
    /// When the database was as the dump has it, or a little later.
    taken_at: Option<Timestamp>,
}

/// What was in a dump.
pub(super) struct Tallied {
    pub(super) contents: Contents,
    pub(super) transactions: Option<String>,
    pub(super) taken_at: Option<Timestamp>,
}

impl Tally {
    pub(super) fn new() -> Self {
        Self {
            contents: Contents {
                migration: String::new(),
                rows: [].into(),
                balances: [].into(),
            },
            transactions: None,
            listing: false,
            taken_at: None,
        }
    }

    /// Takes one line; tells whether it belongs into the backup. The list of transactions does not, it is in the manifest; nor
    /// what would keep the restored rows from the other members of a group.
    pub(super) fn take(&mut self, line: &[u8], now: Timestamp) -> bool {
        if self.listing || starts(line, "/* SET @@GLOBAL.GTID_PURGED=") {
            self.list(&String::from_utf8_lossy(line), now);
            return false;
        }
        if starts(line, "SET @@SESSION.SQL_LOG_BIN") || starts(line, "SET @MYSQLDUMP_TEMP_LOG_BIN")
        {
            return false;
        }
        if let Some(rest) = line.strip_prefix(b"CREATE TABLE `") {
            self.taken_at = self.taken_at.or(Some(now));
            self.contents.rows.entry(name(rest)).or_insert(0);
        } else if let Some(rest) = line.strip_prefix(b"INSERT INTO `") {
            self.count(rest);
        }
        true
    }

    pub(super) fn end(self) -> Tallied {
        Tallied {
            contents: self.contents,
            transactions: self.transactions,
            taken_at: self.taken_at,
        }
    }

    /// `/* SET @@GLOBAL.GTID_PURGED='+UUID:1-5,` and more lines up to `';*/`
    fn list(&mut self, line: &str, now: Timestamp) {
        self.taken_at = self.taken_at.or(Some(now));
        let text = line.split_once('=').map_or(line, |(_, rest)| rest);
        self.listing = !line.contains("';");
        let set = text.split("';").next().unwrap_or_default();
        let set = set.trim().trim_start_matches("'+").trim_start_matches('\'');
        self.transactions.get_or_insert_default().push_str(set);
    }

    /// What follows the first backtick of ``INSERT INTO `table` (`column`, …) VALUES (…),(…);``
    fn count(&mut self, rest: &[u8]) {
        let table = name(rest);
        let between = b" VALUES ";
        let at = rest.windows(between.len()).position(|it| it == between);
        let (columns, values) = rest.split_at(at.unwrap_or(0));
        let columns = String::from_utf8_lossy(&columns[table.len() + 1..]);
        let columns: Vec<_> = columns.split('`').skip(1).step_by(2).collect();
        let place = |wanted: &str| columns.iter().position(|column| *column == wanted);
        let contents = &mut self.contents;
        let mut rows = 0;
        match (
            table.as_str(),
            place("version"),
            place("unit"),
            place("kind"),
            place("balance"),
        ) {
            ("seaql_migrations", Some(version), ..) => tuples(values, |row| {
                rows += 1;
                let version = text(row[version]);
                contents.migration = contents.migration.clone().max(version);
            }),
            ("accounts", _, Some(unit), Some(kind), Some(balance)) => tuples(values, |row| {
                rows += 1;
                let of_unit = contents.balances.entry(text(row[unit])).or_default();
                *of_unit.entry(text(row[kind])).or_default() +=
                    text(row[balance]).parse::<i64>().unwrap_or_default();
            }),
            _ => tuples(values, |_| rows += 1),
        }
        *contents.rows.entry(table).or_default() += rows;
    }
}

fn starts(line: &[u8], with: &str) -> bool {
    line.starts_with(with.as_bytes())
}

/// What stands before the next backtick.
fn name(rest: &[u8]) -> String {
    let end = rest.iter().position(|byte| *byte == b'`');
    String::from_utf8_lossy(&rest[..end.unwrap_or(rest.len())]).into_owned()
}

/// A value without its quotes.
fn text(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    text.trim().trim_matches('\'').to_owned()
}

/// Hands on the values of each `(…)`, as they are written.
fn tuples<'a>(values: &'a [u8], mut each: impl FnMut(&[&'a [u8]])) {
    let mut row: Vec<&[u8]> = Vec::new();
    let (mut begin, mut depth, mut quoted, mut escaped) = (0, 0, false, false);
    for (at, byte) in values.iter().enumerate() {
        if quoted {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'\'' => quoted = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'\'' => quoted = true,
            b'(' => {
                depth += 1;
                if depth == 1 {
                    begin = at + 1;
                    row.clear();
                }
            }
            b',' if depth == 1 => {
                row.push(&values[begin..at]);
                begin = at + 1;
            }
            b')' => {
                depth -= 1;
                if depth == 0 {
                    row.push(&values[begin..at]);
                    each(&row);
                }
            }
            _ => {}
        }
    }
}
