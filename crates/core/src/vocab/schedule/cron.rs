//! Schedules as the schedulers of Docker write them: their first field may be the second.

use crate::text::schedule;

/// A schedule as Kubernetes reads it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Read {
    /// Five fields, or a shorthand.
    pub(super) cron: String,
    /// How it differs from what was asked for.
    pub(super) told: Option<&'static str>,
}

/// Reads `@daily`, `@every 10s`, five fields (minute first) or six (second first); `None`: it is none of them.
pub(super) fn read(text: &str) -> Option<Read> {
    if let Some(cron) = schedule::read(text) {
        return Some(Read { cron, told: None });
    }
    let (second, rest) = text.trim().split_once(char::is_whitespace)?;
    of_seconds(second, &schedule::read(rest)?)
}

/// A second before five fields. A CronJob starts at full minutes, or every so many seconds.
fn of_seconds(second: &str, rest: &str) -> Option<Read> {
    let always = rest.split(' ').all(|field| matches!(field, "*" | "?"));
    let step = if second == "*" { Some("1") } else { second.strip_prefix("*/").or_else(|| second.strip_prefix("0/")) };
    let step = step.and_then(|step| step.parse::<u32>().ok()).filter(|step| (1..60).contains(step));
    if let (true, Some(step)) = (always, step) {
        return Some(Read { cron: schedule::read(&format!("@every {step}s"))?, told: None });
    }
    let is_field = second.chars().all(|c| c.is_ascii_digit() || matches!(c, '*' | '/' | ',' | '-' | '?'));
    let told = match second.parse::<u32>() {
        Ok(0) => None,
        Ok(_) => Some("a CronJob starts at the full minute"),
        Err(_) => Some("a CronJob starts once in a minute, at the full minute"),
    };
    is_field.then(|| Read { cron: rest.to_owned(), told })
}

#[cfg(test)]
mod tests {
    use super::{Read, read};

    #[test]
    fn seconds_go_or_are_told() {
        for (text, cron, told) in [
            ("@daily", "@daily", false),
            ("@every 90m", "@every 1h30m0s", false),
            ("0 1 * * *", "0 1 * * *", false),
            ("0 0 1 * * *", "0 1 * * *", false),
            ("0 */5 * * * *", "*/5 * * * *", false),
            ("*/10 * * * * *", "@every 10s", false),
            ("* * * * * *", "@every 1s", false),
            ("30 0 1 * * MON-FRI", "0 1 * * MON-FRI", true),
            ("*/20 0 1 * * 7", "0 1 * * 0", true),
        ] {
            assert_eq!(read(text).map(|read| (read.cron, read.told.is_some())), Some((cron.to_owned(), told)), "{text}");
        }
        for text in ["", "daily", "@every", "@every x", "@often", "1 2 3 4", "1 2 3 4 5 6 7", "0 0 1 * * $", "x 0 1 * * *", "0 99 1 * * *"]
        {
            assert_eq!(read(text), None::<Read>, "{text}");
        }
    }
}
