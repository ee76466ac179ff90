//! Where the console leads.

use domain::{people::Permission, projects::Mode};

use crate::door::{Console, place};

/// One entry of the navigation.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The address.
    pub(crate) href: String,
    /// Name of its icon.
    pub(crate) icon: &'static str,
    /// What it is called.
    pub(crate) label: &'static str,
    /// Whether the page belongs to it.
    pub(crate) current: bool,
}

impl Console {
    /// The areas of the project that the operator may see.
    pub(crate) fn areas(&self) -> Vec<Entry> {
        use Permission as P;
        let t = &self.f.t.shell;
        let areas = [
            ("", "layout-dashboard", t.overview, P::StatsRead),
            ("programs", "megaphone", t.programs, P::ProgramsRead),
            ("codes", "ticket", t.codes, P::CodesRead),
            ("members", "users", t.members, P::MembersRead),
            ("referrals", "git-branch", t.referrals, P::ReferralsRead),
            ("rewards", "gift", t.rewards, P::RewardsRead),
            ("risk", "shield-alert", t.risk, P::ReferralsReview),
            ("webhooks", "webhook", t.webhooks, P::WebhooksRead),
            ("keys", "key-round", t.keys, P::KeysRead),
            ("audit", "scroll-text", t.audit, P::AuditRead),
            ("settings", "settings", t.settings, P::ProjectsRead),
        ];
        if self.project.is_none() {
            return Vec::new();
        }
        let seen = areas
            .into_iter()
            .filter(|(.., permission)| self.may(*permission));
        seen.map(|(page, icon, label, _)| self.entry(self.at(page), icon, label, page.is_empty()))
            .collect()
    }

    /// What belongs to the installation, not to a project.
    pub(crate) fn installation(&self) -> Vec<Entry> {
        let t = &self.f.t.shell;
        let mut entries = vec![self.entry("/console".to_owned(), "folder", t.projects, true)];
        if self.operator.permits(Permission::OperatorsRead, None) {
            entries.push(self.entry(
                "/console/operators".to_owned(),
                "user-cog",
                t.operators,
                false,
            ));
        }
        if self.project.is_none() && self.operator.permits(Permission::AuditRead, None) {
            let audit = "/console/audit".to_owned();
            entries.push(self.entry(audit, "scroll-text", t.audit, false));
        }
        entries
    }

    /// The same page for the other data, and what it is called.
    pub(crate) fn other_mode(&self) -> Option<(String, &'static str)> {
        let project = self.project.as_ref()?;
        let (mode, label) = match project.mode {
            Mode::Live => (Mode::Test, self.f.t.shell.switch_to_test),
            Mode::Test => (Mode::Live, self.f.t.shell.switch_to_live),
        };
        let area = self.areas().into_iter().find(|entry| entry.current);
        let base = self.at("");
        let page = area.and_then(|entry| {
            entry
                .href
                .strip_prefix(&base)
                .map(|page| page.trim_start_matches('/').to_owned())
        });
        Some((place(&project.slug, mode, &page.unwrap_or_default()), label))
    }

    /// Whether the page shows test data.
    pub(crate) fn is_rehearsal(&self) -> bool {
        self.project
            .as_ref()
            .is_some_and(|project| project.mode == Mode::Test)
    }

    /// The start of each project: name, address.
    pub(crate) fn starts(&self) -> Vec<(String, String)> {
        let mode = self
            .project
            .as_ref()
            .map_or(Mode::Live, |project| project.mode);
        let start = |project: &domain::projects::Project| {
            (project.name.clone(), place(&project.slug, mode, ""))
        };
        self.projects.iter().map(start).collect()
    }

    fn entry(&self, href: String, icon: &'static str, label: &'static str, exactly: bool) -> Entry {
        let path = self.f.here.split('?').next().unwrap_or_default();
        let below = path
            .strip_prefix(&href)
            .is_some_and(|rest| rest.starts_with('/'));
        Entry {
            current: path == href || (below && !exactly),
            href,
            icon,
            label,
        }
    }
}
