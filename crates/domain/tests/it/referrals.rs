mod attribution;
mod state;
