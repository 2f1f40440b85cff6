//! Schedules of CronJobs, as far as they can be told right from wrong.

use super::duration;

/// Shorthands that Kubernetes reads.
const SHORTHANDS: &[&str] = &["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

/// Names of months, from 1 on, and of the days of the week, from 0 on.
const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// The least and the most of each field: minute, hour, day of the month, month, day of the week.
const BOUNDS: [(u32, u32); 5] = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)];

/// The schedule as Kubernetes reads it: five fields, a shorthand, or `@every` with a duration in hours, minutes and seconds. Sunday is 0
/// there, and may be 7 in `text`. `None`: it is none of these.
#[must_use]
pub fn read(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(every) = text.strip_prefix("@every ") {
        let every = duration::parse(every.trim()).ok().filter(|every| *every > 0)?;
        return Some(format!("@every {}", duration::format(every)));
    }
    if SHORTHANDS.contains(&text) {
        return Some(text.to_owned());
    }
    let mut fields: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    if let [_, _, _, _, days] = fields.as_mut_slice() {
        let from_sunday = |day: &str| match day.strip_suffix("-7") {
            Some(first) => format!("{first}-6,0"),
            None => if day == "7" { "0" } else { day }.to_owned(),
        };
        *days = days.split(',').map(from_sunday).collect::<Vec<_>>().join(",");
    }
    let is_crontab =
        fields.len() == BOUNDS.len() && fields.iter().zip(BOUNDS).all(|(field, bounds)| field.split(',').all(|part| is_part(part, bounds)));
    is_crontab.then(|| fields.join(" "))
}

/// `*`, `5`, `1-5`, each perhaps with a step: `*/15`.
fn is_part(part: &str, bounds: (u32, u32)) -> bool {
    let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
    if step.is_some_and(|step| step.parse::<u32>().map_or(true, |step| step == 0)) {
        return false;
    }
    match range.split_once('-') {
        None => matches!(range, "*" | "?") || value(range, bounds).is_some(),
        Some((first, last)) => value(first, bounds).zip(value(last, bounds)).is_some_and(|(first, last)| first <= last),
    }
}

/// The number of a value, or of the month or day that it names.
fn value(text: &str, (least, most): (u32, u32)) -> Option<u32> {
    let named = match most {
        12 => MONTHS.iter().position(|name| name.eq_ignore_ascii_case(text)).map(|at| at + 1),
        6 => DAYS.iter().position(|name| name.eq_ignore_ascii_case(text)),
        _ => None,
    };
    let number = match named {
        Some(number) => u32::try_from(number).ok(),
        None => text.parse().ok(),
    };
    number.filter(|number| (least..=most).contains(number))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn schedules_are_told_from_other_texts() {
        for text in ["0 3 * * *", "*/15 * * * *", "@daily", "@every 1h30m", "0 9-17 * * mon-fri", "0,30 8 1 JAN ?", "5/10 * * * 0"] {
            assert!(read(text).is_some(), "{text}");
        }
        for (text, read_as) in [("@every 1d", "@every 24h0m0s"), ("0 3 * * 7", "0 3 * * 0"), ("0 3 * * 1,5-7", "0 3 * * 1,5-6,0")] {
            assert_eq!(read(text).as_deref(), Some(read_as));
        }
        for text in ["", "daily", "* * * *", "60 * * * *", "0 24 * * *", "* * 0 * *", "*/0 * * * *", "0 3 * * * *", "@often", "0 3 * * 8"] {
            assert_eq!(read(text), None, "{text}");
        }
        for text in ["@every", "@every x", "@every 0s", "0 0 L * *", "0 5-1 * * *", "0 0 * mon *", "0 1-2-3 * * *"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
