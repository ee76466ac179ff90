//! A place in the form, as templates see it.

use kernel::FieldError;

use super::Sheet;
use crate::look::Frame;

/// A place in the form: all of it, a rule, a reward.
#[derive(Debug, Clone)]
pub(crate) struct Spot<'s> {
    sheet: &'s Sheet,
    faults: &'s [FieldError],
    /// Where it is; empty for the whole form.
    pub(crate) path: String,
}

impl<'s> Spot<'s> {
    /// The whole form.
    pub(crate) const fn whole(sheet: &'s Sheet, faults: &'s [FieldError]) -> Self {
        Self {
            sheet,
            faults,
            path: String::new(),
        }
    }

    /// The name of a field here.
    pub(crate) fn name(&self, field: &str) -> String {
        if self.path.is_empty() {
            field.to_owned()
        } else {
            format!("{}.{field}", self.path)
        }
    }

    /// What stands in a field here.
    pub(crate) fn text(&self, field: &str) -> &'s str {
        self.sheet.text(&self.name(field))
    }

    /// What stands in a field here, or else this.
    pub(crate) fn text_or(&self, field: &str, otherwise: &'s str) -> &'s str {
        match self.text(field) {
            "" => otherwise,
            text => text,
        }
    }

    /// Whether a box is ticked.
    pub(crate) fn ticked(&self, field: &str) -> bool {
        self.text(field) == "true"
    }

    /// What is wrong with a field here.
    pub(crate) fn fault(&self, f: &Frame, field: &str) -> Option<&'static str> {
        f.fault(self.faults, &self.name(field))
    }

    /// What is wrong with this place itself.
    pub(crate) fn own_fault(&self, f: &Frame) -> Option<&'static str> {
        f.fault(self.faults, &self.path)
    }

    /// Whether anything is wrong with one of these fields, or below it.
    pub(crate) fn are_faulty(&self, fields: &[&str]) -> bool {
        fields.iter().any(|field| {
            let path = self.name(field);
            let faults = self.faults.iter();
            let mut rests = faults.filter_map(|fault| fault.field.strip_prefix(&path));
            rests.any(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }

    /// A place below.
    pub(crate) fn under(&self, field: &str) -> Self {
        Self {
            path: self.name(field),
            ..self.clone()
        }
    }

    /// A row of a list here.
    pub(crate) fn row(&self, field: &str, row: &usize) -> Self {
        self.under(&format!("{field}[{row}]"))
    }

    /// The rows of a list here.
    pub(crate) fn rows(&self, field: &str) -> Vec<Self> {
        let rows = 0..self.sheet.count(&self.name(field));
        rows.map(|row| self.row(field, &row)).collect()
    }
}
