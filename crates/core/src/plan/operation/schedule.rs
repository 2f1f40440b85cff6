//! Schedules of CronJobs, as far as they can be told right from wrong.

/// Shorthands that Kubernetes reads.
const SHORTHANDS: &[&str] = &["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

/// Names of months and days of the week.
const NAMES: &[&str] =
    &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// The least and the most of each field: minute, hour, day of the month, month, day of the week.
const BOUNDS: [(u32, u32); 5] = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)];

/// Is it a crontab expression that Kubernetes reads?
pub(in crate::plan) fn is_schedule(text: &str) -> bool {
    if text.starts_with('@') {
        return SHORTHANDS.contains(&text) || text.strip_prefix("@every ").is_some_and(|every| !every.trim().is_empty());
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    fields.len() == BOUNDS.len() && fields.iter().zip(BOUNDS).all(|(field, bounds)| field.split(',').all(|part| is_part(part, bounds)))
}

/// `*`, `5`, `1-5`, each perhaps with a step: `*/15`.
fn is_part(part: &str, bounds: (u32, u32)) -> bool {
    let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
    if step.is_some_and(|step| step.parse::<u32>().map_or(true, |step| step == 0)) {
        return false;
    }
    matches!(range, "*" | "?") || range.split('-').count() <= 2 && range.split('-').all(|one| is_value(one, bounds))
}

fn is_value(text: &str, (least, most): (u32, u32)) -> bool {
    let named = most <= 12 && NAMES.contains(&text.to_ascii_lowercase().as_str());
    named || text.parse::<u32>().is_ok_and(|value| (least..=most).contains(&value))
}

#[cfg(test)]
mod tests {
    use super::is_schedule;

    #[test]
    fn schedules_are_told_from_other_texts() {
        for text in ["0 3 * * *", "*/15 * * * *", "@daily", "@every 1h30m", "0 9-17 * * mon-fri", "0,30 8 1 JAN ?", "5/10 * * * 0"] {
            assert!(is_schedule(text), "{text}");
        }
        for text in ["", "daily", "* * * *", "60 * * * *", "0 24 * * *", "* * 0 * *", "*/0 * * * *", "0 3 * * * *", "@often", "0 3 * * 7"] {
            assert!(!is_schedule(text), "{text}");
        }
    }
}
