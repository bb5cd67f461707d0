//! The ends of calls that did not end in the turn that made them.

use crate::answer;
use crate::channel::Channel;
use crate::exchange::{Completion, ExchangeId, Next};
use crate::reactor::{Reactor, current, find};
use crate::threads::Done;
use pyo3::prelude::*;
use std::rc::Rc;

/// Uses the result of a coroutine that had been suspended, or of a worker thread.
pub(crate) fn complete<'py>(
    py: Python<'py>,
    completion: Completion,
    outcome: PyResult<Bound<'py, PyAny>>,
) -> PyResult<Next<'py>> {
    let Some((reactor, channel)) = find(completion.exchange()) else {
        return match current() {
            Ok(reactor) => reactor.complete_departed(py, completion, outcome),
            Err(_) => Ok(Next::Answered),
        };
    };
    let next = answer::finish(py, &reactor, &channel, completion, outcome)?;
    if matches!(next, Next::Answered) {
        reactor.write_out(py, &channel)?;
    }
    Ok(next)
}

impl Reactor {
    /// Uses the results that worker threads have handed over.
    pub(crate) fn take_thread_results(self: &Rc<Self>, py: Python<'_>) {
        let results = self.threads.borrow_mut().take_done();
        for done in results {
            if let Err(error) = self.use_thread_result(py, done) {
                self.hooks.log_error(py, "A request failed", error);
            }
        }
    }

    fn use_thread_result(self: &Rc<Self>, py: Python<'_>, done: Done) -> PyResult<()> {
        let exchange = done.completion.exchange();
        let outcome = done.outcome.map(|value| value.into_bound(py));
        let Next::Run(coroutine, completion) = complete(py, done.completion, outcome)? else {
            return Ok(());
        };
        let channel = find(exchange).map(|(_, channel)| channel);
        match channel.or_else(|| self.take_departed(exchange)) {
            Some(channel) => {
                answer::drive(py, self, &channel, coroutine, completion)?;
                self.write_out(py, &channel)
            }
            None => Ok(()),
        }
    }

    /// Uses what a call came to whose client has left: an error still has its exception handlers.
    fn complete_departed<'py>(
        &self,
        py: Python<'py>,
        completion: Completion,
        outcome: PyResult<Bound<'py, PyAny>>,
    ) -> PyResult<Next<'py>> {
        let exchange = completion.exchange();
        let departed = self.take_departed(exchange);
        let Err(error) = outcome else {
            if let Some(channel) = departed {
                answer::close_files(py, &channel)?;
            }
            return Ok(Next::Answered);
        };
        if let (Some(channel), Completion::Plan(_)) = (departed, completion) {
            let next = answer::fail_departed(py, self, &channel, error)?;
            self.departed.borrow_mut().insert(exchange.serial, channel);
            return Ok(next);
        }
        self.hooks
            .log_error(py, "Exception in ASGI application", error);
        Ok(Next::Answered)
    }

    fn take_departed(&self, exchange: ExchangeId) -> Option<Rc<Channel>> {
        self.departed.borrow_mut().remove(&exchange.serial)
    }
}
