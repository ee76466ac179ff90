//! What a host application runs and sends, ready to be copied.

use domain::projects::{Mode, TokenAlgorithm, TokenKey};

use crate::door::Desk;

/// The examples, with the names of the project in them.
#[derive(Debug)]
pub(super) struct Samples {
    /// Makes a key pair and prints the public key.
    pub(super) make: &'static str,
    /// Signs a token.
    pub(super) sign: String,
    /// Where the portal lets the member in.
    pub(super) portal: String,
    /// A call of the API.
    pub(super) api: String,
}

impl Samples {
    /// The examples for a project, as its first key needs them.
    pub(super) fn new(desk: &Desk, key: Option<&TokenKey>) -> Self {
        let slug = &desk.project.slug;
        let base = desk
            .app
            .settings()
            .public_url
            .as_str()
            .trim_end_matches('/');
        let mode = match desk.project.mode {
            Mode::Live => "live",
            Mode::Test => "test",
        };
        Self {
            make: "openssl genpkey -algorithm ed25519 -out member-tokens.pem\n\
                   openssl pkey -in member-tokens.pem -pubout",
            sign: sign(slug, key),
            portal: format!("{base}/me/enter?project={slug}&mode={mode}&token=TOKEN"),
            api: format!(
                "curl {base}/api/v1/me \\\n  -H 'Authorization: Bearer TOKEN' \\\n  \
                 -H 'Inviter-Project: {slug}' \\\n  -H 'Inviter-Mode: {mode}'"
            ),
        }
    }
}

fn sign(slug: &str, key: Option<&TokenKey>) -> String {
    let (algorithm, load) = match key.map(|key| key.algorithm) {
        Some(TokenAlgorithm::HS256) => (
            "HS256",
            "new TextEncoder().encode(process.env.MEMBER_TOKEN_SECRET)",
        ),
        Some(TokenAlgorithm::ES256) => (
            "ES256",
            "await importPKCS8(process.env.MEMBER_TOKEN_KEY, \"ES256\")",
        ),
        _ => (
            "EdDSA",
            "await importPKCS8(process.env.MEMBER_TOKEN_KEY, \"EdDSA\")",
        ),
    };
    let kid = key.and_then(|key| key.kid.as_deref());
    let kid = kid.map_or_else(String::new, |kid| format!(", kid: {kid:?}"));
    format!(
        "import {{ SignJWT, importPKCS8 }} from \"jose\";\n\n\
         const key = {load};\n\
         const token = await new SignJWT({{ email: user.email, name: user.name }})\n  \
         .setProtectedHeader({{ alg: \"{algorithm}\"{kid} }})\n  \
         .setAudience(\"{slug}\")\n  \
         .setSubject(user.id)\n  \
         .setExpirationTime(\"10m\")\n  \
         .sign(key);"
    )
}
