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
    saved "Saved." "已保存。";
    signed_out "You are signed out." "你已退出登录。";
    password_changed "Your password is changed." "密码已修改。";
    session_ended "The session is ended." "会话已结束。";
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
}
