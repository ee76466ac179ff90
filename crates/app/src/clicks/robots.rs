//! Agents that open links without a person behind them: crawlers and the previews of messengers.

/// What such agents call themselves, in lower case.
const NAMES: [&str; 20] = [
    "bot",
    "crawl",
    "spider",
    "slurp",
    "preview",
    "facebookexternalhit",
    "whatsapp",
    "embedly",
    "pinterest",
    "vkshare",
    "skypeuripreview",
    "curl/",
    "wget/",
    "python-requests",
    "headlesschrome",
    "lighthouse",
    "pingdom",
    "uptime",
    "monitor",
    "go-http-client",
];

/// Whether a user agent says that no person is looking. No agent at all says so too.
pub(super) fn is_robot(agent: Option<&str>) -> bool {
    let Some(agent) = agent else { return true };
    let agent = agent.to_ascii_lowercase();
    NAMES.iter().any(|name| agent.contains(name))
}
