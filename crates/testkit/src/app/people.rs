//! People at their browsers.

use std::{path::PathBuf, time::Duration};

use app::{
    accounts::{Device, SignedIn, issue_password_link, reset_password},
    operators::{NewOperator, create_operator, list_operators},
};
use domain::{
    people::{Operator, Role, RoleAssignment},
    projects::Project,
};
use kernel::{Actor, ExposeSecret};

use super::{TestApp, plain_client};
use crate::Browser;

/// The password of every operator that has one.
pub const PASSWORD: &str = "seven quiet otters";

impl TestApp {
    /// A browser in which nobody is signed in.
    pub fn browser(&self) -> Browser {
        Browser::new(plain_client(), &self.base)
    }

    /// The browser of an owner of the installation.
    pub async fn owner_browser(&self) -> Browser {
        self.operator_browser(Role::Owner, None).await
    }

    /// The browser of an operator with one role, in one project or all. They have the password [`PASSWORD`].
    ///
    /// # Panics
    /// When they cannot be signed in.
    pub async fn operator_browser(&self, role: Role, project: Option<&Project>) -> Browser {
        let operator = self.person(role, project).await;
        let browser = self.browser();
        let signed_in = self.give_password(&operator).await;
        browser.keep("inviter_session", signed_in.token.expose_secret());
        browser
    }

    /// Gives an operator the password [`PASSWORD`], and signs them in.
    ///
    /// # Panics
    /// When they cannot have it.
    pub async fn give_password(&self, operator: &Operator) -> SignedIn {
        let link = issue_password_link(&self.app, &self.ctx(), operator.id)
            .await
            .expect("a link is made");
        let token = link.path_segments().and_then(Iterator::last);
        let ctx = self.app.ctx(Actor::Anonymous, "test");
        let device = Device {
            agent: "test".to_owned(),
            address: "127.0.0.1".to_owned(),
        };
        reset_password(&self.app, &ctx, token.unwrap_or_default(), PASSWORD, device)
            .await
            .expect("the link works")
    }

    /// The operator with one role, in one project or all, made where there is none yet.
    ///
    /// # Panics
    /// When they cannot be made.
    pub async fn person(&self, role: Role, project: Option<&Project>) -> Operator {
        let slug = project.map(|project| project.slug.clone());
        let name = format!("{role:?}-{}", slug.as_deref().unwrap_or("all")).to_lowercase();
        let email = format!("{name}@inviter.example");
        let all = list_operators(&self.app, &self.ctx())
            .await
            .expect("operators are read");
        let known = all.into_iter().find(|operator| operator.email == email);
        if let Some(operator) = known {
            return operator;
        }
        let role = RoleAssignment {
            project: slug,
            role,
        };
        let new = NewOperator {
            email,
            name,
            roles: vec![role],
        };
        create_operator(&self.app, &self.ctx(), new)
            .await
            .expect("an operator is made")
    }

    /// The last mail to an address that says this, waited for and taken out of the box: the next one is another.
    ///
    /// # Panics
    /// When none comes within five seconds.
    pub async fn mail_to(&self, email: &str, saying: &str) -> String {
        for _ in 0..100 {
            for (path, mail) in self.mails().into_iter().rev() {
                if mail.contains(email) && mail.contains(saying) {
                    std::fs::remove_file(path).expect("the mail is taken out");
                    return mail;
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no mail to {email} says {saying}");
    }

    /// The address with this path in the last mail to an e-mail that has one: path and query.
    ///
    /// # Panics
    /// When there is none.
    pub async fn mailed_link(&self, email: &str, path: &str) -> String {
        let mail = self.mail_to(email, path).await;
        let start = mail.find(path).expect("it was looked for");
        let link = mail[start..]
            .split(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>'))
            .next();
        link.unwrap_or_default().to_owned()
    }

    /// Every mail, oldest first, with its lines and signs as they were before they were encoded for the way.
    fn mails(&self) -> Vec<(PathBuf, String)> {
        let folder = self.database.home().join("mail");
        let Ok(files) = std::fs::read_dir(folder) else {
            return Vec::new();
        };
        let mut paths: Vec<_> = files.flatten().map(|file| file.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|end| end == "eml"));
        paths.sort();
        let read = |path: PathBuf| {
            let mail = std::fs::read_to_string(&path).ok()?;
            let whole = mail.replace("=\r\n", "").replace("=\n", "");
            Some((path, whole.replace("=3D", "=")))
        };
        paths.into_iter().filter_map(read).collect()
    }
}
