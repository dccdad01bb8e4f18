//! The database as an operator sees it: tables and rows, beside the app.

use sea_orm::{ConnectionTrait as _, Statement};

use crate::app::{Backend, TestApp};

impl TestApp {
    /// The names of all tables.
    pub async fn tables(&self) -> Vec<String> {
        let sql = match self.backend {
            Backend::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
            Backend::Postgres => {
                "SELECT table_name::text FROM information_schema.tables \
                 WHERE table_schema = 'public' ORDER BY table_name"
            }
        };
        self.column(sql).await
    }

    /// The texts of the first column of a statement's rows.
    pub async fn column(&self, sql: &str) -> Vec<String> {
        let statement = Statement::from_string(self.database.get_database_backend(), sql);
        let rows = self.database.query_all_raw(statement).await;
        let rows = rows.unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.iter().map(|row| row.try_get_by_index(0).expect("it is a text")).collect()
    }

    /// How many rows of a table fulfil a condition.
    pub async fn count(&self, table: &str, condition: &str) -> i64 {
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE {condition}");
        let statement = Statement::from_string(self.database.get_database_backend(), &sql);
        let row = self.database.query_one_raw(statement).await;
        let row = row.unwrap_or_else(|error| panic!("{sql}: {error}")).expect("there is a count");
        row.try_get_by_index(0).expect("it is a number")
    }

    /// Runs a statement; the error is what the database said.
    pub async fn execute(&self, sql: &str) -> Result<(), String> {
        let done = self.database.execute_unprepared(sql).await;
        done.map(|_| ()).map_err(|error| error.to_string())
    }

    /// The tables in which a text stands somewhere, in any column, indexes of words included.
    pub async fn tables_holding(&self, text: &str) -> Vec<String> {
        let mut holding = Vec::new();
        for table in self.tables().await {
            let rows = match self.backend {
                Backend::Postgres => {
                    self.column(&format!("SELECT t::text FROM \"{table}\" AS t")).await
                }
                Backend::Sqlite => self.rows_in_hex(&table).await,
            };
            let wanted = match self.backend {
                Backend::Postgres => text.to_owned(),
                Backend::Sqlite => text.bytes().map(|byte| format!("{byte:02X}")).collect(),
            };
            if rows.iter().any(|row| row.contains(&wanted)) {
                holding.push(table);
            }
        }
        holding
    }

    async fn rows_in_hex(&self, table: &str) -> Vec<String> {
        let columns = self.column(&format!("SELECT name FROM pragma_table_info('{table}')")).await;
        let hex = columns.iter().map(|name| format!("hex(coalesce(\"{name}\", ''))"));
        let all = hex.collect::<Vec<_>>().join(" || ' ' || ");
        self.column(&format!("SELECT {all} FROM \"{table}\"")).await
    }

    /// Everything in the database, to tell whether anything changed.
    pub async fn dump(&self) -> Vec<String> {
        let mut dump = Vec::new();
        for table in self.tables().await {
            let mut rows = match self.backend {
                Backend::Postgres => {
                    self.column(&format!("SELECT t::text FROM \"{table}\" AS t")).await
                }
                // What SQLite knows of its own tables changes when it looks at them.
                Backend::Sqlite if table.starts_with("sqlite_") => continue,
                Backend::Sqlite => self.rows_in_hex(&table).await,
            };
            rows.sort();
            dump.extend(rows.into_iter().map(|row| format!("{table} {row}")));
        }
        dump
    }
}
