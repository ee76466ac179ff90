//! How SQLite means to run the queries of the repositories.

use std::sync::Mutex;

use async_trait::async_trait;
use kernel::ProjectId;
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, ExecResult, QueryResult, Statement};

use crate::{Conn, Directory, InProject, Reader, readers::Readers};

/// A reader on SQLite that asks for the plan of each query before it runs it.
#[derive(Debug)]
pub struct Explained {
    reader: Reader,
    plans: Mutex<Vec<Plan>>,
}

/// What was asked, and how it is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The query.
    pub sql: String,
    /// The steps, as `EXPLAIN QUERY PLAN` words them.
    pub steps: Vec<String>,
}

impl Explained {
    /// Asks of this reader.
    pub const fn new(reader: Reader) -> Self {
        Self {
            reader,
            plans: Mutex::new(Vec::new()),
        }
    }

    /// What belongs to one project.
    pub const fn project(&self, project: ProjectId) -> InProject<'_, Self> {
        InProject::new(self, project)
    }

    /// What belongs to no single project.
    pub const fn directory(&self) -> Directory<'_, Self> {
        Directory(self)
    }

    /// The plans of the queries since this was last asked.
    ///
    /// # Panics
    /// Never: nothing panics while it holds the lock.
    pub fn plans(&self) -> Vec<Plan> {
        std::mem::take(&mut *self.plans.lock().expect("nobody panics with the plans"))
    }

    fn readers(&self) -> &Readers {
        self.reader.conn()
    }

    async fn explain(&self, query: &Statement) -> Result<(), DbErr> {
        let mut question = query.clone();
        question.sql = format!("EXPLAIN QUERY PLAN {}", query.sql);
        let rows = self.readers().query_all_raw(question).await?;
        let steps = rows.iter().map(|row| row.try_get("", "detail"));
        let plan = Plan {
            sql: query.sql.clone(),
            steps: steps.collect::<Result<_, _>>()?,
        };
        let mut plans = self.plans.lock().expect("nobody panics with the plans");
        plans.push(plan);
        Ok(())
    }
}

impl Conn for Explained {
    type C = Self;

    fn conn(&self) -> &Self {
        self
    }
}

#[async_trait]
impl ConnectionTrait for Explained {
    fn get_database_backend(&self) -> DatabaseBackend {
        self.readers().get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.readers().execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.readers().execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, query: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.explain(&query).await?;
        self.readers().query_one_raw(query).await
    }

    async fn query_all_raw(&self, query: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.explain(&query).await?;
        self.readers().query_all_raw(query).await
    }
}
