//! The group as it was configured.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, Result, bail};
use config::MysqlGuard;
use futures::future::join_all;
use kernel::SecretString;
use store::group::{Account, Address, GroupError, Known, Member, Word};

/// The members, and the accounts by which they are operated.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) addresses: Vec<Address>,
    account: Account,
    recovery: Option<Account>,
    ca: Option<PathBuf>,
}

impl Group {
    /// How long a member may take to answer a question. One that hangs must not hold up the others for long.
    const LIMIT: Duration = Duration::from_millis(800);

    /// Reads the settings.
    pub(crate) fn of(settings: &MysqlGuard) -> Result<Self> {
        let mut addresses = Vec::new();
        for text in &settings.members {
            let address: Address = text.parse().context("mysql_guard.members")?;
            if addresses.contains(&address) {
                bail!("mysql_guard.members names {address} twice");
            }
            addresses.push(address);
        }
        if addresses.is_empty() {
            bail!("mysql_guard.members is not set: HOST:PORT of every member of the group");
        }
        let Some(password) = settings.password.clone() else {
            bail!(
                "neither mysql_guard.password nor mysql_guard.password_file is set: the password of the account {}",
                settings.user
            );
        };
        let account = |user: &str, password: SecretString| Account {
            user: user.to_owned(),
            password,
        };
        let recovery = settings.recovery_password.clone();
        Ok(Self {
            addresses,
            account: account(&settings.user, password),
            recovery: recovery.map(|password| account(&settings.recovery_user, password)),
            ca: settings.ca_file.clone(),
        })
    }

    /// The account by which one member fetches from another what it missed.
    pub(crate) fn recovery(&self) -> Result<&Account> {
        self.recovery.as_ref().context(
            "neither mysql_guard.recovery_password nor mysql_guard.recovery_password_file is set: \
             without it no member can fetch what it missed",
        )
    }

    /// The place of `member`.
    pub(crate) fn place(&self, member: &str) -> Result<usize> {
        let address: Address = member.parse().context("the member")?;
        let place = self.addresses.iter().position(|known| *known == address);
        place.with_context(|| {
            let known: Vec<_> = self.addresses.iter().map(ToString::to_string).collect();
            format!(
                "{member} is not among mysql_guard.members: {}",
                known.join(", ")
            )
        })
    }

    /// Connections to all members, each made when it is first asked.
    pub(crate) fn members(&self) -> Vec<Member> {
        (0..self.addresses.len())
            .map(|place| self.member(place))
            .collect()
    }

    /// A connection to one.
    pub(crate) fn member(&self, place: usize) -> Member {
        let address = self.addresses[place].clone();
        Member::new(address, &self.account, self.ca.clone(), Self::LIMIT)
    }
}

/// What all of them say, asked at the same moment.
pub(crate) async fn words(members: &mut [Member]) -> Vec<Result<Word, GroupError>> {
    join_all(members.iter_mut().map(Member::ask)).await
}

/// The same for whoever decides.
pub(super) fn known(members: &[Member], words: Vec<Result<Word, GroupError>>) -> Vec<Known> {
    let each = members.iter().zip(words);
    each.map(|(member, word)| Known {
        address: member.address().to_string(),
        word: word.ok(),
    })
    .collect()
}
