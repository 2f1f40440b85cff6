//! No controller is known: an Ingress without annotations.

use super::{Dialect, Draft, Said, wordless};
use crate::plan::context::Context;
use crate::table::IndexMap;
use crate::vocab::intent::{Redirect, Scheme};
use crate::vocab::middleware::{Auth, Middleware};

/// Without a word of its own.
pub(super) const DIALECT: Dialect = Dialect { middleware, backend, redirect, elsewhere, users, users_key: "", below_one: None };

fn middleware(_: &Context<'_>, _: &mut Draft<'_>, middleware: &Middleware) -> Said {
    match wordless(middleware) {
        Said::No(why) => Said::No(format!("{why}: name the controller with `--ingress-controller`")),
        said => said,
    }
}

fn backend(draft: &mut Draft<'_>) -> Said {
    if draft.backend.scheme != Scheme::Http {
        return Said::No(
            "an Ingress has no word for how its service is spoken to: name the controller with `--ingress-controller`".to_owned(),
        );
    }
    if draft.backend.sticky.is_some() {
        return Said::Without("a cookie that keeps a browser at one pod".to_owned());
    }
    if draft.backend.pass_host_header { Said::Yes } else { Said::Without("hiding the host from its service".to_owned()) }
}

fn redirect(_: &mut Draft<'_>, to_https: bool) -> Said {
    if to_https {
        return Said::Without("a redirect from http to https: name the controller with `--ingress-controller`".to_owned());
    }
    Said::Yes
}

fn elsewhere(_: &mut Draft<'_>, _: &Redirect) -> Said {
    Said::No("an Ingress has no word for a redirect: name the controller with `--ingress-controller`".to_owned())
}

fn users(_: &Auth) -> (Option<&'static str>, IndexMap<String, String>) {
    (None, IndexMap::default())
}
