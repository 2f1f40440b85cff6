//! Schedules as the schedulers of Docker write them: their first field may be the second.

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
    let text = text.trim();
    if text.starts_with('@') {
        let known = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"].contains(&text);
        let every = text.strip_prefix("@every ").and_then(|every| crate::text::duration::parse(every.trim()).ok());
        return (known || every.is_some_and(|every| every > 0)).then(|| Read { cron: text.to_owned(), told: None });
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    let is_field = |field: &&str| field.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '*' | '/' | ',' | '-' | '?'));
    if !fields.iter().all(is_field) {
        return None;
    }
    match fields.as_slice() {
        [_, _, _, _, _] => Some(Read { cron: sundays(&fields), told: None }),
        [second, rest @ ..] if rest.len() == 5 => Some(of_seconds(second, rest)),
        _ => None,
    }
}

/// Six fields. A CronJob starts at full minutes, or every so many seconds.
fn of_seconds(second: &str, rest: &[&str]) -> Read {
    let always = rest.iter().all(|field| matches!(*field, "*" | "?"));
    let step = if second == "*" {
        Some(1)
    } else {
        second.strip_prefix("*/").or_else(|| second.strip_prefix("0/")).and_then(|step| step.parse::<u32>().ok())
    };
    let step = step.filter(|step| (1..60).contains(step));
    if let (true, Some(step)) = (always, step) {
        return Read { cron: format!("@every {step}s"), told: None };
    }
    let told = match second.parse::<u32>() {
        Ok(0) => None,
        Ok(_) => Some("a CronJob starts at the full minute"),
        Err(_) => Some("a CronJob starts once in a minute, at the full minute"),
    };
    Read { cron: sundays(rest), told }
}

/// The fields as one text; Sunday is 0, as some schedulers take 7 for it and Kubernetes does not.
fn sundays(fields: &[&str]) -> String {
    let mut fields: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
    if let Some(days) = fields.last_mut() {
        let all: Vec<&str> = days.split(',').map(|day| if day == "7" { "0" } else { day }).collect();
        *days = all.join(",");
    }
    fields.join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Read, read};

    #[test]
    fn seconds_go_or_are_told() {
        for (text, cron, told) in [
            ("@daily", "@daily", false),
            ("@every 90m", "@every 90m", false),
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
        for text in ["", "daily", "@every", "@every x", "@often", "1 2 3 4", "1 2 3 4 5 6 7", "0 0 1 * * $"] {
            assert_eq!(read(text), None::<Read>, "{text}");
        }
    }
}
