mod book;
mod clawback;
mod conservation;
mod moves;
