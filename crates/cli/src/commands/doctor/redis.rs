//! Redis: there, of the shape that the configuration says, and open to its account.

use cache::Redis;
use config::Config;

use super::Finding;
use crate::installation::redis_settings;

/// Nothing where the configuration names none.
pub(in crate::commands) async fn look(config: &Config) -> Option<Finding> {
    let settings = match redis_settings(&config.redis, [].into()) {
        Ok(settings) => settings?,
        Err(error) => {
            return Some(Finding::error(
                "redis",
                format_args!("{error:#}"),
                "check the file",
            ));
        }
    };
    Some(match Redis::look(&settings).await {
        Ok(server) => Finding::good(
            "redis",
            format!("{server} answers, {}", settings.shape.as_str()),
        ),
        // It will not get better by waiting.
        Err(fault) if fault.is_configuration() => {
            Finding::plain_error("redis", &fault).coded(fault.code())
        }
        Err(fault) => Finding::warning(
            "redis",
            &fault,
            "until it answers Inviter works without it, and each process counts rate limits for itself",
        )
        .coded(fault.code()),
    })
}
