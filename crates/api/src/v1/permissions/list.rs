//! `GET /api/v1/permissions`

use domain::people::{Permission as DomainPermission, Role as DomainRole};

use crate::{
    prelude::*,
    v1::{keys::Permission, operators::Role},
};

/// A permission, and the roles that include it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PermissionOfRoles {
    /// The permission; also the scope of an API key.
    #[schema(value_type = Permission)]
    permission: DomainPermission,
    /// What it permits.
    description: &'static str,
    /// The roles that include it.
    #[schema(value_type = Vec<Role>)]
    roles: Vec<DomainRole>,
}

impl From<DomainPermission> for PermissionOfRoles {
    fn from(permission: DomainPermission) -> Self {
        let roles = DomainRole::ALL
            .into_iter()
            .filter(|role| role.permits(permission))
            .collect();
        Self {
            permission,
            description: permission.description(),
            roles,
        }
    }
}

failures!(reads: );

/// Lists every permission with the roles that include it.
#[utoipa::path(get, path = "/api/v1/permissions", tag = "operators", operation_id = "list_permissions",
    responses((status = 200, description = "Every permission.", body = Page<PermissionOfRoles>), Failure))]
pub(super) async fn list(_: Installation) -> Answer<Page<PermissionOfRoles>> {
    shown(Page::whole(DomainPermission::ALL.iter().copied()))
}
