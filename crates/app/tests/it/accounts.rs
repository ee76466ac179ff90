mod links;
mod members;
mod passwords;
mod sessions;
mod set_up;
mod sign_in;

use data_encoding::BASE64;
use domain::people::{Operator, Role, RoleAssignment};
use inviter_app::{
    AppResult,
    accounts::{Device, SignedIn, issue_password_link, reset_password, session_operator, sign_in},
    operators::{NewOperator, OperatorPatch, create_operator, update_operator},
};
use kernel::{Actor, Ctx, ExposeSecret};
use url::Url;

use crate::fixture::Fixture;

const PASSWORD: &str = "a horse, a staple";
const EMAIL: &str = "Ada@Example.com";

fn device() -> Device {
    Device {
        agent: "Firefox\n".to_owned() + &"x".repeat(300),
        address: "192.0.2.7".to_owned(),
    }
}

/// What opens the session of somebody who is signed in.
fn token(signed_in: &SignedIn) -> String {
    signed_in.token.expose_secret().to_owned()
}

/// The secret of a link.
fn secret(link: &Url) -> String {
    link.path_segments()
        .unwrap()
        .next_back()
        .unwrap()
        .to_owned()
}

/// A part of a mail, whatever it was encoded with.
fn readable(part: &str) -> String {
    let body: String = part
        .lines()
        .take_while(|line| !line.starts_with("--"))
        .collect();
    match BASE64.decode(body.as_bytes()) {
        Ok(bytes) if !bytes.is_empty() => String::from_utf8(bytes).unwrap(),
        _ => part.replace("=\r\n", "").replace("=3D", "="),
    }
}

impl Fixture {
    fn nobody(&self) -> Ctx {
        self.as_actor(Actor::Anonymous)
    }

    /// An operator without a password.
    async fn added(&self, email: &str, role: Role) -> Operator {
        let new = NewOperator {
            email: email.to_owned(),
            name: "Ada Lovelace".to_owned(),
            roles: vec![RoleAssignment {
                project: None,
                role,
            }],
        };
        create_operator(&self.app, &self.cli(), new).await.unwrap()
    }

    /// An owner with the usual e-mail and password, signed in once.
    async fn ada(&self) -> (Operator, SignedIn) {
        let ada = self.added(EMAIL, Role::Owner).await;
        let link = issue_password_link(&self.app, &self.cli(), ada.id).await;
        let token = secret(&link.unwrap());
        let signed_in = reset_password(&self.app, &self.nobody(), &token, PASSWORD, device()).await;
        (ada, signed_in.unwrap())
    }

    async fn sign_in(&self, email: &str, password: &str) -> AppResult<SignedIn> {
        sign_in(&self.app, &self.nobody(), email, password, device()).await
    }

    /// Whether a token opens an operator's session.
    async fn opens(&self, token: &str) -> bool {
        let found = session_operator(&self.app, &self.nobody(), token).await;
        found.unwrap().is_some()
    }

    async fn set_disabled(&self, operator: &Operator, disabled: bool) {
        let patch = OperatorPatch {
            disabled: Some(disabled),
            ..OperatorPatch::default()
        };
        update_operator(&self.app, &self.cli(), operator.id, patch)
            .await
            .unwrap();
    }

    /// The texts of the mails to an address, of which there are any number.
    async fn mails(&self, to: &str) -> Vec<String> {
        self.work().await;
        let Ok(folder) = std::fs::read_dir(self.database.home().join("mail")) else {
            return Vec::new();
        };
        folder
            .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
            .filter(|text| text.contains(&format!("To: {to}")))
            .map(|text| {
                let parts: Vec<_> = text.split("\r\n\r\n").map(readable).collect();
                parts.join("\n")
            })
            .collect()
    }

    /// The link in the only mail to an address.
    async fn mailed_link(&self, to: &str) -> Url {
        let mails = self.mails(to).await;
        assert_eq!(mails.len(), 1, "{mails:#?}");
        let from = mails[0].find("https://invite.example/").unwrap();
        let link = mails[0][from..].split_whitespace().next().unwrap();
        link.parse().unwrap()
    }
}
