//! Reading keys one by one, so that every error is found, not only the first.

use std::{fmt::Display, fs, ops::RangeInclusive, path::PathBuf, str::FromStr, time::Duration};

use bytesize::ByteSize;
use figment::{
    Figment,
    value::{Num, Value},
};
use kernel::SecretString;

use crate::{
    error::ConfigError,
    sources::{COMMAND_LINE, ENVIRONMENT, variable},
};

/// A value, or the knowledge that it could not be read.
pub(crate) type Read<T> = Result<T, Refused>;

/// The error has been noted among [`Keys::errors`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refused;

/// The merged values and what is wrong with them so far.
///
/// Reading goes on after an error, with the next key.
pub(crate) struct Keys<'a> {
    figment: &'a Figment,
    pub(crate) errors: Vec<ConfigError>,
}

impl<'a> Keys<'a> {
    pub(crate) fn new(figment: &'a Figment) -> Self {
        Self {
            figment,
            errors: Vec::new(),
        }
    }

    /// Notes that the value of `key` is wrong.
    pub(crate) fn refuse<T>(&mut self, key: &str, message: impl Into<String>) -> Read<T> {
        let origin = origin(self.figment, key);
        self.errors.push(ConfigError {
            key: key.to_owned(),
            origin,
            message: message.into(),
        });
        Err(Refused)
    }

    /// A text as it was written, perhaps empty.
    pub(crate) fn text(&mut self, key: &str) -> Read<String> {
        // A key that is missing altogether sits in a section that is no table, which is noted once for all its keys.
        let value = self.figment.find_value(key).map_err(|_| Refused)?;
        scalar(&value).map_or_else(
            || self.refuse(key, "is not a text; write it in double quotes"),
            Ok,
        )
    }

    /// A text that is read as a `T`. `wanted` completes "is not …".
    pub(crate) fn parse<T: FromStr>(&mut self, key: &str, wanted: &str) -> Read<T> {
        let text = self.text(key)?;
        text.parse()
            .or_else(|_| self.refuse(key, format!("\"{text}\" is not {wanted}")))
    }

    /// A whole number within `range`.
    pub(crate) fn number<T>(&mut self, key: &str, range: RangeInclusive<T>) -> Read<T>
    where
        T: FromStr + PartialOrd + Display,
    {
        let wanted = format!("a whole number from {} to {}", range.start(), range.end());
        let number = self.parse::<T>(key, &wanted)?;
        if range.contains(&number) {
            Ok(number)
        } else {
            self.refuse(key, format!("{number} is not {wanted}"))
        }
    }

    /// `true` or `false`.
    pub(crate) fn flag(&mut self, key: &str) -> Read<bool> {
        self.parse(key, "`true` or `false`")
    }

    /// A duration such as `"30s"`, at least `least`.
    pub(crate) fn duration(&mut self, key: &str, least: Duration) -> Read<Duration> {
        let text = self.text(key)?;
        match humantime::parse_duration(&text) {
            Ok(duration) if duration >= least => Ok(duration),
            Ok(_) => self.refuse(
                key,
                format!(
                    "\"{text}\" is shorter than {}",
                    humantime::format_duration(least)
                ),
            ),
            Err(_) => self.refuse(
                key,
                format!("\"{text}\" is not a duration such as \"30s\" or \"5m\""),
            ),
        }
    }

    /// A number of bytes such as `"16 MiB"`, at least `least`.
    pub(crate) fn bytes(&mut self, key: &str, least: u64) -> Read<u64> {
        let size = self.parse::<ByteSize>(key, "a size such as \"16 MiB\"")?;
        if size.as_u64() >= least {
            Ok(size.as_u64())
        } else {
            self.refuse(key, format!("{size} is less than {}", ByteSize(least)))
        }
    }

    /// A path, or the one that `otherwise` gives when the text is empty.
    pub(crate) fn path(&mut self, key: &str, otherwise: impl FnOnce() -> PathBuf) -> Read<PathBuf> {
        let text = self.text(key)?;
        Ok(if text.is_empty() {
            otherwise()
        } else {
            PathBuf::from(text)
        })
    }

    /// A list of `T`, as an array of texts or as one text with commas. `wanted` completes "is not …".
    pub(crate) fn list<T>(
        &mut self,
        key: &str,
        wanted: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Read<Vec<T>> {
        let texts = match self.figment.find_value(key).map_err(|_| Refused)? {
            Value::Array(_, items) => items.iter().map(scalar).collect::<Option<Vec<_>>>(),
            value => scalar(&value)
                .map(|text| text.split(',').map(|item| item.trim().to_owned()).collect()),
        };
        let Some(texts) = texts else {
            return self.refuse(key, "is not a list of texts");
        };
        let mut items = Vec::new();
        for text in texts.iter().filter(|text| !text.is_empty()) {
            match read(text) {
                Some(item) => items.push(item),
                None => return self.refuse(key, format!("\"{text}\" is not {wanted}")),
            }
        }
        Ok(items)
    }

    /// A secret from `key` or from the file that `key_file` names; `None` when neither is set.
    pub(crate) fn secret(&mut self, key: &str) -> Read<Option<SecretString>> {
        let file_key = format!("{key}_file");
        let inline = self.text(key);
        let file = self.text(&file_key);
        match (inline?, file?) {
            (inline, file) if file.is_empty() => Ok((!inline.is_empty()).then(|| inline.into())),
            (inline, file) if inline.is_empty() => match fs::read_to_string(&file) {
                Ok(text) if !text.trim().is_empty() => Ok(Some(text.trim().into())),
                Ok(_) => self.refuse(
                    &file_key,
                    format!("{file} is empty; put the secret into it"),
                ),
                Err(error) => self.refuse(&file_key, format!("{file} cannot be read: {error}")),
            },
            _ => {
                let other = origin(self.figment, key);
                self.refuse(
                    &file_key,
                    format!("`{key}` is set as well ({other}); set one of the two"),
                )
            }
        }
    }
}

/// Where the value of `key` came from, in words.
pub(crate) fn origin(figment: &Figment, key: &str) -> String {
    let Some(metadata) = figment.find_metadata(key) else {
        return "nowhere".to_owned();
    };
    match (
        metadata.name.as_ref(),
        metadata
            .source
            .as_ref()
            .and_then(|source| source.file_path()),
    ) {
        (ENVIRONMENT, _) => format!("environment variable {}", variable(key)),
        (COMMAND_LINE, _) => COMMAND_LINE.to_owned(),
        (_, Some(path)) => format!("file {}", path.display()),
        _ => "defaults".to_owned(),
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(_, text) => Some(text.clone()),
        Value::Bool(_, flag) => Some(flag.to_string()),
        Value::Num(_, Num::F32(number)) => Some(number.to_string()),
        Value::Num(_, Num::F64(number)) => Some(number.to_string()),
        Value::Num(_, number) => number
            .to_i128()
            .map(|n| n.to_string())
            .or_else(|| number.to_u128().map(|n| n.to_string())),
        _ => None,
    }
}
