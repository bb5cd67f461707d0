//! The engine's limits as Python gives and reads them: by name, sizes as numbers, times in seconds, and 0 or 1.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use sixlane_engine::limits::Limits;
use std::time::Duration;

macro_rules! settings {
    (numbers $($number:ident)*, durations $($duration:ident)*, switches $($switch:ident)*) => {
        fn replace(limits: &mut Limits, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
            match name {
                $(stringify!($number) => limits.$number = value.extract()?,)*
                $(stringify!($duration) => limits.$duration = seconds(value)?,)*
                $(stringify!($switch) => limits.$switch = value.extract::<u64>()? != 0,)*
                _ => return Err(PyValueError::new_err(format!("unknown limit {name:?}"))),
            }
            Ok(())
        }

        /// The limits by name with their defaults: whole numbers, seconds as floats, switches as 0 or 1.
        #[pyfunction]
        pub(crate) fn default_limits(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
            // Taken apart so that a limit cannot be forgotten here.
            let Limits { $($number,)* $($duration,)* $($switch,)* } = Limits::default();
            let defaults = PyDict::new(py);
            $(defaults.set_item(stringify!($number), $number)?;)*
            $(defaults.set_item(stringify!($duration), $duration.as_secs_f64())?;)*
            $(defaults.set_item(stringify!($switch), u64::from($switch))?;)*
            Ok(defaults)
        }
    };
}

settings! {
    numbers request_line_bytes method_bytes leading_empty_lines header_name_bytes header_bytes
        headers_total_bytes headers_count body_bytes chunk_extension_bytes trailer_bytes
        body_floor_bytes_per_second connections keep_alive_requests linger_bytes discard_bytes
        output_high_water body_high_water read_ahead_bytes websocket_message_bytes
        websocket_queue_messages websocket_queue_bytes websocket_control_frames_per_second,
    durations header_timeout body_idle_timeout body_floor_window send_idle_timeout
        keep_alive_timeout linger_total linger_idle drain_grace websocket_ping_interval
        websocket_ping_timeout websocket_close_timeout,
    switches host_syntax
}

/// The default limits with those replaced that the mapping names.
pub(crate) fn read_limits(overrides: &Bound<'_, PyDict>) -> PyResult<Limits> {
    let mut limits = Limits::default();
    for (name, value) in overrides {
        replace(&mut limits, &name.extract::<String>()?, &value)?;
    }
    Ok(limits)
}

fn seconds(value: &Bound<'_, PyAny>) -> PyResult<Duration> {
    Duration::try_from_secs_f64(value.extract()?)
        .map_err(|error| PyValueError::new_err(error.to_string()))
}
