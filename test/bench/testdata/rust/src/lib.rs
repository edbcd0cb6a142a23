//! The scenarios hello, read and body with the proxy-wasm crate; the plugin's
//! configuration names the one to do.

use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType, LogLevel};

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Info);
    proxy_wasm::set_root_context(|_| -> Box<dyn RootContext> { Box::new(Root { name: Vec::new() }) });
}}

struct Root {
    name: Vec<u8>,
}

impl Context for Root {}

impl RootContext for Root {
    fn on_configure(&mut self, _: usize) -> bool {
        self.name = self.get_plugin_configuration().unwrap_or_default();
        true
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }

    fn create_http_context(&self, _: u32) -> Option<Box<dyn HttpContext>> {
        Some(match self.name.as_slice() {
            b"read" => Box::new(Read),
            b"body" => Box::new(Body),
            _ => Box::new(Hello),
        })
    }
}

struct Hello;

impl Context for Hello {}

impl HttpContext for Hello {
    fn on_http_request_headers(&mut self, _: usize, _: bool) -> Action {
        self.add_http_request_header("hello", "world");
        Action::Continue
    }
}

const NAMES: [&str; 10] = [
    "x-header-0", "x-header-1", "x-header-2", "x-header-3", "x-header-4",
    "x-header-5", "x-header-6", "x-header-7", "x-header-8", "x-header-9",
];

struct Read;

impl Context for Read {}

impl HttpContext for Read {
    fn on_http_request_headers(&mut self, _: usize, _: bool) -> Action {
        let mut seen = 0;
        for name in NAMES {
            seen += self.get_http_request_header(name).map_or(0, |v| v.len());
        }
        std::hint::black_box(seen);
        for name in &NAMES[..3] {
            self.set_http_request_header(name, Some("changed"));
        }
        Action::Continue
    }
}

struct Body;

impl Context for Body {}

impl HttpContext for Body {
    fn on_http_request_body(&mut self, size: usize, end: bool) -> Action {
        if !end {
            return Action::Pause;
        }
        std::hint::black_box(self.get_http_request_body(0, size));
        Action::Continue
    }
}
