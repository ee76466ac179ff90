//! What a form did, said on the page after it.

macro_rules! done {
    ($($name:ident $en:literal $zh:literal;)*) => {
        texts! { Done: $($name $en $zh;)* }

        impl Done {
            /// The sentence of a name.
            pub(crate) fn named(&self, name: &str) -> Option<&'static str> {
                match name {
                    $(stringify!($name) => Some(self.$name),)*
                    _ => None,
                }
            }
        }
    };
}

done! {
    code_made "The code is ready." "邀请码已创建。";
    code_revoked "The code is revoked." "邀请码已撤销。";
    codes_made "The codes are ready. Export them as CSV." "邀请码已生成，可导出为 CSV。";
    invitation_sent "The invitation is on its way." "邀请正在发送。";
    invitation_taken_back "The invitation is taken back." "邀请已撤回。";
    referral_accepted "The referral is accepted." "推荐已通过。";
    referral_rejected "The referral is rejected." "推荐已拒绝。";
    referral_reversed "The referral is reversed." "推荐已撤销。";
    member_saved "The member is saved." "成员已保存。";
    pool_made "The pool is ready. Fill it with coupons." "券池已创建，请添加优惠券。";
    reward_claimed "The reward is marked as claimed." "奖励已标记为已领取。";
    reward_reversed "The reward is taken back." "奖励已收回。";
    rewards_approved "Approved." "已批准。";
    rewards_rejected "Rejected." "已拒绝。";
    saved "Saved." "已保存。";
    program_created "The draft is made. Say what it rewards, then start it." "草稿已创建。填写奖励规则后即可启用。";
    program_saved "The program is saved." "计划已保存。";
    program_started "The program is running." "计划已启用。";
    program_paused "The program is paused." "计划已暂停。";
    program_ended "The program has ended." "计划已结束。";
    project_created "The project is made." "项目已创建。";
    token_key_added "The key is added." "密钥已添加。";
    token_key_removed "The key is removed." "密钥已移除。";
    spent "Spent." "已使用。";
    signed_out "You are signed out." "你已退出登录。";
    password_changed "Your password is changed." "密码已修改。";
    session_ended "The session is ended." "会话已结束。";
    my_invitation_sent "The invitation is on its way." "邀请邮件正在发送。";
    inviter_named "It counts for whoever invited you." "已计入邀请人。";
    my_reward_claimed "The reward is yours." "奖励已领取。";
    sessions_ended "All other sessions are ended." "已结束其他所有会话。";
    token_revoked "The token is revoked." "令牌已撤销。";
    key_revoked "The key is revoked. Nothing opens with it any more." "密钥已撤销，不再可用。";
    operator_invited "Invited. The link to choose a password is on its way." "已邀请，设置密码的链接正在发送。";
    operator_saved "The operator is saved." "操作员信息已保存。";
    operator_disabled "Disabled, and signed out everywhere." "已停用，并已退出所有会话。";
    operator_enabled "The operator may sign in again." "该操作员可以重新登录。";
    operator_signed_out "Signed out everywhere." "已退出所有会话。";
    operator_link_sent "A link to choose a password is on its way." "设置密码的链接正在发送。";
    webhook_saved "The endpoint is saved." "端点已保存。";
    webhook_paused "Paused. Nothing is sent until you resume." "已暂停，恢复前不会发送任何消息。";
    webhook_resumed "Messages go out again." "已恢复发送消息。";
    webhook_deleted "The endpoint is deleted." "端点已删除。";
    webhook_tested "A test message is on its way." "测试消息正在发送。";
    message_retried "The message is being sent again." "消息正在重新发送。";
    notices_read "All read." "已全部标为已读。";
    link_sent "If we know this address, a link is on its way." "如果该地址已登记，链接正在发送。";
}
