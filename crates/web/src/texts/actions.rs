//! What the audit trail says was done, in words.

macro_rules! actions {
    ($($name:ident $slug:literal $en:literal $zh:literal;)*) => {
        texts! { Actions: $($name $en $zh;)* }

        impl Actions {
            /// The words of an action; none for one that has none.
            pub(crate) fn named(&self, action: &str) -> Option<&'static str> {
                match action {
                    $($slug => Some(self.$name),)*
                    _ => None,
                }
            }
        }
    };
}

actions! {
    balance_spent "balance.spent" "Spent from a balance" "使用余额";
    code_created "code.created" "Made an invite code" "创建邀请码";
    code_revoked "code.revoked" "Revoked an invite code" "撤销邀请码";
    code_updated "code.updated" "Changed an invite code" "修改邀请码";
    codes_created "codes.created" "Made invite codes in bulk" "批量创建邀请码";
    codes_imported "codes.imported" "Imported invite codes" "导入邀请码";
    coupon_pool_created "coupon_pool.created" "Made a coupon pool" "创建优惠券池";
    coupons_added "coupons.added" "Added coupons" "添加优惠券";
    grant_approved "grant.approved" "Approved a reward" "批准奖励";
    grant_claimed "grant.claimed" "Claimed a reward" "领取奖励";
    grant_rejected "grant.rejected" "Rejected a reward" "拒绝奖励";
    grant_reversed "grant.reversed" "Took a reward back" "撤销奖励";
    installation_restored "installation.restored" "Restored a backup" "恢复备份";
    invitation_resent "invitation.resent" "Sent an invitation again" "重发邀请";
    invitation_revoked "invitation.revoked" "Revoked an invitation" "撤销邀请";
    invitation_sent "invitation.sent" "Sent an invitation" "发送邀请";
    key_created "key.created" "Made an API key" "创建 API 密钥";
    key_revoked "key.revoked" "Revoked an API key" "撤销 API 密钥";
    key_rotated "key.rotated" "Rotated an API key" "轮换 API 密钥";
    member_created "member.created" "Added a member" "添加成员";
    member_updated "member.updated" "Changed a member" "修改成员";
    members_imported "members.imported" "Imported members" "导入成员";
    operator_created "operator.created" "Added an operator" "添加操作员";
    operator_invited "operator.invited" "Invited an operator" "邀请操作员";
    operator_password_changed "operator.password_changed" "Chose a password" "设置密码";
    operator_password_link_issued "operator.password_link_issued" "Made a password link" "生成密码链接";
    operator_password_link_sent "operator.password_link_sent" "Sent a password link" "发送密码链接";
    operator_password_rehashed "operator.password_rehashed" "Stored a password more safely" "升级密码存储";
    operator_set_up "operator.set_up" "Set up the first owner" "设置首位所有者";
    operator_sign_in_failed "operator.sign_in_failed" "Failed to sign in" "登录失败";
    operator_signed_in "operator.signed_in" "Signed in" "登录";
    operator_signed_out "operator.signed_out" "Signed out" "退出登录";
    operator_updated "operator.updated" "Changed an operator" "修改操作员";
    operator_token_created "operator_token.created" "Made an access token" "创建访问令牌";
    operator_token_revoked "operator_token.revoked" "Revoked an access token" "撤销访问令牌";
    program_activated "program.activated" "Started a program" "启动计划";
    program_created "program.created" "Made a program" "创建计划";
    program_ended "program.ended" "Ended a program" "结束计划";
    program_paused "program.paused" "Paused a program" "暂停计划";
    program_revised "program.revised" "Changed a program" "修改计划";
    project_created "project.created" "Made a project" "创建项目";
    project_updated "project.updated" "Changed a project’s settings" "修改项目设置";
    referral_accepted "referral.accepted" "Accepted a referral" "通过推荐";
    referral_rejected "referral.rejected" "Rejected a referral" "拒绝推荐";
    referral_reversed "referral.reversed" "Took a referral back" "撤销推荐";
    webhook_created "webhook.created" "Added a webhook endpoint" "添加 Webhook 端点";
    webhook_deleted "webhook.deleted" "Deleted a webhook endpoint" "删除 Webhook 端点";
    webhook_disabled "webhook.disabled" "Paused a webhook endpoint that is gone" "停用失效的 Webhook 端点";
    webhook_message_retried "webhook.message_retried" "Sent a webhook message again" "重发 Webhook 消息";
    webhook_secret_rotated "webhook.secret_rotated" "Rotated a signing secret" "轮换签名密钥";
    webhook_tested "webhook.tested" "Sent a test message" "发送测试消息";
    webhook_updated "webhook.updated" "Changed a webhook endpoint" "修改 Webhook 端点";
}
