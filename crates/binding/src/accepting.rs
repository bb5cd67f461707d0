//! New connections: taken while there is room, and again once there is.

use crate::channel::Channel;
use crate::listener::Accepted;
use crate::reactor::Reactor;
use mio::{Interest, Token};
use pyo3::prelude::*;
use sixlane_engine::http1::Connection;
use std::rc::Rc;
use std::sync::Arc;

impl Reactor {
    /// Takes all clients that wait at a listening socket, as far as there is room.
    pub(crate) fn accept(self: &Rc<Self>, listener: usize) -> PyResult<()> {
        while self.channels.borrow().len() < self.limits.connections {
            let Some(accepted) = self.listeners.borrow_mut().accept(listener)? else {
                return Ok(());
            };
            self.adopt(accepted)?;
        }
        self.listeners.borrow_mut().starved = true;
        Ok(())
    }

    /// Accepts again where that has stopped for want of descriptors, some of which may be free now.
    pub(crate) fn accept_again(self: &Rc<Self>) -> PyResult<()> {
        let starved = self.listeners.borrow().starved;
        if !starved || self.channels.borrow().len() >= self.limits.connections {
            return Ok(());
        }
        self.listeners.borrow_mut().starved = false;
        let listeners = self.listeners.borrow().len();
        (0..listeners).try_for_each(|listener| self.accept(listener))
    }

    /// Takes a connected socket into care.
    fn adopt(self: &Rc<Self>, mut accepted: Accepted) -> PyResult<()> {
        let mut channels = self.channels.borrow_mut();
        let entry = channels.vacant_entry();
        let token = entry.key();
        // Edge-triggered, for both directions at once: no further registration is ever needed.
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.poll
            .borrow()
            .registry()
            .register(&mut accepted.socket, Token(token), interest)?;
        let date = Arc::clone(&self.clock.date);
        let http = Connection::new(Arc::clone(&self.limits), date, self.now());
        entry.insert(Rc::new(Channel::new(token, accepted, http)));
        Ok(())
    }
}
