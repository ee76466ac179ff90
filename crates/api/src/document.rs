//! The OpenAPI document.

use kernel::ProblemCode;
use serde_json::Value;
use utoipa::{
    Modify, OpenApi as _,
    openapi::{
        Components, OpenApi, Ref, RefOr,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem},
        schema::{ObjectBuilder, Schema, Type},
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use crate::router;

const SCHEME: &str = "bearer";

/// A header that many operations take.
struct SharedParameter {
    /// Its name in the document.
    name: &'static str,
    header: &'static str,
    /// Whether reads do not take it.
    only_writes: bool,
    /// What its value looks like.
    pattern: &'static str,
    description: &'static str,
}

const SHARED: [SharedParameter; 3] = [
    SharedParameter {
        name: "project",
        header: "Inviter-Project",
        only_writes: false,
        pattern: "^[a-z0-9][a-z0-9-]{0,46}[a-z0-9]$",
        description: "The slug of the project. Needed by operators and members; an API key has its project.",
    },
    SharedParameter {
        name: "mode",
        header: "Inviter-Mode",
        only_writes: false,
        pattern: "^(live|test)$",
        description: "`live` or `test`; `live` where it is absent.",
    },
    SharedParameter {
        name: "idempotency_key",
        header: "Idempotency-Key",
        only_writes: true,
        pattern: "^[!-~]{1,255}$",
        description: "1 to 255 visible ASCII characters. The same key has one effect and one answer; with another body \
            it is refused with `idempotency_conflict`.",
    },
];

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Inviter API",
        description = "Invitations and referrals. Send `Authorization: Bearer` with an API key (`inv_live_…`, \
            `inv_test_…`), an operator's token (`inv_op_…`), or under `/api/v1/me` a member's JWT. Problems are answered \
            as `application/problem+json` with a stable `code`. Amounts are whole minor units, times RFC 3339 in UTC. \
            Lists are `{items, next}`; send `next` as `after` to continue.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(http_kit::ProblemBody, http_kit::ProblemField)),
    modifiers(&Shared),
)]
struct Base;

/// The OpenAPI 3.1 document of everything under `/api/v1`.
pub fn openapi() -> OpenApi {
    let mut document = Base::openapi();
    document.merge(router::described().into_openapi());
    for item in document.paths.paths.values_mut() {
        for (operation, writes) in operations(item) {
            finish(operation, writes);
        }
    }
    document
}

/// What all operations share.
struct Shared;

impl Modify for Shared {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme(SCHEME, SecurityScheme::Http(bearer));
        for shared in SHARED {
            components
                .parameters
                .insert(shared.name.to_owned(), parameter(&shared).into());
        }
        name_problem_codes(components);
        document.security = Some(vec![SecurityRequirement::new(SCHEME, [""; 0])]);
    }
}

fn parameter(shared: &SharedParameter) -> Parameter {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(shared.pattern));
    ParameterBuilder::new()
        .name(shared.header)
        .parameter_in(ParameterIn::Header)
        .description(Some(shared.description))
        .schema(Some(text))
        .build()
}

/// `code` of a problem is one of the codes there are.
fn name_problem_codes(components: &mut Components) {
    let Some(RefOr::T(Schema::Object(problem))) = components.schemas.get_mut("ProblemBody") else {
        return;
    };
    let Some(RefOr::T(Schema::Object(code))) = problem.properties.get_mut("code") else {
        return;
    };
    code.enum_values = Some(
        ProblemCode::ALL
            .iter()
            .map(|code| Value::from(code.slug()))
            .collect(),
    );
}

/// The operations of a path, each with whether it writes.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (&mut Operation, bool)> {
    let reads = item.get.iter_mut().map(|operation| (operation, false));
    let writes = [
        &mut item.post,
        &mut item.put,
        &mut item.patch,
        &mut item.delete,
    ];
    reads.chain(
        writes
            .into_iter()
            .flatten()
            .map(|operation| (operation, true)),
    )
}

fn finish(operation: &mut Operation, writes: bool) {
    let parameters = operation.parameters.get_or_insert_default();
    for shared in SHARED {
        if writes || !shared.only_writes {
            parameters.push(RefOr::Ref(Ref::new(format!(
                "#/components/parameters/{}",
                shared.name
            ))));
        }
    }
}
