mod conditions;
mod decide;
mod grant;
mod kept;
mod limits;
mod progress;
