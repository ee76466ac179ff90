//! The figures that are kept per day. A new one begins to count where its follower stands.

/// Clicks of people, by channel.
pub(crate) const CLICKS: &str = "clicks";
/// Clicks of robots, by channel.
pub(crate) const ROBOT_CLICKS: &str = "robot_clicks";
/// Attributed sign-ups, by channel.
pub(crate) const SIGN_UPS: &str = "sign_ups";
/// Referrals that qualified, by channel.
pub(crate) const QUALIFIED: &str = "qualified";
/// Referrals that were rewarded, by channel.
pub(crate) const REWARDED: &str = "rewarded";
/// Referrals that were rejected, expired or reversed, by state.
pub(crate) const LOST: &str = "lost";
/// Sign-ups that named an inviter and were not attributed, by problem code.
pub(crate) const REFUSED: &str = "refused";
/// Grants, by what they grant.
pub(crate) const GRANTS: &str = "grants";
/// Grants, by the state they began in.
pub(crate) const GRANT_STATES: &str = "grant_states";
/// Units granted, by unit.
pub(crate) const UNITS_GRANTED: &str = "units_granted";
/// Units taken back, by unit.
pub(crate) const UNITS_TAKEN_BACK: &str = "units_taken_back";
/// Units spent, by unit. Of the project alone: spending knows no program.
pub(crate) const UNITS_SPENT: &str = "units_spent";

/// From click to reward.
pub(crate) const FUNNEL: [&str; 5] = [CLICKS, SIGN_UPS, QUALIFIED, REWARDED, GRANTS];
/// Every figure.
pub(crate) const ALL: [&str; 12] = [
    CLICKS,
    ROBOT_CLICKS,
    SIGN_UPS,
    QUALIFIED,
    REWARDED,
    LOST,
    REFUSED,
    GRANTS,
    GRANT_STATES,
    UNITS_GRANTED,
    UNITS_TAKEN_BACK,
    UNITS_SPENT,
];
